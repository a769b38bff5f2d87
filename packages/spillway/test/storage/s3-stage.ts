// An S3 server for the tests of a file, and storages in it that are closed after each.

import { afterAll, afterEach, beforeAll, beforeEach, vi } from "vitest";
import { type S3Server, startS3 } from "../../../../testing/s3-server.ts";
import { blockBytes } from "../../src/storage/blocks.ts";
import { createStorage, type Storage, type StorageSettings } from "../../src/storage/index.ts";
import { codeOf, picture, png } from "./bodies.ts";

export interface S3Stage {
  s3: S3Server;
  open(settings?: StorageSettings): Storage;
}

export function s3Stage(): S3Stage {
  const opened: Storage[] = [];
  const on = {
    open: (settings) => {
      const storage = createStorage(settings);
      opened.push(storage);
      return storage;
    },
  } as S3Stage;
  beforeAll(async () => void (on.s3 = await startS3()));
  afterAll(() => on.s3?.remove());
  beforeEach(() => {
    for (const [name, value] of Object.entries(on.s3.environment)) vi.stubEnv(name, value);
  });
  afterEach(async () => {
    for (const storage of opened.splice(0)) await storage.close();
  });
  return on;
}

/** What every call of a storage is rejected with. */
export async function codes(storage: Storage): Promise<string[]> {
  const calls = [
    storage.check(),
    storage.put(png, { folder: "pictures" }),
    storage.put(picture(blockBytes + 1), { folder: "pictures" }),
    storage.get("a/b.png"),
    storage.head("a/b.png"),
    storage.delete("a/b.png"),
  ];
  return await Promise.all(calls.map(codeOf));
}

/** The same for each of them. */
export function all(code: string): string[] {
  return Array.from({ length: 6 }, () => code);
}
