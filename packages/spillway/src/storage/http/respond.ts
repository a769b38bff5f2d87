// Objects as answers of HTTP: conditional requests and ranges as RFC 9110 has them, and nothing that could run.

import { SpillwayError } from "../../errors.ts";
import type { ObjectInfo, ReadObject } from "../backend.ts";
import type { Storage } from "../storage.ts";
import { isSameAsHad, isUnchanged } from "./conditions.ts";
import { disposition, harmless } from "./headers.ts";
import { parseRange } from "./ranges.ts";

export interface RespondOptions {
  /** The name that a browser gives what it downloads. */
  name?: string;
  /** `Cache-Control` of the answer. Default: what is kept with the object; `put` keeps that it never changes. */
  cacheControl?: string;
  /** Further headers, such as those of a CDN's tags. None of those that `respond` sets by itself is replaced. */
  headers?: Readonly<Record<string, string>>;
}

export type ObjectReader = Pick<Storage, "head" | "get">;

interface Asked {
  request: Request;
  key: string;
  options: RespondOptions;
}

/** Not 500: what storage throws is the app's to answer. */
export async function respond(storage: ObjectReader, asked: Asked): Promise<Response> {
  const { request, key } = asked;
  if (request.method !== "GET" && request.method !== "HEAD")
    return bare(405, { Allow: "GET, HEAD", ...harmless });
  const { signal } = request;
  if (request.method === "HEAD" || isConditional(request.headers)) {
    const info = await storage.head(key, { signal });
    if (info === undefined) return missing();
    if (isUnchanged(request.headers, info))
      return new Response(null, { status: 304, headers: shared(asked, info) });
    if (request.method === "HEAD") return new Response(null, { headers: full(asked, info, info.bytes) });
    if (!isSameAsHad(request.headers, info)) return await send(storage, asked);
  }
  return await send(storage, asked, parseRange(request.headers.get("range")));
}

async function send(
  storage: ObjectReader,
  asked: Asked,
  range?: ReturnType<typeof parseRange>,
): Promise<Response> {
  const { key, request } = asked;
  try {
    const found = await storage.get(key, { range, signal: request.signal });
    if (found === undefined || found === "unchanged") return missing();
    return answer(asked, found);
  } catch (error) {
    if (!isOutOfRange(error)) throw error;
    return bare(416, { "Content-Range": `bytes */${error.data.bytes}`, ...harmless });
  }
}

function answer(asked: Asked, found: ReadObject): Response {
  const { contentRange, body } = found;
  if (contentRange === undefined) return new Response(body, { headers: full(asked, found, found.bytes) });
  const [, first, last] = /(\d+)-(\d+)\//.exec(contentRange) ?? [];
  const headers = full(asked, found, Number(last) - Number(first) + 1);
  headers.set("Content-Range", contentRange);
  return new Response(body, { status: 206, headers });
}

/** What a 304 has as well (RFC 9110, 15.4.5). */
function shared({ options }: Asked, info: ObjectInfo): Headers {
  const headers = new Headers(options.headers);
  headers.set("ETag", info.etag);
  headers.set("Last-Modified", info.lastModified.toUTCString());
  const cacheControl = options.cacheControl ?? info.cacheControl;
  if (cacheControl !== undefined) headers.set("Cache-Control", cacheControl);
  for (const [name, value] of Object.entries(harmless)) headers.set(name, value);
  return headers;
}

function full(asked: Asked, info: ObjectInfo, bytes: number): Headers {
  const headers = shared(asked, info);
  headers.set("Accept-Ranges", "bytes");
  headers.set("Content-Type", info.contentType);
  headers.set("Content-Length", String(bytes));
  headers.set("Content-Disposition", disposition(info.contentType, asked.options.name));
  return headers;
}

function isConditional(headers: Headers): boolean {
  return ["if-none-match", "if-modified-since", "if-range"].some((name) => headers.has(name));
}

function isOutOfRange(error: unknown): error is SpillwayError<"SPILLWAY_STORAGE_RANGE"> {
  return error instanceof SpillwayError && error.code === "SPILLWAY_STORAGE_RANGE";
}

/** Not kept anywhere: what is not there now can be there in a moment. */
function missing(): Response {
  return bare(404, { "Cache-Control": "no-store", ...harmless });
}

function bare(status: number, headers: Record<string, string>): Response {
  return new Response(null, { status, headers });
}
