// Where the log was when a build began: what the build rendered is as good as that, and no better.

import { connectionOf, firstConnectionMs } from "../../redis/connect.ts";
import { Gate } from "../../redis/gate.ts";
import { soon } from "../../soon.ts";
import type { LogMark } from "../token.ts";
import { logKeys } from "./keys.ts";
import { RemoteLog } from "./remote-log.ts";

const budgetMs = 1_000;

/** `epoch~seq`. */
export function readMark(written: string): LogMark | undefined {
  const [epoch, seq] = written.split("~");
  return epoch && /^\d+$/.test(seq ?? "") ? { epoch, seq: Number(seq) } : undefined;
}

export interface Build {
  /** The address of the Redis of the caches. */
  redis: string;
  /** As the caches have it. */
  keyPrefix?: string;
  /** Names the build. */
  deployment: string;
}

/**
 * Notes where the invalidation log is, before a build begins: what the build renders is served as long as nothing that it
 * depends on ends. Without it every page is rendered again at its first request. Rejects when Redis does not answer.
 */
export async function noteBuild({ redis, keyPrefix = "spillway", deployment }: Build): Promise<void> {
  const connection = connectionOf(redis);
  try {
    await soon(connection.ready(), firstConnectionMs);
    const keys = logKeys(keyPrefix);
    const gate = new Gate(connection, { budgetMs, key: keys.meta });
    const { epoch, seq } = await new RemoteLog(gate, keys).found();
    const key = keys.built(deployment);
    await gate.send(key, ["SET", key, `${epoch}~${seq}`]);
    gate.close();
  } finally {
    await connection.close();
  }
}
