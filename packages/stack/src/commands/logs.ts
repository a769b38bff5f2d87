import { existsSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { nearest } from "../config/nearest.ts";
import { SpillwayError } from "../errors.ts";
import { StackFolder } from "../state/folder.ts";
import { sizeOf, textSince } from "../process/log-tail.ts";
import { redactFor } from "../supervisor/redact.ts";
import type { CliCommand, Invocation } from "./command.ts";
import { json, line, paint } from "./output.ts";

const linesShown = 40;
const pollMs = 200;

export const logs: CliCommand = {
  name: "logs",
  form: "[NAME]",
  summary: "print the end of one log, or of all; -f follows them",
  details: "The stack's own passwords are shown as ***.",
  options: {
    follow: { type: "boolean", short: "f", description: "go on printing what is written, until Ctrl-C" },
    lines: {
      type: "string",
      short: "n",
      value: "N",
      description: `how many lines of each log to begin with (${linesShown})`,
    },
  },
  positionals: 1,
  async run({ dir, json: asJson, options, positionals }) {
    const count = lineCount(options["lines"]);
    const folder = new StackFolder(dir);
    const names = chosen(folder, positionals[0]);
    const redact = redactFor(folder);
    const print = (name: string, text: string): void => {
      for (const one of redact(text)
        .split("\n")
        .filter((each) => each !== "")) {
        if (asJson) json({ component: name, line: one });
        else line(names.length === 1 ? one : `${paint("dim", `${name.padEnd(10)} |`)} ${one}`);
      }
    };
    const offsets = new Map(names.map((name) => [name, sizeOf(folder.log(name))]));
    for (const name of names)
      print(name, textSince(folder.log(name), 0).trimEnd().split("\n").slice(-count).join("\n"));
    const unread = new AbortController();
    // `spillway logs -f | head`: once nobody reads, there is nobody to follow for.
    process.stdout.once("error", () => unread.abort());
    while (options["follow"] === true && !unread.signal.aborted) {
      await sleep(pollMs);
      for (const name of names)
        offsets.set(
          name,
          printNew(folder.log(name), offsets.get(name)!, (text) => print(name, text)),
        );
    }
    return 0;
  },
};

/** Prints the whole lines written since `offset`; a log that shrank was begun anew. */
function printNew(file: string, offset: number, print: (text: string) => void): number {
  const size = sizeOf(file);
  const from = size < offset ? 0 : offset;
  const text = textSince(file, from);
  const end = text.lastIndexOf("\n") + 1;
  if (end === 0) return from;
  print(text.slice(0, end));
  return size - Buffer.byteLength(text.slice(end));
}

function chosen(folder: StackFolder, name: string | undefined): string[] {
  const known = existsSync(folder.root)
    ? readdirSync(folder.root)
        .filter((one) => existsSync(folder.log(one)))
        .toSorted()
    : [];
  if (name === undefined && known.length > 0) return known;
  if (name !== undefined && known.includes(name)) return [name];
  if (name === undefined) throw new SpillwayError("SPW_NOT_RUNNING", { dir: folder.app });
  const suggestion = nearest(name, known);
  throw new SpillwayError("SPW_UNKNOWN_COMPONENT", {
    found: name,
    allowed: known,
    ...(suggestion === undefined ? {} : { nearest: suggestion }),
  });
}

function lineCount(text: Invocation["options"][string]): number {
  if (text === undefined) return linesShown;
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new SpillwayError("SPW_USAGE", {
    problem: `--lines ${text.toString()} is not a number of lines`,
    hint: "Give a whole number from 1.",
  });
}
