import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { causeIn, rotate, textSince } from "./log-tail.ts";

describe("the cause is the line that a person would look for", () => {
  test.each([
    [
      "an uncaught error of Node, above its stack",
      `file:///srv/server.js:3\n    throw new Error("DATABASE_URL is not set");\n          ^\n\nError: DATABASE_URL is not set\n    at file:///srv/server.js:3:11\n    at node:internal/main\n\nNode.js v26.10.0\n`,
      "Error: DATABASE_URL is not set",
    ],
    [
      "a coded error",
      "TypeError [ERR_INVALID_ARG]: The port is wrong\n    at x\n  code: 'ERR_INVALID_ARG'\n}\n",
      "TypeError [ERR_INVALID_ARG]: The port is wrong",
    ],
    [
      "nginx",
      'nginx: [emerg] unknown directive "listn" in nginx.conf:3\n',
      'nginx: [emerg] unknown directive "listn" in nginx.conf:3',
    ],
    [
      "PostgreSQL, without its clock and pid",
      "2026-11-23 00:45:23.726 UTC [69] LOG:  starting\n2026-11-23 00:45:23.726 UTC [69] FATAL:  could not access the data\n2026-11-23 00:45:23.727 UTC [69] LOG:  database system is shut down\n",
      "FATAL: could not access the data",
    ],
    ["coloured text", "\u001B[31mError: red\u001B[0m\n", "Error: red"],
    ["last words where there is no error", "one\ntwo\n\n", "two"],
    [
      "what a line announces",
      "Error: next/font: error:\nFailed to fetch Geist.\n\n    at x\n",
      "Error: next/font: error: Failed to fetch Geist.",
    ],
    ["nothing", "", "It wrote nothing to its log."],
  ])("%s", (_name, log, cause) => {
    expect(causeIn(log)).toBe(cause);
  });
});

test("a log past its bound is begun anew, and the older one is kept beside it", () => {
  const dir = mkdtempSync(join(tmpdir(), "spillway-log-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const file = join(dir, "log");
  writeFileSync(file, "short\n");
  rotate(file);
  expect(readFileSync(file, "utf8")).toBe("short\n");
  appendFileSync(file, Buffer.alloc(17 * 1024 * 1024, "x"));
  rotate(file);
  appendFileSync(file, "new\n");
  // Asked from where the log ended before, all that is new is found.
  expect(textSince(file, 17 * 1024 * 1024)).toBe("new\n");
  expect(readFileSync(`${file}.1`).length).toBeGreaterThan(17 * 1024 * 1024);
});
