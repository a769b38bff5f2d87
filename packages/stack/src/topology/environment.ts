// The environment contract: plain, conventional variables, so that an app written from any tutorial runs
// unchanged. In production the platform sets the same names.

import type { Settings } from "../config/settings.ts";
import type { Secrets } from "../state/secrets.ts";
import { type Topology, edgeUrl, nodeNamed, nodesOf } from "./topology.ts";

/** Variables whose value holds a password; `explain` shows them without it. */
export const secretVariables: readonly string[] = [
  "DATABASE_URL",
  "DATABASE_REPLICA_URL",
  "DATABASE_REPLICA_URLS",
  "REDIS_URL",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "SPILLWAY_SECRET",
];

/** The variables every server, build-free release command and worker of the stack gets. */
export function appEnvironment(
  settings: Settings,
  topology: Topology,
  secrets: Secrets,
): Record<string, string> {
  const port = (name: string): number => nodeNamed(topology, name).ports["main"]!;
  const database = (at: number): string => `postgres://app:${secrets.app}@127.0.0.1:${at}/app`;
  const replicas = nodesOf(topology, "replica").map((node) => database(node.ports["main"]!));
  const cdn = edgeUrl(settings, topology, "cdn");
  return {
    NODE_ENV: "production",
    DATABASE_URL: database(port("primary")),
    ...(replicas[0] === undefined
      ? {}
      : { DATABASE_REPLICA_URL: replicas[0], DATABASE_REPLICA_URLS: replicas.join(",") }),
    REDIS_URL: redisUrl(topology, secrets),
    S3_BUCKET: settings.storage.bucket,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: secrets.s3AccessKeyId,
    AWS_SECRET_ACCESS_KEY: secrets.s3SecretAccessKey,
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port("storage")}`,
    SPILLWAY_SECRET: secrets.token,
    ...(cdn === undefined ? {} : { CDN_URL: cdn, CLOUDFRONT_DOMAIN: new URL(cdn).host }),
    ...settings.app.env,
  };
}

export function redisUrl(topology: Topology, secrets: Secrets): string {
  return `redis://:${secrets.redis}@127.0.0.1:${nodeNamed(topology, "cache").ports["main"]}`;
}

/** What one server gets besides: its own address and name, and the preload that drains and measures it. */
export function serverEnvironment(
  settings: Settings,
  topology: Topology,
  name: string,
): Record<string, string> {
  const { ports } = nodeNamed(topology, name);
  return {
    PORT: String(ports["main"]),
    HOSTNAME: "127.0.0.1",
    SPILLWAY_LISTEN_HOST: "127.0.0.1",
    INSTANCE_ID: name,
    SPILLWAY_PRIVATE_PORT: String(ports["private"]),
    SPILLWAY_HEALTH_PATH: settings.app.health.path,
    // The supervisor tells the balancer itself before it stops a server: there is nothing to wait for.
    SPILLWAY_DRAIN_DELAY_MS: "0",
    SPILLWAY_DRAIN_TIMEOUT_MS: String(settings.app.drainTimeoutMs),
  };
}
