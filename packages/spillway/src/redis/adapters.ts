// The clients that an app may have: node-redis, and ioredis with its likeness iovalkey; of each also the cluster.

import { SpillwayError } from "../errors.ts";
import type { Argument, Connection, RedisConnection } from "./connection.ts";

type Send = (...args: unknown[]) => Promise<unknown>;

/** What is used of node-redis 5 and later. */
interface NodeRedis {
  isOpen: boolean;
  connect(): Promise<unknown>;
  sendCommand: Send;
  duplicate(): NodeRedis;
  on(event: "error", listener: () => void): unknown;
  close(): unknown;
  destroy(): void;
}

/** What is used of ioredis 5 and later, and of iovalkey. */
interface IoRedis {
  callBuffer(command: string, ...args: unknown[]): Promise<unknown>;
  duplicate(): IoRedis;
  on(event: "error", listener: () => void): unknown;
  disconnect(): void;
}

/** A client of one of the supported libraries, single server or cluster; checked when it is given. */
export type RedisClient = NodeRedis | IoRedis;

/** Throws SPILLWAY_CACHE_CLIENT for anything else. */
export function adaptClient(client: unknown): RedisConnection {
  if (has(client, "callBuffer", "duplicate", "disconnect")) return ofIoRedis(client as IoRedis);
  if (has(client, "sendCommand", "duplicate", "connect")) return ofNodeRedis(client as NodeRedis);
  throw new SpillwayError("SPILLWAY_CACHE_CLIENT", { found: described(client) });
}

function has(client: unknown, ...methods: string[]): boolean {
  if (typeof client !== "object" || client === null) return false;
  return methods.every((method) => typeof (client as Record<string, unknown>)[method] === "function");
}

function described(client: unknown): string {
  if (typeof client !== "object" || client === null) return `a ${typeof client}`;
  return `an instance of ${client.constructor.name}`;
}

function ofIoRedis(client: IoRedis): RedisConnection {
  const one = (used: IoRedis): Connection => ({
    send: (_key, args) => used.callBuffer(args[0] as string, ...args.slice(1)),
    close: async () => used.disconnect(),
  });
  const ready = async (): Promise<void> => void (await client.callBuffer("PING"));
  return { ...one(client), ready, duplicate: async () => one(heard(client.duplicate())) };
}

/** Bulk strings become Buffers (RESP specification: their first byte is `$`); no timer for each command. */
const commandOptions = { typeMapping: { 36: Buffer }, timeout: undefined };

function ofNodeRedis(client: NodeRedis): RedisConnection {
  const one = (used: NodeRedis): Connection => {
    const send = "masters" in used ? sendToCluster(used) : sendToServer(used);
    return { send, close: async () => (used.isOpen ? used.destroy() : undefined) };
  };
  const ready = async (): Promise<void> => void (client.isOpen || (await client.connect()));
  return { ...one(client), ready, duplicate: async () => one(await open(heard(client.duplicate()))) };
}

function sendToServer(client: NodeRedis): Connection["send"] {
  return (_key, args) => client.sendCommand(args, commandOptions);
}

function sendToCluster(client: NodeRedis): Connection["send"] {
  // Never from a replica: what it has is older.
  return (key, args: readonly Argument[]) => client.sendCommand(key, false, args, commandOptions);
}

async function open(client: NodeRedis): Promise<NodeRedis> {
  await client.connect();
  return client;
}

/** An emitter's error that nobody listens for ends the process; ours shows in the commands that fail. */
function heard<T extends RedisClient>(client: T): T {
  client.on("error", () => undefined);
  return client;
}
