// What is made again by time.

import { askWhile, oneRendering, until, versions } from "../facts.ts";
import { type Observation, type Row, rowsOf } from "../row.ts";
import type { World } from "../world.ts";

export const time: Row[] = rowsOf("classic", "time", {
  "a page older than its time is served once more while it is made again": (world) =>
    renewed(world, `/timed/${world.name}`),

  "fetched data older than its time is served once more while it is fetched again": (world) =>
    renewed(world, `/data/timed/${world.name}`),

  "a page that cannot be made again goes on as it was, until it can": async (world) => {
    const { origin, name } = world;
    const path = `/failing/${name}`;
    origin.set(name, "one");
    await world.get(path);
    origin.set(name, "two");
    origin.break(name, true);
    const calls = origin.calls(name);
    // The failure of the first attempt has been dealt with when the second one comes.
    const during = await askWhile(world, path, () => origin.calls(name) < calls + 2);
    origin.break(name, false);
    const way = await until(world, path, "two");
    return { seen: { during, way } };
  },

  "a page that fails the first time is an error that is not kept": async (world) => {
    const { origin, name } = world;
    const path = `/failing/${name}`;
    origin.set(name, "one");
    origin.break(name, true);
    const failures = await world.everywhere(path);
    origin.break(name, false);
    const after = await world.everywhere(path);
    return {
      seen: { failures: [...new Set(failures.map(({ status }) => status))], after: versions(after) },
      headers: { "cache-control": failures[0]!.headers["cache-control"] ?? "none" },
    };
  },
});

async function renewed(world: World, path: string): Promise<Observation> {
  world.origin.set(world.name, "one");
  const first = await world.get(path);
  world.origin.set(world.name, "two");
  const way = await until(world, path, "two");
  await world.settle();
  const after = await world.everywhere(path);
  return { seen: { first: first.version!, way, after: versions(after), oneRendering: oneRendering(after) } };
}
