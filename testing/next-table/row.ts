// A row of the table: one thing Next promises, and how a visitor would notice.

import type { App, World } from "./world.ts";

export type Fact = string | number | boolean | null | Fact[] | { [name: string]: Fact };

export interface Observation {
  /** What a visitor sees; must be equal wherever the app is served. */
  seen: { [name: string]: Fact };
  /** Headers as they came; caches in between have a say in some of them. */
  headers?: { [name: string]: string };
}

export interface Row {
  app: App;
  feature: string;
  /** What holds, in plain words; unique in its app. */
  name: string;
  run(world: World): Promise<Observation>;
}

/** The rows of one feature of one app. */
export function rowsOf(
  app: App,
  feature: string,
  runs: Record<string, (world: World) => Promise<Observation>>,
): Row[] {
  return Object.entries(runs).map(([name, run]) => ({ app, feature, name, run }));
}
