// Cache Components: directives, lives, tags, and pages with holes.

import { setTimeout as sleep } from "node:timers/promises";
import { allDifferent, headersOf, until, versions } from "../facts.ts";
import { expectFresh, expectStaleThenFresh, fill } from "../invalidation.ts";
import { type Observation, type Row, rowsOf } from "../row.ts";
import type { World } from "../world.ts";
import { kept } from "./cached-pages.ts";

/** Data of the row expires after two seconds. */
const pastExpiryMs = 2_500;

export const components: Row[] = rowsOf("components", "cache components", {
  "a cached component that never changes is one rendering for everyone": (world) => kept(world, "/"),
  "a page of cached functions as built": (world) => kept(world, "/function/built"),
  "a cached file as built": (world) => kept(world, "/file/built"),

  "a page of a cached function, made when first asked for, is kept": (world) =>
    filled(world, `/function/${world.name}`),
  "a page of a cached file, made when first asked for, is kept": (world) =>
    filled(world, `/file/${world.name}`),

  "cached data is asked for once": (world) => askedOnce(world, `/data/cached/${world.name}`),
  "remotely cached data is asked for once": (world) => askedOnce(world, `/data/remote/${world.name}`),
  "cached values that JSON cannot carry stay what they are": (world) =>
    askedOnce(world, `/data/rich/${world.name}`),

  "data older than its life is served once more while it is made again": async (world) => {
    world.origin.set(world.name, "one");
    const first = await world.get(`/data/brief/${world.name}`);
    world.origin.set(world.name, "two");
    const way = await until(world, `/data/brief/${world.name}`, "two");
    return { seen: { first: first.version!, way } };
  },

  "data past its expiry is never served": async (world) => {
    world.origin.set(world.name, "one");
    const first = await world.get(`/data/mortal/${world.name}`);
    world.origin.set(world.name, "two");
    // Nothing can be awaited here but time: nobody asks, and nothing happens.
    await sleep(pastExpiryMs);
    const next = await world.get(`/data/mortal/${world.name}`);
    return { seen: { first: first.version!, next: next.version! } };
  },

  "privately cached data is the visitor's own, and kept on no server": async (world) => {
    const path = `/data/personal/${world.name}`;
    world.origin.set(world.name, "one");
    const ann = await world.visitor({ name: "ann" }).get(path);
    world.origin.set(world.name, "two");
    const readings = [ann, await world.visitor({ name: "ann" }).get(path), await world.get(path)];
    return { seen: { versions: versions(readings) } };
  },

  "a route handler with cached data": async (world) => {
    const before = await fill(world, `/api/cached/${world.name}`);
    return { seen: { ...before, calls: world.origin.calls(world.name) } };
  },

  "revalidateTag now: the next read of a cached page is new": (world) =>
    expectFresh(world, `/file/${world.name}`, now(world)),
  "revalidateTag now of an inner function: the next read of the page around it is new": (world) =>
    expectFresh(world, `/function/${world.name}`, now(world)),
  "revalidateTag now: the next read of cached data is new": (world) =>
    expectFresh(world, `/data/cached/${world.name}`, now(world)),
  "revalidateTag now: the next read of remotely cached data is new": (world) =>
    expectFresh(world, `/data/remote/${world.name}`, now(world)),
  "revalidateTag now of inner data: the next read of data made of it is new": (world) =>
    expectFresh(world, `/data/inherited/${world.name}`, now(world)),
  "revalidateTag max: a cached page is stale, then new": (world) =>
    expectStaleThenFresh(world, `/file/${world.name}`, { tag: `tag-${world.name}`, profile: "max" }),
  "revalidateTag max: remotely cached data is stale, then new": (world) =>
    expectStaleThenFresh(world, `/data/remote/${world.name}`, { tag: `tag-${world.name}`, profile: "max" }),
  "revalidatePath: the next read of a cached page is new": (world) =>
    expectFresh(world, `/file/${world.name}`, { path: `/file/${world.name}` }),
  "revalidatePath: the next read of remotely cached data on that page is new": (world) =>
    expectFresh(world, `/data/remote/${world.name}`, { path: `/data/remote/${world.name}` }),

  "revalidatePath of a page that the build made: the next read is new": async (world) => {
    world.origin.set("known", world.name);
    await world.post("/api/revalidate", { path: "/function/known" });
    return { seen: { versions: versions(await world.everywhere("/function/known")) } };
  },

  "who looks at drafts has nothing cached": async (world) => {
    const path = `/data/remote/${world.name}`;
    await fill(world, path);
    const editor = world.visitor();
    await editor.get("/api/draft/on");
    const draft = await editor.get(path);
    return { seen: { draft: draft.version!, others: versions(await world.everywhere(path)) } };
  },
});

export async function filled(world: World, path: string): Promise<Observation> {
  const seen = await fill(world, path);
  return { seen, headers: headersOf(await world.get(path)) };
}

async function askedOnce(world: World, path: string): Promise<Observation> {
  world.origin.set(world.name, "one");
  const readings = await world.everywhere(path);
  return {
    seen: {
      versions: versions(readings),
      calls: world.origin.calls(world.name),
      allDifferent: allDifferent(readings),
    },
    headers: headersOf(readings.at(-1)!),
  };
}

function now(world: World): { tag: string; profile: "now" } {
  return { tag: `tag-${world.name}`, profile: "now" };
}
