// A route made from a path, for servers that know no routes.

/** Paths whose route is remembered. A crawl of ids must not grow it without end. */
const maxRemembered = 1000;
const remembered = new Map<string, string>();

/** Segments kept; deeper paths end in `*`. */
const maxDepth = 6;

/** The path of `target` without query, with `:id` for every segment that looks like one. */
export function pathRoute(target: string): string {
  const path = pathOf(target);
  const known = remembered.get(path);
  if (known !== undefined) return known;
  const route = templatePath(path);
  if (remembered.size >= maxRemembered) remembered.clear();
  remembered.set(path, route);
  return route;
}

/** The path of a request target (RFC 9112, section 3.2), without query or fragment. */
export function pathOf(target: string): string {
  const end = target.search(/[?#]/);
  const path = end < 0 ? target : target.slice(0, end);
  if (path.startsWith("/")) return path;
  const absolute = /^https?:\/\/[^/]*(\/.*)?$/i.exec(path);
  return absolute === null ? "*" : (absolute[1] ?? "/");
}

function templatePath(path: string): string {
  const segments = path.split("/");
  const kept = segments.slice(0, maxDepth + 1).map(templateSegment);
  return (segments.length > maxDepth + 1 ? [...kept, "*"] : kept).join("/");
}

export function templateSegment(segment: string): string {
  return isId(segment) ? ":id" : segment;
}

/**
 * Better a fixed name taken for an id than one id in a label: three digits are
 * enough (numbers, UUIDs, hashes, tokens), or anything that is no plain word.
 */
function isId(segment: string): boolean {
  if (segment.length > 32 || !/^[\w.~-]*$/.test(segment)) return true;
  if (/^\d+$/.test(segment)) return true;
  const digits = segment.replace(/\D/g, "").length;
  return digits >= 3 || (segment.length >= 16 && !/[-._]/.test(segment));
}
