// The one table of defaults. A port of 0 means: any free one.

import type { Settings } from "./settings.ts";

export const defaults: Settings = {
  name: "",
  app: {
    start: "",
    build: false,
    release: [],
    instances: 3,
    maxInstances: 8,
    startTimeoutMs: 60_000,
    drainTimeoutMs: 30_000,
    previousVersionMs: 600_000,
    health: { path: "/", intervalMs: 500, timeoutMs: 750 },
    env: {},
  },
  edge: { instances: 2, host: "127.0.0.1", port: 0, memoryMb: 64 },
  balancer: { engine: "haproxy", port: 0, maxRequestsPerInstance: 256 },
  database: {
    replicas: 2,
    port: 0,
    maxConnections: 100,
    sharedBuffersMb: 128,
    maxSlotWalKeepMb: 1024,
  },
  cache: { memoryMb: 256, evictionPolicy: "volatile-lru", port: 0 },
  storage: { bucket: "app", port: 0 },
};
