// Reading what a process last wrote, and finding in it the line that names the cause.

import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync, statSync } from "node:fs";

const tailBytes = 64 * 1024;
const keepBytes = 16 * 1024 * 1024;

/** The text written to a log after `offset`, at most its last 64 KiB. */
export function textSince(file: string, offset: number): string {
  if (!existsSync(file)) return "";
  const descriptor = openSync(file, "r");
  try {
    const { size } = fstatSync(descriptor);
    const from = Math.max(offset, size - tailBytes, 0);
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

/** Keeps one older log beside a log that has grown past 16 MiB. Called before a start, when nobody writes. */
export function rotate(file: string): void {
  if (sizeOf(file) > keepBytes) renameSync(file, `${file}.1`);
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
  const last = (pattern: RegExp): string | undefined => lines.findLast((line) => pattern.test(line));
  const cause = last(errorHead) ?? last(errorWord) ?? lines.at(-1) ?? "It wrote nothing to its log.";
  return cause
    .trim()
    .replace(lead, "")
    .replace(/^([A-Z]+): {2}/, "$1: ");
}

/** Text without the colours and cursor movements meant for a terminal. */
function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the escape character is what is looked for
  return text.replaceAll(/\u001B\[[0-9;?]*[A-Za-z]/g, "");
}
