// What is worth compressing. Pure.

/** Media types of text, for which it pays: images, films and fonts are compressed already. */
export const compressedTypes: readonly string[] = [
  "text/html",
  "text/plain",
  "text/css",
  "text/xml",
  "text/javascript",
  "text/x-component",
  "application/javascript",
  "application/json",
  "application/ld+json",
  "application/manifest+json",
  "application/rss+xml",
  "application/xml",
  "image/svg+xml",
];

/** Bytes. A packet is sent in any case, so less gains nothing. */
export const leastCompressed = 1_024;
