// A stock app of Next.js that is deployed while visitors are on its pages: nobody notices, whichever balancer stands
// before it. Many deploys in a row are the business of `npm run bench -- deploy`.

import { expect, it } from "vitest";
import { deployAgainAndAgain } from "../../../testing/deploys/deploys.ts";
import { type BalancerEngine, balancerEngines } from "../src/config/types.ts";

/** A second one ends what was left of the first version. */
const times: Record<BalancerEngine, number> = { haproxy: 2, nginx: 1 };

it.each(balancerEngines)("visitors notice nothing of a deploy behind %s", async (engine) => {
  const visits = await deployAgainAndAgain(["--balancer", engine], { times: times[engine] });
  expect(visits.failures).toEqual([]);
  expect(visits).toMatchObject({ reloads: 0, stale: 0, lostActions: 0 });
  for (const asked of ["documents", "assets", "data", "actions", "unnamed"] as const)
    expect(visits[asked], asked).toBeGreaterThan(20);
});
