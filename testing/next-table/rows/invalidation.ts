// What is made again because someone says so, from a route handler.

import { versions } from "../facts.ts";
import { expectFresh, expectFreshAfterSecond, expectStaleThenFresh, fill } from "../invalidation.ts";
import { type Observation, type Row, rowsOf } from "../row.ts";
import type { World } from "../world.ts";

export const invalidation: Row[] = rowsOf("classic", "invalidation", {
  "revalidatePath of one page: the next read is new": (world) =>
    expectFresh(world, `/plain/${world.name}`, { path: `/plain/${world.name}` }),

  "revalidatePath of a page that the build made: the next read is new": async (world) => {
    world.origin.set("known", world.name);
    await world.post("/api/revalidate", { path: "/posts/known" });
    const readings = await world.everywhere("/posts/known");
    return { seen: { versions: versions(readings) } };
  },

  "revalidatePath of one page leaves its neighbours": async (world) => {
    const neighbour = `${world.name}-neighbour`;
    world.origin.set(neighbour, "one");
    await world.everywhere(`/plain/${neighbour}`);
    world.origin.set(neighbour, "two");
    await world.post("/api/revalidate", { path: `/plain/${world.name}` });
    await world.settle();
    return { seen: { neighbour: versions(await world.everywhere(`/plain/${neighbour}`)) } };
  },

  "revalidatePath of a route pattern: the next read of any of its pages is new": (world) =>
    expectFresh(world, `/pattern/${world.name}`, { path: "/pattern/[slug]", type: "page" }),

  "revalidatePath of a layout: the next read of a page below it is new": (world) =>
    expectFresh(world, `/section/${world.name}`, { path: "/section", type: "layout" }),

  "revalidatePath of a cached route handler: the next read is new": (world) =>
    expectFresh(world, `/api/cached/${world.name}`, { path: `/api/cached/${world.name}` }),

  "revalidatePath of the source of a rewrite changes nothing": async (world) => {
    const before = await fill(world, `/posts/${world.name}`);
    await world.post("/api/revalidate", { path: `/configured/as/${world.name}` });
    await world.settle();
    return { seen: { ...before, after: versions(await world.everywhere(`/configured/as/${world.name}`)) } };
  },

  "revalidatePath of the target of a rewrite: the next read of its source is new": (world) =>
    expectFresh(world, `/configured/as/${world.name}`, { path: `/posts/${world.name}` }),

  "revalidateTag now: the next read of a page with that fetch is new": (world) =>
    expectFresh(world, `/fetched/${world.name}`, { tag: `fetched-${world.name}`, profile: "now" }),

  "revalidateTag now: the next read of a page with that remembered function is new": (world) =>
    expectFresh(world, `/remembered/${world.name}`, { tag: `remembered-${world.name}`, profile: "now" }),

  "revalidateTag max: a page with that fetch is stale, then new": (world) =>
    expectStaleThenFresh(world, `/fetched/${world.name}`, { tag: `fetched-${world.name}`, profile: "max" }),

  "revalidateTag max: a page with that remembered function is stale, then new": (world) =>
    expectStaleThenFresh(world, `/remembered/${world.name}`, {
      tag: `remembered-${world.name}`,
      profile: "max",
    }),

  "revalidateTag with an expire of a second: the first read of a page with that fetch after it is new": (
    world,
  ) => expectFreshAfterSecond(world, `/fetched/${world.name}`, { tag: `fetched-${world.name}` }),

  "revalidateTag now of a tag with spaces and an umlaut: the next read is new": (world) =>
    expectFresh(world, `/odd/${world.name}`, { tag: `odd ${world.name} ä`, profile: "now" }),

  "revalidateTag now of a tag with a comma": (world) =>
    expectFresh(world, `/comma/${world.name}`, { tag: `${world.name},comma`, profile: "now" }),

  "revalidatePath of an address with an umlaut, as it is written": (world) => umlaut(world, (path) => path),
  "revalidatePath of an address with an umlaut, as it is sent": (world) => umlaut(world, encodeURI),

  "revalidateTag of another tag changes nothing": async (world) => {
    const before = await fill(world, `/fetched/${world.name}`);
    await world.post("/api/revalidate", { tag: `fetched-${world.name}-other`, profile: "now" });
    await world.settle();
    return { seen: { ...before, after: versions(await world.everywhere(`/fetched/${world.name}`)) } };
  },

  "revalidatePath of one of two pages with a fetch in common": async (world) => {
    const first = `/shared/first/${world.name}`;
    const second = `/shared/second/${world.name}`;
    const before = await fill(world, first);
    await world.everywhere(second);
    world.origin.set(world.name, "two");
    await world.post("/api/revalidate", { path: first });
    return {
      seen: {
        ...before,
        first: versions(await world.everywhere(first)),
        second: versions(await world.everywhere(second)),
      },
    };
  },

  "revalidateTag now of a fetch that two pages have in common: both are new": async (world) => {
    const [first, second] = [`/shared/first/${world.name}`, `/shared/second/${world.name}`];
    await fill(world, first);
    await world.everywhere(second);
    world.origin.set(world.name, "two");
    await world.post("/api/revalidate", { tag: `shared-${world.name}`, profile: "now" });
    return {
      seen: { both: versions([...(await world.everywhere(first)), ...(await world.everywhere(second))]) },
    };
  },
});

async function umlaut(world: World, spelt: (path: string) => string): Promise<Observation> {
  const slug = `${world.name}-ä`;
  const path = `/plain/${slug}`;
  world.origin.set(slug, "one");
  await world.everywhere(encodeURI(path));
  world.origin.set(slug, "two");
  await world.post("/api/revalidate", { path: spelt(path) });
  return { seen: { versions: versions(await world.everywhere(encodeURI(path))) } };
}
