// Data that is kept for pages that are not.

import { allDifferent, versions } from "../facts.ts";
import { expectFresh, expectStaleThenFresh } from "../invalidation.ts";
import { type Observation, type Row, rowsOf } from "../row.ts";
import type { World } from "../world.ts";

export const data: Row[] = rowsOf("classic", "data", {
  "a fetch is made once for many renderings": (world) => once(world, `/data/fetched/${world.name}`),

  "a remembered function is called once for many renderings": (world) =>
    once(world, `/data/remembered/${world.name}`),

  "revalidateTag now: the next rendering fetches anew": (world) =>
    expectFresh(world, `/data/fetched/${world.name}`, { tag: `data-${world.name}`, profile: "now" }),

  "revalidateTag max: a rendering has the old fetch, then the new": (world) =>
    expectStaleThenFresh(world, `/data/fetched/${world.name}`, { tag: `data-${world.name}`, profile: "max" }),

  "revalidateTag now: the next rendering calls the remembered function anew": (world) =>
    expectFresh(world, `/data/remembered/${world.name}`, {
      tag: `remembered-${world.name}`,
      profile: "now",
    }),

  "revalidatePath of a dynamic page: its next rendering fetches anew": (world) =>
    expectFresh(world, `/data/fetched/${world.name}`, { path: `/data/fetched/${world.name}` }),
});

async function once(world: World, path: string): Promise<Observation> {
  world.origin.set(world.name, "one");
  const readings = await world.everywhere(path);
  return {
    seen: {
      versions: versions(readings),
      allDifferent: allDifferent(readings),
      calls: world.origin.calls(world.name),
    },
  };
}
