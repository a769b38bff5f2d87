// How processes follow the log, and what they make of its loss.

import { setTimeout as sleep } from "node:timers/promises";
import type { Caller } from "../calls.ts";
import type { Play } from "../stage.ts";
import { adoptedMs, session } from "./common.ts";

/** Redis comes back as it was before a write. */
export const setBack: Play = {
  act: async (stage) => {
    const { a, b, servers } = stage;
    await stage.write(a, 5);
    await stage.read(b, { key: "item:0", tier: "redis" });
    await servers.redis.cli("save");
    await stage.write(a);
    const over = stage.history.begin("redis set back", "redis");
    await servers.restartRedis({ keeps: true });
    over();
    await sleep(adoptedMs);
    await stage.rest();
  },
};

/** A write is announced in a data set that is lost before another process hears of it. */
export const lostBeforeHeard: Play = {
  act: async (stage) => {
    const { a, b, servers } = stage;
    for (const item of [5, 6]) await stage.write(a, item);
    await stage.read(b, "item:0");
    b.halt();
    await stage.write(a);
    const over = stage.history.begin("redis flushed", "redis");
    await servers.redis.cli("flushall");
    over();
    for (const item of [5, 6, 7, 5, 6, 7]) await stage.write(a, item);
    b.resume();
    await stage.rest();
  },
};

/** Processes do not hear of the log for a while: to be given with `slowFollower`. */
export const unheard: Play = {
  act: async (stage) => {
    const { a, b } = stage;
    const writer = session();
    await stage.read(b, "item:0");
    await stage.read(a, "item:0");
    await stage.cutLog();
    await stage.write(a, 0, writer);
    await stage.read(a, "item:0");
    await stage.read(b, "item:0", writer);
  },
};

/** A process that lags reads something newer than it has heard of; another that lags has an older value. */
export const newerThanHeard: Play = {
  act: async (stage) => {
    const { a, b, fleet } = stage;
    const reader: Caller = { name: "reader", session: "reader" };
    const writer = await fleet.launch(false);
    try {
      await stage.read(writer, "item:1");
      await stage.read(a, "item:1");
      await stage.read(b, "item:0");
      await stage.cutLog();
      await stage.write(writer);
      await stage.read(a, { key: "late:0", monotonic: true }, reader);
      await stage.read(b, { key: "item:0", monotonic: true }, reader);
    } finally {
      await writer.kill();
    }
  },
};

/** Nobody hears from Redis any more, and one has not heard of a write. */
export const silence: Play = {
  act: async (stage) => {
    const { a, b, servers } = stage;
    await stage.read(b, "item:0");
    await stage.cutLog();
    await stage.write(a);
    const over = stage.history.begin("redis frozen", "redis");
    servers.redis.freeze();
    await sleep(2_700);
    await stage.read(b, "item:0");
    servers.redis.thaw();
    over();
  },
};

/** So many tags that what was noted of the first is dropped: to be given with `fewMarkers`. */
export const manyTags: Play = {
  act: async (stage) => {
    const { a, b } = stage;
    await stage.read(b, { key: "item:0", tier: "redis" });
    await stage.write(a);
    for (let item = 1; item <= 12; item++) await stage.write(a, item);
    await stage.rest();
  },
};

export const trimmedLog: Play = {
  act: async (stage) => {
    const { a, b, servers, fleet } = stage;
    await stage.read(b, "item:0");
    b.halt();
    await stage.write(a);
    for (const item of [5, 6]) await stage.write(a, item);
    await servers.redis.cli("xtrim", `${fleet.prefix}:{log}:lines`, "MAXLEN", "1");
    b.resume();
    await stage.rest();
  },
};
