// Optimised images: their bytes in object storage, where there is one, and what is said of them in the cache. An image is
// made once for all servers, and does not take the room of pages.

import { buffer } from "node:stream/consumers";
import type { Storage } from "../storage/index.ts";
import type { IncrementalValue } from "./types.ts";

const folder = "next-images";

interface Image extends IncrementalValue {
  buffer?: Buffer;
  /** The key of its bytes, in the place of them. */
  stored?: string;
}

export class Images {
  #storage: Promise<Storage> | undefined;

  /** The image as it is kept in the cache: without its bytes, unless storage is away or there is none. */
  async keep(value: IncrementalValue): Promise<IncrementalValue> {
    const { buffer: bytes, ...image } = value as Image;
    if (bytes === undefined || !hasStorage()) return value;
    try {
      const storage = await this.#open();
      const { key } = await storage.put(bytes, { folder, types: ["image/*"] });
      return { ...image, stored: key } as IncrementalValue;
    } catch {
      return value;
    }
  }

  /** The image with its bytes; undefined if they cannot be had: it is made again then. */
  async whole(value: IncrementalValue): Promise<IncrementalValue | undefined> {
    const { stored, ...image } = value as Image;
    if (stored === undefined) return value;
    try {
      const storage = await this.#open();
      const found = await storage.get(stored);
      if (found === undefined || found === "unchanged") return undefined;
      return { ...image, buffer: await buffer(found.body) } as IncrementalValue;
    } catch {
      return undefined;
    }
  }

  /** Loaded with the first image: most servers never make one. */
  #open(): Promise<Storage> {
    return (this.#storage ??= import("../storage/index.ts").then(({ createStorage }) => createStorage()));
  }
}

function hasStorage(): boolean {
  return Boolean(process.env["S3_BUCKET"]);
}
