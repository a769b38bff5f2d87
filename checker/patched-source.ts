// A copy of the library's source in which something is changed. The source itself has no switch.

import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ownSource } from "./fleet.ts";

export interface Patch {
  /** Below the source. */
  file: string;
  /** All places where it stands are changed; there must be one. */
  old: string;
  text: string;
}

const modules = fileURLToPath(new URL("../node_modules", import.meta.url));

export class PatchedSource {
  readonly #folder: string = mkdtempSync(join(tmpdir(), "spillway-checker-"));

  /** Throws if there is nothing to change. */
  constructor(patches: readonly Patch[], original: string = ownSource) {
    cpSync(original, this.path, { recursive: true });
    symlinkSync(modules, join(this.#folder, "node_modules"));
    writeFileSync(join(this.#folder, "package.json"), '{ "type": "module" }');
    try {
      for (const patch of patches) this.#apply(patch);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  get path(): string {
    return join(this.#folder, "src");
  }

  [Symbol.dispose](): void {
    rmSync(dirname(this.path), { recursive: true, force: true });
  }

  #apply({ file, old, text }: Patch): void {
    const path = join(this.path, file);
    const before = readFileSync(path, "utf8");
    if (!before.includes(old)) throw new Error(`${file} has no such text any more:\n${old}`);
    writeFileSync(
      path,
      before.replaceAll(old, () => text),
    );
  }
}
