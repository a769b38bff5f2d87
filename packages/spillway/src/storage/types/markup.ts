// Which text is a document that a browser would run.

/** What may come before the first element: a mark of the encoding, space, declarations and comments. */
const preamble = /^\uFEFF?(?:\s+|<\?[^>]*>|<!--[\s\S]*?-->)*/;

/** `image/svg+xml` and `text/html` by the beginning of a text; undefined for any other. */
export function markupOf(text: string): "image/svg+xml" | "text/html" | undefined {
  const start = text.replace(preamble, "").toLowerCase();
  if (/^(?:<!doctype html|<html[\s>])/.test(start)) return "text/html";
  const svg = /^(?:<!doctype svg[^>[]*(?:\[[^\]]*\])?[^>]*>\s*)?<svg[\s>/]/;
  return svg.test(start) ? "image/svg+xml" : undefined;
}
