// The rules of the app: which tags end when a row changes.

import type { QueryResultRow } from "pg";
import { reasonOf, warn } from "../../warnings.ts";
import { type Column, type ParserOf, rowOf, type Tuple } from "./row.ts";

/**
 * Tags of a row that was inserted, updated or deleted. Called at once, and must answer at once. For an update it is
 * called with the row before and the row after.
 */
export type Rule = (row: QueryResultRow) => readonly string[];
export type RowRules = Readonly<Record<string, Rule>>;

/** A table that has a rule, as it was found. */
export interface RuledTable {
  /** As the rules name it. */
  key: string;
  schema: string;
  name: string;
}

const longestTag = 512;

/** Warned of once in a process: a rule that fails does so at every row. */
const warned = new Set<string>();

export class Rules {
  readonly #rules: RowRules;
  readonly #tables: readonly RuledTable[];
  readonly #parserOf: ParserOf;

  constructor(rules: RowRules, tables: readonly RuledTable[], parserOf: ParserOf) {
    this.#rules = rules;
    this.#tables = tables;
    this.#parserOf = parserOf;
  }

  /** By what the rules name a table; undefined if they do not. */
  keyOf(schema: string, name: string): string | undefined {
    return this.#tables.find((table) => table.schema === schema && table.name === name)?.key;
  }

  /** Undefined when the rule cannot say, of which is warned: then everything cached may be made of that row. */
  tagsOf(key: string, columns: readonly Column[], tuple: Tuple): readonly string[] | undefined {
    try {
      const tags: unknown = this.#rules[key]?.(rowOf(columns, tuple, this.#parserOf));
      if (Array.isArray(tags) && tags.every(isTag)) return tags as string[];
      // An async function that fails later must not end the process.
      if (tags instanceof Promise) tags.catch(() => undefined);
      warnOfRule(
        key,
        `it returned ${describe(tags)}, expected an array of tags of 1 to ${longestTag} characters`,
      );
    } catch (error) {
      warnOfRule(key, reasonOf(error));
    }
    return undefined;
  }
}

function warnOfRule(key: string, problem: string): void {
  if (warned.has(key)) return;
  warned.add(key);
  warn("SPILLWAY_TAILER_RULE", `the rule of ${key}: ${problem}`);
}

function isTag(value: unknown): boolean {
  return typeof value === "string" && value !== "" && value.length <= longestTag;
}

function describe(value: unknown): string {
  if (!Array.isArray(value)) return value === null ? "null" : typeof value;
  const other = (value as unknown[]).find((one) => !isTag(one));
  return `an array with ${typeof other === "string" ? `a text of ${other.length} characters` : typeof other}`;
}
