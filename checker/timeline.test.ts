// What was the newest acknowledged write at a moment.

import { expect, it } from "vitest";
import type { Write } from "./history.ts";
import { Timeline } from "./timeline.ts";

const write = (version: number, acknowledged: number | undefined): Write => ({
  kind: "write",
  client: "c",
  session: undefined,
  worker: "w",
  item: 1,
  version,
  called: 0,
  acknowledged,
  announced: true,
});

it("names the highest version that was acknowledged before a moment", () => {
  const timeline = new Timeline([write(3, 20), write(1, 10), write(2, 30), write(9, undefined)]);
  const versions = [10, 11, 20, 21, 31].map((at) => timeline.newestBefore(at)?.version);
  expect(versions).toEqual([undefined, 1, 1, 3, 3]);
});
