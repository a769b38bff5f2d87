// The run-time check of a config: strict keys, types and ranges. The types are in types.ts; the annotation
// on `stackSchema` makes the compiler hold the two together.

import { z } from "zod";
import { type StackConfig, balancerEngines, evictionPolicies } from "./types.ts";

const port = z.int().min(1).max(65_535);
const milliseconds = z.int().min(1).max(3_600_000);
const mebibytes = z.int().min(1).max(1_048_576);

const health = z.strictObject({
  path: z
    .string()
    .regex(/^\/\S*$/, { error: "a path that starts with /" })
    .optional(),
  intervalMs: milliseconds.min(100).optional(),
  timeoutMs: milliseconds.min(50).optional(),
});

const app = z.strictObject({
  start: z.string().min(1).optional(),
  build: z.union([z.string().min(1), z.literal(false)], { error: "a command, or false" }).optional(),
  release: z.array(z.string().min(1)).optional(),
  instances: z.int().min(1).max(64).optional(),
  maxInstances: z.int().min(1).max(64).optional(),
  startTimeoutMs: milliseconds.optional(),
  drainTimeoutMs: milliseconds.optional(),
  previousVersionMs: z.int().min(0).max(86_400_000).optional(),
  health: health.optional(),
  env: z.record(z.string(), z.string()).optional(),
});

const edge = z.strictObject({
  instances: z.int().min(1).max(16).optional(),
  host: z.union([z.ipv4(), z.ipv6()], { error: "an IP address" }).optional(),
  port: port.optional(),
  memoryMb: mebibytes.min(8).optional(),
});

const database = z.strictObject({
  replicas: z.int().min(0).max(8).optional(),
  port: port.optional(),
  maxConnections: z.int().min(20).max(10_000).optional(),
  sharedBuffersMb: mebibytes.optional(),
  maxSlotWalKeepMb: mebibytes.min(64).optional(),
});

/** Bucket names as S3 restricts them (S3 user guide, "General purpose bucket naming rules"). */
const bucket = z.string().regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, {
  error: "3 to 63 lower-case letters, digits and hyphens",
});

type Shape<T> = { [K in keyof T]: T[K] | undefined };
export const stackSchema: z.ZodType<Shape<StackConfig>> = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, {
      error: "up to 40 lower-case letters, digits and hyphens",
    })
    .optional(),
  app: app.optional(),
  edge: edge.optional(),
  balancer: z
    .strictObject({
      engine: z.enum(balancerEngines).optional(),
      port: port.optional(),
      maxRequestsPerInstance: z.int().min(1).max(100_000).optional(),
    })
    .optional(),
  database: database.optional(),
  cache: z
    .strictObject({
      memoryMb: mebibytes.min(8).optional(),
      evictionPolicy: z.enum(evictionPolicies).optional(),
      port: port.optional(),
    })
    .optional(),
  storage: z.strictObject({ bucket: bucket.optional(), port: port.optional() }).optional(),
}) as z.ZodType<Shape<StackConfig>>;
