// The line of the app that a statement comes from.

import { dirname, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** An ORM lies between the app and the driver, and so does every `await`. */
const frames = 60;

/** The folder of this library: frames in it are our own. */
const own = ownFolder();

/**
 * `file:line:column` of the nearest frame that is not of a package or of Node, if there is one. To be asked
 * where the app's call comes in: what runs once a connection is there has the socket for a caller.
 */
export function callSite(): string | undefined {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = frames;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = before;
  return siteIn(stack, own);
}

export function siteIn(stack: string, ownPath: string): string | undefined {
  for (const line of stack.split("\n").slice(1)) {
    const [, place = "", position] = /^(.+):(\d+:\d+)$/.exec(locationIn(line)) ?? [];
    if (position === undefined) continue;
    const path = place.startsWith("file:") ? fileURLToPath(place) : place;
    if (!/^node:|[\\/]node_modules[\\/]/.test(path) && !path.startsWith(ownPath))
      return `${path}:${position}`;
  }
  return undefined;
}

/** `at name (location)` or `at location`; a folder such as Next.js's `(shop)` has parentheses of its own. */
function locationIn(line: string): string {
  const frame = line.trim().replace(/^at (async )?/, "");
  return frame.endsWith(")") ? frame.slice(frame.indexOf(" (") + 2, -1) : frame;
}

function ownFolder(): string {
  // No `new URL(…, import.meta.url)`: bundlers take that for a file to be packed.
  const here: string = import.meta.url;
  return here.startsWith("file:") ? dirname(dirname(dirname(fileURLToPath(here)))) + sep : sep;
}
