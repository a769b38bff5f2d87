// What stock Next.js in one process does, row by row: the table that everything else is measured by.

import { readFileSync } from "node:fs";
import type { Observation } from "./row.ts";
import type { App } from "./world.ts";

/** By the name of the row. */
export function expectationsOf(app: App): Record<string, Observation> {
  const file = new URL(`expected/${app}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as Record<string, Observation>;
}
