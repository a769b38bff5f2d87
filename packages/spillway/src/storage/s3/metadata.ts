// The headers of an object as the SDK calls them.

import type { Headers } from "../backend.ts";

export function metadataOf(headers: Headers): {
  ContentType: string;
  ContentDisposition: string;
  CacheControl: string;
} {
  const { contentType, contentDisposition, cacheControl } = headers;
  return { ContentType: contentType, ContentDisposition: contentDisposition, CacheControl: cacheControl };
}
