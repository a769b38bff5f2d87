// How the commands write: aligned, coloured only on a terminal, machine-readable with --json.

import { styleText } from "node:util";
import type { PlainError } from "../errors.ts";

type Style = Parameters<typeof styleText>[0];

/** Colour on a terminal; plain text into a pipe or with NO_COLOR. */
export function paint(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(style, text, { stream, validateStream: true });
}

export function line(text = ""): void {
  process.stdout.write(`${text}\n`);
}

export function json(value: unknown): void {
  line(JSON.stringify(value));
}

/** Rows in columns as wide as their widest cell; the last column is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)));
  return rows
    .map((row) =>
      row
        .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1)} s`;
}

/**
 * An error on standard error: what, and last the root cause or what to do. With --json it is one object on
 * standard output, so that a script reads one stream.
 */
export function printError(
  error: PlainError,
  { json: asJson, debug }: { json: boolean; debug: boolean },
): void {
  const { code, message, hint, exitCode, stack } = error;
  if (asJson) {
    json({ error: { code, message, hint, exitCode } });
    return;
  }
  const lines = [`${paint("red", "error", process.stderr)} ${code}: ${message}`, `  ${hint}`];
  if (debug && stack !== undefined) lines.splice(1, 0, stack);
  process.stderr.write(`${lines.join("\n")}\n`);
}
