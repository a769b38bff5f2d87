// The behaviour table, run on stock Next.js in one process: what every row is expected to be elsewhere.

import { beforeAll, describe, expect, test } from "vitest";
import { expectationsOf } from "../../../testing/next-table/expectations.ts";
import { PlainWorld } from "../../../testing/next-table/plain-world.ts";
import type { Observation } from "../../../testing/next-table/row.ts";
import { rowsIn, runTableIn } from "../../../testing/next-table/table.ts";
import { apps } from "../../../testing/next-table/world.ts";

/** A build and a run. */
const setUpMs = 180_000;

describe.each(apps)("the app %s on next start", (app) => {
  const expected = expectationsOf(app);
  let observed: Record<string, Observation>;

  beforeAll(async () => {
    observed = await runTableIn(new PlainWorld(app));
  }, setUpMs);

  test("every expectation belongs to a row", () => {
    const names = new Set(rowsIn(app).map(({ name }) => name));
    expect(Object.keys(expected).filter((name) => !names.has(name))).toEqual([]);
  });

  for (const { name, feature } of rowsIn(app)) {
    test(`${feature}: ${name}`, () => {
      expect(observed[name]).toEqual(expected[name]);
    });
  }
});
