// Turns what the schema finds wrong into an error with place, key and expectation.

import type { z } from "zod";
import { SpillwayError } from "../errors.ts";
import { defaults } from "./defaults.ts";
import { nearest } from "./nearest.ts";
import { stackSchema } from "./schema.ts";
import type { StackConfig } from "./types.ts";

/** Says where a key stands: `spillway.config.ts:4`, or the name of a flag or variable. */
export type Locate = (path: readonly string[]) => string;

/** Checks one layer of configuration; throws SPW_CONFIG_UNKNOWN_KEY or SPW_CONFIG_VALUE for the first fault. */
export function validate(config: unknown, locate: Locate): StackConfig {
  const result = stackSchema.safeParse(config);
  if (result.success) return result.data as StackConfig;
  // A misspelt key explains more than the values beside it.
  const issues = result.error.issues;
  const issue = issues.find((one) => one.code === "unrecognized_keys") ?? issues[0];
  throw issue === undefined ? result.error : describe(issue, config, locate);
}

function describe(issue: z.core.$ZodIssue, config: unknown, locate: Locate): SpillwayError {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0]!;
    const allowed = Object.keys(Object(valueAt(defaults, path)));
    const suggestion = nearest(key, allowed);
    return new SpillwayError("SPW_CONFIG_UNKNOWN_KEY", {
      where: locate([...path, key]),
      key: [...path, key].join("."),
      allowed,
      ...(suggestion === undefined ? {} : { nearest: suggestion }),
    });
  }
  return new SpillwayError("SPW_CONFIG_VALUE", {
    where: locate(path),
    key: path.join(".") || "the config",
    found: show(valueAt(config, path)),
    expected: expectation(issue),
  });
}

export function valueAt(object: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (Object(value) as Record<string, unknown>)[key], object);
}

function show(value: unknown): string {
  if (typeof value === "function" || value === undefined) return typeof value;
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

const typeNames: Record<string, string> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "an object",
  record: "an object of strings",
  string: "a text",
};

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return typeNames[issue.expected] ?? issue.expected;
    case "too_small":
      return issue.origin === "string" ? "a text that is not empty" : `at least ${issue.minimum}`;
    case "too_big":
      return `at most ${issue.maximum}`;
    case "invalid_value":
      return `one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    default:
      return issue.message;
  }
}
