// What is left to the tailer.

import { setTimeout as sleep } from "node:timers/promises";
import { waitUntil } from "../../packages/spillway/test/wait.ts";
import type { Play, Stage } from "../stage.ts";
import { adoptedMs, heardMs, session } from "./common.ts";

export const diesAfterCommit: Play = {
  tails: true,
  act: async (stage) => {
    const { a, b } = stage;
    for (const key of ["item:0", "list:0"]) await stage.read(b, key);
    await stage.arrange(a, { diesAfterCommit: true });
    await stage.write(a);
    await stage.rest();
  },
};

export const writtenInPsql: Play = {
  tails: true,
  act: async (stage) => {
    for (const key of ["item:0", "list:0"]) await stage.read(stage.b, key);
    await stage.writeInPsql();
    await stage.rest();
  },
};

/** A commit is in the write-ahead log, and the primary does not show it yet. */
export const lateVisibility: Play = {
  tails: true,
  act: async (stage) => {
    const { b, servers } = stage;
    const { primary } = servers;
    const wait = async (standbys: string): Promise<void> =>
      await primary.run("app", [
        `ALTER SYSTEM SET synchronous_standby_names = '${standbys}'`,
        "SELECT pg_reload_conf()",
      ]);
    await stage.read(b, "item:0");
    await stage.pauseReplays();
    await wait("nobody");
    await sleep(heardMs);
    const written = stage.writeInPsql();
    await sleep(400);
    await stage.read(b, "item:0");
    await wait("");
    await written;
    await stage.rest();
  },
};

export const awayAndLagging: Play = {
  tails: true,
  act: async (stage) => {
    const { a, b, servers } = stage;
    const writer = session();
    await knownTailer(stage);
    await stage.pauseReplays();
    servers.redis.freeze();
    await stage.write(a, 0, writer);
    for (const key of ["item:0", "late:0"]) await stage.read(b, key, writer);
    for (const key of ["item:0", "late:0"]) await stage.read(a, key);
    servers.redis.thaw();
  },
};

/** A write is acknowledged while Redis is away, and the tailer has not repeated it when Redis is back. */
export const leftToTailer: Play = {
  tails: true,
  act: async (stage) => {
    const { a, b, fleet, servers } = stage;
    const writer = session();
    await knownTailer(stage);
    for (const worker of [a, b]) await stage.read(worker, "item:0");
    await fleet.arrange({ tails: false });
    // What it is sent meanwhile it would do when it goes on; this way it does not know the script any more.
    await servers.redis.cli("script", "flush");
    servers.redis.freeze();
    await stage.write(a, 0, writer);
    servers.redis.thaw();
    await sleep(700);
    await stage.read(b, "item:0", writer);
    await stage.read(a, "item:0");
    await stage.read(a, { key: "item:0", tier: "redis" });
  },
};

/** Redis has been away for longer than memory is trusted, and tags show only when a value is loaded. */
export const awayAndLate: Play = {
  tails: true,
  act: async (stage) => {
    const { a, servers } = stage;
    await knownTailer(stage);
    servers.redis.freeze();
    await sleep(1_200);
    await stage.pauseReplays();
    await stage.write(a);
    for (const key of ["item:0", "late:0", "list:0"]) await stage.read(a, key);
    servers.redis.thaw();
  },
};

/** Processes know that there is a tailer when it has said how far it is, and they have looked since. */
async function knownTailer(stage: Stage): Promise<void> {
  const { a, b, servers, fleet } = stage;
  for (const worker of [a, b]) await stage.read(worker, "item:9");
  const tailed = (): Promise<string> =>
    servers.redis.cli("hget", `${fleet.prefix}:{log}:meta`, "tailed:main");
  await waitUntil(async () => (await tailed()) !== "", "the tailer to say how far it is");
  await sleep(adoptedMs);
}
