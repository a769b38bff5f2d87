// Which types of content do nothing but be shown, and which can act in a browser.

/** Pictures, sound and film, which browsers show and never run. All else is downloaded. */
const passive: ReadonlySet<string> = new Set([
  "image/apng",
  "image/avif",
  "image/bmp",
  "image/gif",
  "image/jpeg",
  "image/png",
  "image/webp",
  "image/x-icon",
  "audio/aac",
  "audio/flac",
  "audio/mp4",
  "audio/mpeg",
  "audio/ogg",
  "audio/wav",
  "audio/webm",
  "audio/x-m4a",
  "video/mp4",
  "video/ogg",
  "video/quicktime",
  "video/webm",
]);

/** What can run script where it is opened. No wildcard permits it. */
const active: ReadonlySet<string> = new Set(["image/svg+xml", "text/html"]);

/** Of a type with or without parameters. */
export function isPassive(contentType: string): boolean {
  return passive.has(bare(contentType));
}

export function isActive(contentType: string): boolean {
  return active.has(bare(contentType));
}

function bare(contentType: string): string {
  return contentType.split(";", 1)[0]!.trim().toLowerCase();
}
