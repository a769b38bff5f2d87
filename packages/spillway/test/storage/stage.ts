// A storage for each test, and a look at what lies in it.

import { afterAll, beforeAll, beforeEach } from "vitest";
import type { GetOptions, ReadObject, Storage } from "../../src/storage/index.ts";
import type { CommonSettings } from "../../src/storage/settings.ts";

/** A place for bytes. */
export interface Ground {
  open(settings?: CommonSettings): Storage;
  /** The keys of all objects, those of unfinished uploads included. */
  keys(): string[];
  clear(): void;
  remove(): Promise<void>;
}

export interface Stage {
  ground: Ground;
  /** Empty at the start of each test. */
  storage: Storage;
  /** An object that has to be there. */
  read(key: string, options?: GetOptions): Promise<ReadObject>;
}

export function stage(prepare: () => Promise<Ground>): Stage {
  const on = {
    read: async (key: string, options?: GetOptions) => {
      const found = await on.storage.get(key, options);
      if (found === undefined || found === "unchanged") throw new Error(`${key} is ${found}`);
      return found;
    },
  } as Stage;
  beforeAll(async () => void (on.ground = await prepare()));
  afterAll(async () => {
    await on.storage?.close();
    await on.ground?.remove();
  });
  beforeEach(async () => {
    await on.storage?.close();
    on.ground.clear();
    on.storage = on.ground.open({ types: ["image/*", "text/plain"] });
  });
  return on;
}
