// What is loaded while something is written.

import { setTimeout as sleep } from "node:timers/promises";
import type { Play } from "../stage.ts";
import { heardMs } from "./common.ts";

export const laggingReplicas: Play = {
  act: async (stage) => {
    const { a } = stage;
    await stage.read(a, "item:0");
    await stage.read(a, "late:0");
    await stage.pauseReplays();
    await stage.write(a);
    for (const key of ["item:0", "late:0", "list:0"]) await stage.read(a, key);
  },
};

export const slowLoad: Play = {
  act: async (stage) => {
    const { a } = stage;
    await stage.arrange(a, { loadMs: 300 });
    const slow = stage.read(a, "item:0");
    await sleep(heardMs);
    await stage.write(a);
    await slow;
    await stage.read(a, "item:0");
    await stage.rest();
  },
};

/** The value is loaded and checked, and its storing takes time. */
export const slowFill: Play = {
  slowLeases: true,
  act: async (stage) => {
    const { a } = stage;
    await stage.read(a, "item:1");
    await stage.arrange(a, { leaseMs: 40 });
    const slow = stage.read(a, { key: "item:0", tier: "redis" });
    await sleep(55);
    await stage.write(a);
    await stage.read(a, { key: "item:0", tier: "redis" });
    await slow;
  },
};

/** The same for values whose tags show only when they are loaded. */
export const slowFillOfLate: Play = {
  slowLeases: true,
  act: async (stage) => {
    const { a } = stage;
    await stage.read(a, "item:1");
    await stage.arrange(a, { leaseMs: 40 });
    const slow = stage.read(a, { key: "late:0", tier: "redis" });
    await sleep(55);
    await stage.write(a);
    await stage.read(a, { key: "late:0", tier: "redis" });
    await slow;
  },
};

export const readAndWrite: Play = {
  act: async (stage) => {
    const { a, b } = stage;
    for (const key of ["item:0", "late:0", "list:0"]) {
      await stage.read(b, { key, tier: "redis" });
      await stage.read(a, key);
    }
    await stage.write(a);
    for (const key of ["item:0", "late:0", "list:0"]) {
      await stage.read(a, { key, tier: "redis" });
      await stage.read(a, key);
    }
  },
};

export const oldSnapshot: Play = {
  act: async (stage) => {
    const { a } = stage;
    await stage.read(a, "item:1");
    const held = stage.read(a, { key: "item:0", inTransaction: true, holdMs: 300 });
    await sleep(heardMs);
    await stage.write(a);
    await held;
    await stage.read(a, "item:0");
  },
};

export const lateAnnouncement: Play = {
  act: async (stage) => {
    const { a } = stage;
    await stage.read(a, "item:0");
    await stage.arrange(a, { announceMs: 300 });
    await stage.write(a);
    await stage.read(a, "item:0");
  },
};

/** Two commits of one tag are announced in the other order, and replicas have the first alone. */
export const crossedAnnouncements: Play = {
  act: async (stage) => {
    const { a } = stage;
    await stage.read(a, "item:0");
    await stage.arrange(a, { announceMs: 300 });
    const first = stage.write(a);
    await sleep(heardMs);
    await stage.pauseReplays();
    await stage.arrange(a, { announceMs: 0 });
    await stage.write(a);
    await first;
    await stage.read(a, "item:0");
  },
};
