// What a process must see that has just found the log.

import { setTimeout as sleep } from "node:timers/promises";
import type { Caller } from "../calls.ts";
import type { Play, Stage } from "../stage.ts";
import { adoptedMs, session } from "./common.ts";

/** A process that has just found the log loads, and replicas lack what was invalidated before. */
export const startsBehindReplicas: Play = {
  act: async (stage) => {
    const { a, fleet } = stage;
    const late = await fleet.launch(false);
    try {
      // It comes to know its database, and not yet the log.
      await stage.read(late, { key: "item:9", inTransaction: true });
      await sleep(adoptedMs);
      await stage.pauseReplays();
      await stage.write(a);
      await stage.read(late, "item:0");
      await stage.read(late, { key: "item:0", tier: "redis" });
      await stage.rest();
    } finally {
      await late.kill();
    }
  },
};

/** The log is begun anew, and the primary does not say how far it is. */
async function silentPrimary(stage: Stage, reader: Caller | undefined): Promise<void> {
  const { a, b, servers } = stage;
  if (reader !== undefined) await stage.write(a, 5, reader);
  await stage.read(b, "item:1");
  await stage.pauseReplays();
  await stage.write(a);
  await servers.redis.cli("flushall");
  await sleep(adoptedMs);
  await servers.primary.freeze();
  const read = stage.read(b, "item:0", reader);
  await sleep(300);
  servers.primary.thaw();
  await read;
  await stage.rest();
}

export const silentPrimaryForStranger: Play = { act: (stage) => silentPrimary(stage, undefined) };

export const silentPrimaryForSession: Play = { act: (stage) => silentPrimary(stage, session()) };
