// Golden files: what each renderer writes for one typical stack, to be read as it lies on disk.

import { expect, test } from "vitest";
import { merge } from "../config/merge.ts";
import { drawTopology, portRequests } from "../topology/topology.ts";
import { haproxyConf } from "./haproxy.ts";
import { nginxConf } from "./nginx.ts";
import { postgresConf, postgresHba, slotName } from "./postgres.ts";
import { redisConf } from "./redis.ts";
import { edgeVcl } from "./edge/vcl.ts";

const { settings } = merge([
  { source: "file", config: { name: "shop", app: { maxInstances: 3, health: { path: "/api/healthz" } } } },
]);
const ports = Object.fromEntries(portRequests(settings).map(({ key }, index) => [key, 20_001 + index]));
const topology = drawTopology(settings, ports);

test.each([
  [
    "haproxy.cfg",
    haproxyConf({ settings, topology, socket: "/run/x/haproxy.sock", open: new Set(["app-1", "app-2"]) }),
  ],
  [
    "nginx.conf",
    nginxConf({
      settings,
      topology,
      scratch: "/srv/my shop/.spillway/balancer/scratch",
      versions: "/srv/my shop/.spillway/balancer/versions",
      asRoot: false,
    }),
  ],
  ["edge.vcl", edgeVcl({ settings, topology, originSecret: "0123", purgeSecret: "4567" })],
  [
    "redis.conf",
    redisConf({ port: 20_009, password: "0123", dir: "/srv/my shop/data", settings: settings.cache }),
  ],
  ["primary.conf", postgresConf({ port: 20_001, settings: settings.database })],
  [
    "replica.conf",
    postgresConf({
      port: 20_002,
      settings: settings.database,
      follows: { port: 20_001, password: "0123", slot: slotName("replica-1") },
    }),
  ],
  ["pg_hba.conf", postgresHba()],
])("%s", async (name, text) => {
  await expect(text).toMatchFileSnapshot(`golden/${name}`);
});

test("a path in redis.conf cannot end its quotes", () => {
  const text = redisConf({ port: 1, password: "x", dir: 'a"b\\c', settings: settings.cache });
  expect(text).toContain(String.raw`dir "a\"b\\c"`);
});
