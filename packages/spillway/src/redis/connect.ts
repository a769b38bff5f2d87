// A connection to the Redis of a URL, for an app that has no client of its own.

import { SpillwayError } from "../errors.ts";
import { reasonOf } from "../warnings.ts";
import { adaptClient, type RedisClient } from "./adapters.ts";
import type { RedisConnection } from "./connection.ts";

const leastRetryMs = 50;
const mostRetryMs = 1_000;

/** Connects at the first command. Commands reject with SPILLWAY_CACHE_CLIENT if `@redis/client` is not installed. */
function connectTo(url: string): RedisConnection {
  let connection: RedisConnection | undefined;
  let connecting: Promise<RedisConnection> | undefined;
  const connected = async (): Promise<RedisConnection> => (connection = await (connecting ??= connect(url)));
  return {
    ready: async () => (await connected()).ready(),
    send: (key, args) =>
      connection === undefined
        ? connected().then((made) => made.send(key, args))
        : connection.send(key, args),
    duplicate: async () => (await connected()).duplicate(),
    close: async () => (await connecting)?.close(),
  };
}

async function connect(url: string): Promise<RedisConnection> {
  const { createClient } = await load();
  const reconnectStrategy = (tries: number): number => Math.min(leastRetryMs * 2 ** tries, mostRetryMs);
  // A command that cannot be sent now is answered otherwise; nobody waits for it to be sent later.
  const client = createClient({ url, disableOfflineQueue: true, socket: { reconnectStrategy } });
  client.on("error", () => undefined);
  return adaptClient(client);
}

/** How long the first connection is waited for, in milliseconds: it may take longer than a command may. */
export const firstConnectionMs = 1_000;

/** Of an address, or of the client that an app has already. */
export function connectionOf(redis: string | RedisClient): RedisConnection {
  return typeof redis === "string" ? connectTo(redis) : adaptClient(redis);
}

/** Throws SPILLWAY_CACHE_URL. */
export function checkUrl(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : undefined;
  if (protocol === "redis:" || protocol === "rediss:") return;
  // Without the rest of it, which may hold a password.
  throw new SpillwayError("SPILLWAY_CACHE_URL", { found: protocol ?? "no URL" });
}

async function load(): Promise<typeof import("@redis/client")> {
  try {
    return await import("@redis/client");
  } catch (cause) {
    throw new SpillwayError("SPILLWAY_CACHE_CLIENT", { found: reasonOf(cause) }, { cause });
  }
}
