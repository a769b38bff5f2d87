// The behaviour table, run on the full stack: two edges, a balancer, three servers. Every cell is that of one process of
// stock Next.js, or is named here with its reason.

import { beforeAll, describe, expect, test } from "vitest";
import { expectationsOf } from "../../../testing/next-table/expectations.ts";
import type { Fact, Observation } from "../../../testing/next-table/row.ts";
import { rowsIn, runTableIn } from "../../../testing/next-table/table.ts";
import { apps } from "../../../testing/next-table/world.ts";
import { NextStack } from "./helpers/next-stack.ts";

/** A build, a start and a run. */
const setUpMs = 180_000;

/** What the stack does in another way. */
const explained: Record<string, { [fact: string]: Fact[] }> = {
  // Next.js keeps what was overtaken while it was made; here it is not kept.
  "a page being made while its path is revalidated": { afterwards: [["two"]] },
  "a remembered function being called while its tag is revalidated": { afterwards: [["two"]] },
  // The edge knows of parts.
  "a part of a cached page is not to be had": { status: [206], version: [null] },
  // It is compressed for the edge, which unpacks for a client that cannot read that, and waits for all of it.
  "a streamed page shows its shell before the origin has answered": { shellFirst: [false] },
  "a shell arrives before the origin has answered for a hole": { shellFirst: [false] },
  // A fetch is kept a moment after its answer: another server may fetch as well.
  "fetched data older than its time is served once more while it is fetched again": {
    way: [["one", "two"], ["two"]],
  },
};

describe.each(apps)("the app %s behind the stack", (app) => {
  const expected = expectationsOf(app);
  let observed: Record<string, Observation>;

  beforeAll(async () => {
    observed = await runTableIn(new NextStack(app));
  }, setUpMs);

  for (const { name, feature } of rowsIn(app)) {
    test(`${feature}: ${name}`, () => {
      const { seen } = observed[name]!;
      const different = explained[name] ?? {};
      for (const [fact, values] of Object.entries(different)) expect(values).toContainEqual(seen[fact]);
      const same = (facts: Observation["seen"]): Observation["seen"] =>
        Object.fromEntries(Object.entries(facts).filter(([fact]) => !(fact in different)));
      expect(same(seen)).toEqual(same(expected[name]!.seen));
    });
  }
});
