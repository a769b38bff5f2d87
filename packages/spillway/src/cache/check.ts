// Whether a Redis will do, asked once, for a start-up or health check.

import { text } from "../coherence/shared-log/keys.ts";
import type { SharedLog } from "../coherence/shared-log/shared-log.ts";
import { SpillwayError } from "../errors.ts";
import type { Gate } from "../redis/gate.ts";
import { reasonOf } from "../warnings.ts";

/** Functions that scripts declare what they do with came with it (Redis 7.0 release notes, "Functions"). */
const leastVersion = 7;

/** Throws SPILLWAY_CACHE_REDIS. */
export async function checkRedis({ log, gate }: { log: SharedLog; gate: Gate }): Promise<void> {
  const info = async (section: string): Promise<string> => text(await gate.send(gate.key, ["INFO", section]));
  try {
    await log.connected();
    checkInfo(await info("server"), await info("memory"));
    await log.pull();
  } catch (error) {
    if (error instanceof SpillwayError) throw error;
    throw unusable(reasonOf(error), "answers to INFO, EVALSHA, XADD and XREAD", error);
  }
}

function checkInfo(server: string, memory: string): void {
  const version = /redis_version:(\d+)(\S*)/.exec(server);
  if (Number(version?.[1]) < leastVersion)
    throw unusable(`its version is ${version?.[1]}${version?.[2]}`, `${leastVersion} or later`);
  const policy = /maxmemory_policy:(\S+)/.exec(memory)?.[1] ?? "";
  if (policy.startsWith("allkeys-"))
    throw unusable(
      `its maxmemory-policy is ${policy}, which evicts what says that values have ended, and so ends all`,
      "volatile-lru, another volatile policy, or noeviction",
    );
}

function unusable(problem: string, expected: string, cause?: unknown): SpillwayError {
  return new SpillwayError("SPILLWAY_CACHE_REDIS", { problem, expected }, { cause });
}
