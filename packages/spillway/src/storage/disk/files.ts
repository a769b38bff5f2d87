// Where the objects of a disk lie. What S3 keeps as metadata lies beside them, in a folder of its own.

import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Headers, Place } from "../backend.ts";
import { aboutFolder, uploadsFolder } from "../keys.ts";
import { isMissing } from "./failure.ts";

export class Files {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  of(key: string): string {
    return join(this.directory, key);
  }

  async about(key: string): Promise<Headers | undefined> {
    try {
      return JSON.parse(await readFile(this.#aboutOf(key), "utf8")) as Headers;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** A name for what is not whole yet, on the same disk. */
  async unfinished(): Promise<string> {
    const folder = join(this.directory, uploadsFolder);
    await mkdir(folder, { recursive: true });
    return join(folder, randomBytes(16).toString("hex"));
  }

  /** Makes a whole file the object, at once. */
  async publish(file: string, { key, headers }: Place): Promise<void> {
    const [object, about] = [this.of(key), this.#aboutOf(key)];
    await mkdir(dirname(object), { recursive: true });
    await mkdir(dirname(about), { recursive: true });
    // First: an object without it would be given out with no type.
    const written = await this.unfinished();
    await writeFile(written, JSON.stringify(headers));
    await rename(written, about);
    await rename(file, object);
  }

  async remove(key: string): Promise<void> {
    await rm(this.of(key), { force: true });
    await rm(this.#aboutOf(key), { force: true });
  }

  #aboutOf(key: string): string {
    return join(this.directory, aboutFolder, `${key}.json`);
  }
}
