// The text of --help.

import type { CliCommand, OptionHelp } from "./command.ts";
import { table } from "./output.ts";

/** Options that every verb takes. */
export const commonOptions: Readonly<Record<string, OptionHelp>> = {
  dir: { type: "string", short: "C", value: "FOLDER", description: "the app's folder (this one)" },
  json: { type: "boolean", description: "machine-readable output: JSON, one object per line" },
  debug: { type: "boolean", description: "with an error, its stack trace" },
  help: { type: "boolean", short: "h", description: "this help" },
};

const exitCodes =
  "Exit codes: 0 done, 1 it was tried and failed, 2 wrong use, config or machine: nothing was started.";

export function mainHelp(commands: readonly CliCommand[], version: string): string {
  const rows = commands.map(({ name, form, summary }) => [
    `  ${name}${form === undefined ? "" : ` ${form}`}`,
    summary,
  ]);
  return `spillway ${version}: the whole scaling architecture around one web app, on this machine

Usage: spillway COMMAND [OPTIONS]

${table(rows)}

Options of every command:
${optionTable(commonOptions)}

\`spillway COMMAND --help\` tells more. ${exitCodes}`;
}

export function commandHelp({ name, form, summary, details, options }: CliCommand): string {
  const parts = [
    `Usage: spillway ${name}${form === undefined ? "" : ` ${form}`} [OPTIONS]`,
    `${summary[0]!.toUpperCase()}${summary.slice(1)}.${details === undefined ? "" : `\n${details}`}`,
    `Options:\n${optionTable({ ...options, ...commonOptions })}`,
    exitCodes,
  ];
  return parts.join("\n\n");
}

function optionTable(options: Readonly<Record<string, OptionHelp>>): string {
  return table(
    Object.entries(options).map(([name, { short, value, description }]) => [
      `  ${short === undefined ? "    " : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`,
      description,
    ]),
  );
}
