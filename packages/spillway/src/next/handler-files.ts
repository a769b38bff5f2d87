// The two files that Next.js loads as its cache handlers. They lie inside the app, since Turbopack builds nothing that
// refers to a file outside of it, and import nothing but Next.js: the preload or the adapter offers what they call.
// Where neither is there, as in a build, they are Next.js's own handlers.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { offerSymbol } from "./symbol.ts";

export interface HandlerFiles {
  incremental: string;
  useCache: string;
}

const head = `// Written by spillway; edits here are lost.
const offered = () =>
  process.env.NEXT_PHASE === "phase-production-build" ? undefined : globalThis[Symbol.for("${offerSymbol}")];
`;

const incremental = `${head}
module.exports = class {
  constructor(context) {
    const handler = offered()?.incremental(context, own);
    // What is returned takes the place of what was constructed.
    return handler === undefined ? own(context) : { ...handler, get: (...args) => get(handler, ...args) };
  }
};

async function get(handler, key, asked) {
  const entry = await handler.get(key, asked);
  if (entry?.cacheControl !== undefined) tellLifetime(key, entry.cacheControl);
  return entry;
}

// Before 16.3 Next.js takes the lifetime of a page that another server has rendered from here alone.
function tellLifetime(key, cacheControl) {
  if (key.startsWith("/route-cache/")) return;
  const { SharedCacheControls } = require("next/dist/server/lib/incremental-cache/shared-cache-controls.external");
  SharedCacheControls.cacheControls?.set(key.replace(/(?:\\/index)?\\/?$/, "") || "/", cacheControl);
}

function own(context) {
  const { default: FileSystemCache } = require("next/dist/server/lib/incremental-cache/file-system-cache");
  return new FileSystemCache(context);
}
`;

const useCache = `${head}
let handler;
const loaded = () => (handler ??= offered()?.useCache ?? own());

function own() {
  return require("next/dist/server/lib/cache-handlers/default").createDefaultCacheHandler(50 * 1024 * 1024);
}

module.exports = {
  get: (...args) => loaded().get(...args),
  set: (...args) => loaded().set(...args),
  refreshTags: () => loaded().refreshTags(),
  getExpiration: (...args) => loaded().getExpiration(...args),
  updateTags: (...args) => loaded().updateTags(...args),
};
`;

/** Changes with them: they become part of a build, and one of others does not fit. */
export const handlerVersion: string = createHash("sha256")
  .update(incremental + useCache)
  .digest("hex")
  .slice(0, 16);

/** Writes them where they are not, or are others. */
export function writeHandlerFiles(app: string): HandlerFiles {
  const folder = join(app, ".spillway", "next");
  const files = {
    incremental: join(folder, "cache-handler.cjs"),
    useCache: join(folder, "use-cache-handler.cjs"),
  };
  mkdirSync(folder, { recursive: true });
  writeIfOther(files.incremental, incremental);
  writeIfOther(files.useCache, useCache);
  return files;
}

function writeIfOther(file: string, text: string): void {
  try {
    if (readFileSync(file, "utf8") === text) return;
  } catch {
    // Not there yet.
  }
  // In one step: another server of the same app may be starting.
  const half = `${file}.${process.pid}`;
  writeFileSync(half, text);
  renameSync(half, file);
}
