// Reading what a process last wrote, and finding in it the line that names the cause.

import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  statSync,
  truncateSync,
} from "node:fs";

const tailBytes = 64 * 1024;
const keepBytes = 16 * 1024 * 1024;

/** The text written to a log after `offset`, at most its last 64 KiB. */
export function textSince(file: string, offset: number): string {
  if (!existsSync(file)) return "";
  const descriptor = openSync(file, "r");
  try {
    const { size } = fstatSync(descriptor);
    // A log that is shorter than it was has been begun anew.
    const start = offset > size ? 0 : offset;
    const from = Math.max(start, size - tailBytes, 0);
    const buffer = Buffer.alloc(Math.max(0, size - from));
    readSync(descriptor, buffer, 0, buffer.length, from);
    return buffer.toString("utf8");
  } finally {
    closeSync(descriptor);
  }
}

export function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}

/**
 * Keeps one older log beside a log that has grown past 16 MiB. Its writer goes on in the same file, which it
 * appends to; what it writes between copy and cut is lost.
 */
export function rotate(file: string): void {
  if (sizeOf(file) <= keepBytes) return;
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
}

const errorHead = /^(?:Uncaught )?(?:[A-Z]\w*)?(?:Error|Exception)(?: \[\w+\])?: ./;
const errorWord = /\b(?:error|fatal|alert|emerg|panic|cannot|can't|failed)\b/i;
/** What a line begins with that is not part of its meaning: PostgreSQL's time and pid, a clause's "but". */
const lead = /^(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\S* \w+ \[\d+\] |but (?=could not ))/;
const noise = /^\s*(?:at |\^|Node\.js v\d|\}|\{|$)/;

/** The line of a log that tells best why a process ended: its last error, else its last words. */
export function causeIn(log: string): string {
  const lines = plain(log)
    .split("\n")
    .filter((line) => !noise.test(line));
  const last = (pattern: RegExp): number | undefined => {
    const at = lines.findLastIndex((line) => pattern.test(line));
    return at < 0 ? undefined : at;
  };
  const at = last(errorHead) ?? last(errorWord) ?? lines.length - 1;
  const cause = lines[at]?.trim() ?? "It wrote nothing to its log.";
  // A line that ends in a colon names nothing yet: what it announces stands on the next.
  return (cause.endsWith(":") ? `${cause} ${lines[at + 1]?.trim() ?? ""}` : cause)
    .trim()
    .replace(lead, "")
    .replace(/^([A-Z]+): {2}/, "$1: ");
}

/** Text without the colours and cursor movements meant for a terminal. */
function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the escape character is what is looked for
  return text.replaceAll(/\u001B\[[0-9;?]*[A-Za-z]/g, "");
}
