// What a tailer can be told: checked, and filled up with defaults.

import { SpillwayError } from "../../errors.ts";
import type { RowRules } from "./rules.ts";

export interface TailerOptions {
  /**
   * Tags of changed rows, by their table: `product` or `shop.product`, in the case that it was created with. A write
   * made in `psql` then invalidates too. Default none: then only what transactions said themselves is repeated.
   *
   * A rule is called with each row that was inserted or deleted, and for an update with the row before and the row
   * after. Of a row before, only the columns of the table's REPLICA IDENTITY are known, which is the primary key unless
   * it was changed. A rule that reads another column of it, throws, or returns anything but tags, invalidates
   * everything, and so does TRUNCATE: nothing is passed over in silence.
   */
  rules?: RowRules;
  /**
   * Name of the replication slot and of the publication: lower-case letters, digits and `_`. Default `spillway`. All
   * processes of an app use one; two apps on one database need two.
   */
  slot?: string;
}

export interface TailerSettings {
  rules: RowRules;
  slot: string;
}

const known: readonly string[] = ["rules", "slot"] satisfies (keyof TailerOptions)[];

/** Throws SPILLWAY_TAILER_SETTING. */
export function tailerSettings(options: TailerOptions): TailerSettings {
  for (const key of Object.keys(options))
    if (!known.includes(key)) throw invalid(key, "unknown", `one of ${known.join(", ")}`);
  const { rules = {}, slot = "spillway" } = options;
  if (typeof slot !== "string" || !/^[a-z0-9_]{1,63}$/.test(slot))
    throw invalid("slot", JSON.stringify(slot), "1 to 63 lower-case letters, digits or _");
  for (const [table, rule] of Object.entries(rules) as [string, unknown][])
    if (typeof rule !== "function") throw invalid(`rules.${table}`, typeof rule, "a function");
  return { rules, slot };
}

function invalid(setting: string, found: string, expected: string): SpillwayError {
  return new SpillwayError("SPILLWAY_TAILER_SETTING", { setting, found, expected });
}
