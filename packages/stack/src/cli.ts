// The command `spillway`: reads the verb and its options, and turns what is thrown into an exit code.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { commands } from "./commands/all.ts";
import type { CliCommand, Invocation } from "./commands/command.ts";
import { commandHelp, commonOptions, mainHelp } from "./commands/help.ts";
import { line, printError } from "./commands/output.ts";
import { stackDir } from "./config/load.ts";
import { nearest } from "./config/nearest.ts";
import { SpillwayError, asSpillwayError, plainError } from "./errors.ts";

export async function main(args: readonly string[]): Promise<number> {
  const [verb, ...rest] = args;
  // Who reads us may stop reading (`spillway logs | head`); that is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  try {
    if (verb === "--version" || verb === "-v") {
      line(version());
      return 0;
    }
    if (verb === undefined || ["help", "--help", "-h"].includes(verb)) {
      line(mainHelp(commands, version()));
      return verb === undefined ? 2 : 0;
    }
    return await runCommand(commandNamed(verb), rest);
  } catch (error) {
    const known = asSpillwayError(error);
    printError(plainError(known), { json: args.includes("--json"), debug: args.includes("--debug") });
    return known.exitCode;
  }
}

async function runCommand(command: CliCommand, args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(command, args);
  if (values["help"] === true) {
    line(commandHelp(command));
    return 0;
  }
  const dir = stackDir(typeof values["dir"] === "string" ? values["dir"] : process.cwd());
  return command.run({ dir, json: values["json"] === true, options: values, positionals });
}

function commandNamed(verb: string): CliCommand {
  const found = commands.find((one) => one.name === verb);
  if (found !== undefined) return found;
  if (verb.startsWith("-")) {
    const suggestion = nearest(verb, ["--help", "--version"]);
    throw new SpillwayError("SPW_USAGE", {
      problem: `unknown option ${verb}${suggestion === undefined ? "" : ` — did you mean ${suggestion}?`}`,
      hint: "The command comes first: `spillway up --detach`. `spillway --help` lists them.",
    });
  }
  const names = commands.map((one) => one.name);
  const suggestion = nearest(verb, names);
  throw new SpillwayError("SPW_USAGE", {
    problem: `unknown command ${verb}${suggestion === undefined ? "" : ` — did you mean ${suggestion}?`}`,
    hint: `Commands: ${names.join(", ")}. \`spillway --help\` tells more.`,
  });
}

function parse(
  command: CliCommand,
  args: readonly string[],
): { values: Invocation["options"]; positionals: string[] } {
  const known = { ...command.options, ...commonOptions };
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { type, short, multiple = false }]) => [
      name,
      { type, multiple, ...(short === undefined ? {} : { short }) },
    ]),
  );
  const usage = (problem: string, hint?: string): SpillwayError =>
    new SpillwayError("SPW_USAGE", {
      problem,
      hint: hint ?? `\`spillway ${command.name} --help\` shows its options.`,
    });
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (positionals.length > (command.positionals ?? 0))
      throw usage(`${command.name} takes no argument ${positionals.at(-1)}`);
    return { values, positionals };
  } catch (error) {
    if (error instanceof SpillwayError) throw error;
    const { message } = error as Error;
    const option = /'(?:-\w, )?(--?[\w-]+)/.exec(message)?.[1] ?? "";
    const suggestion = nearest(option.replace(/^-+/, ""), Object.keys(known));
    const meant =
      message.startsWith("Unknown option") && suggestion !== undefined
        ? ` — did you mean --${suggestion}?`
        : "";
    throw usage(
      message.startsWith("Unknown option") ? `unknown option ${option}${meant}` : message.split(". ")[0]!,
    );
  }
}

function version(): string {
  const manifest = new URL("../package.json", import.meta.url);
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}
