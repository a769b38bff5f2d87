// The contract on a local disk.

import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createDiskStorage } from "../../src/storage/index.ts";
import { codeOf, png } from "./bodies.ts";
import { storageContract } from "./contract.ts";
import type { Ground } from "./stage.ts";

async function prepare(): Promise<Ground> {
  const directory = mkdtempSync(join(tmpdir(), "spillway-disk-"));
  return {
    open: (settings = {}) => createDiskStorage({ ...settings, directory }),
    keys: () =>
      globSync("{,.uploads/}**/*", { cwd: directory, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
        .toSorted(),
    clear: () => {
      for (const one of [".uploads", ".about", ...globSync("*", { cwd: directory })])
        rmSync(join(directory, one), { recursive: true, force: true });
    },
    remove: async () => rmSync(directory, { recursive: true }),
  };
}

storageContract("on a disk", prepare);

test("a disk that cannot be written to is a coded error", async () => {
  const storage = createDiskStorage({ directory: "/dev/null/files" });
  expect(await codeOf(storage.put(png, { folder: "a" }))).toBe("SPILLWAY_STORAGE_DISK");
});

test("a disk gives no form to upload with", async () => {
  const storage = createDiskStorage({ directory: "/nowhere" });
  expect(await codeOf(storage.presign({ folder: "a" }))).toBe("SPILLWAY_STORAGE_REFUSED");
});
