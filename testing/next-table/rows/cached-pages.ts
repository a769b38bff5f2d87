// Pages that are kept, and pages that are not.

import { allDifferent, comesAbout, headersOf, oneRendering, versions } from "../facts.ts";
import { type Observation, type Row, rowsOf } from "../row.ts";
import type { World } from "../world.ts";

export const cachedPages: Row[] = rowsOf("classic", "pages", {
  "a page that never changes is one rendering for everyone": (world) => kept(world, "/"),

  "a page of the build is served as built, and the origin is not asked": async (world) => {
    const before = world.origin.calls("built");
    const observed = await kept(world, "/posts/built");
    return { ...observed, seen: { ...observed.seen, calls: world.origin.calls("built") - before } };
  },

  "a page that was not built is made once, when first asked for": async (world) => {
    world.origin.set(world.name, "one");
    const observed = await kept(world, `/posts/${world.name}`);
    return { ...observed, seen: { ...observed.seen, calls: world.origin.calls(world.name) } };
  },

  "a page that many ask for at once for the first time is one rendering": async (world) => {
    world.origin.set(world.name, "one");
    const release = world.origin.hold(world.name);
    const asked = Array.from({ length: 10 }, () => world.get(`/posts/${world.name}`));
    await comesAbout(() => world.origin.calls(world.name) > 0);
    release();
    const readings = await Promise.all(asked);
    return { seen: { versions: versions(readings), oneRendering: oneRendering(readings) } };
  },

  "a page of two megabytes is kept whole": async (world) => {
    const readings = await world.everywhere(`/large/${world.name}`);
    return {
      seen: {
        oneRendering: oneRendering(readings),
        whole: readings.map(({ text }) => text.includes("0123456789abcdef".repeat(2 ** 17))),
      },
    };
  },

  "slugs that differ only in encoded characters are pages of their own": async (world) => {
    const slugs = ["a b", "a+b", "a/b", "a%2Fb", "ä", "A", "a"].map((end) => `${world.name}-${end}`);
    for (const slug of slugs) world.origin.set(slug, `of ${slug.slice(world.name.length + 1)}`);
    const path = (slug: string): string => `/posts/${encodeURIComponent(slug)}`;
    const first = await Promise.all(slugs.map((slug) => world.get(path(slug))));
    const again = await Promise.all(slugs.map((slug) => world.get(path(slug))));
    return { seen: { first: versions(first), again: versions(again) } };
  },

  "a query makes no other page of a cached page": async (world) => {
    world.origin.set(world.name, "one");
    const path = `/posts/${world.name}`;
    const readings = [await world.get(path), await world.get(`${path}?a=1`), await world.get(`${path}?b=2`)];
    return { seen: { versions: versions(readings), oneRendering: oneRendering(readings) } };
  },

  "with dynamicParams = false only what was built exists": async (world) => {
    const open = await world.get("/closed/open");
    const other = await world.everywhere(`/closed/${world.name}`);
    return {
      seen: { open: open.version!, other: other.map(({ status }) => status) },
      headers: headersOf(other.at(-1)!),
    };
  },

  "a page that reads a cookie is rendered for each visitor": async (world) => {
    const ann = await world.visitor({ name: "ann" }).get("/dynamic");
    const bob = await world.visitor({ name: "bob" }).get("/dynamic");
    const nobody = await world.everywhere("/dynamic");
    return {
      seen: {
        versions: versions([ann, bob, ...nobody]),
        allDifferent: allDifferent([ann, bob, ...nobody]),
      },
      headers: headersOf(ann),
    };
  },

  "a page that is dynamic by its word is rendered at each request": async (world) => {
    const readings = await world.everywhere("/forced");
    return { seen: { allDifferent: allDifferent(readings) }, headers: headersOf(readings[0]!) };
  },

  "a page that reads the query is rendered for each query": async (world) => {
    const readings = [
      await world.get("/query?q=1"),
      await world.get("/query?q=2"),
      await world.get("/query"),
    ];
    return {
      seen: { versions: versions(readings), allDifferent: allDifferent(readings) },
      headers: headersOf(readings[0]!),
    };
  },
});

export async function kept(world: World, path: string): Promise<Observation> {
  const readings = await world.everywhere(path);
  return {
    seen: {
      status: readings.at(-1)!.status,
      versions: versions(readings),
      oneRendering: oneRendering(readings),
    },
    headers: headersOf(readings.at(-1)!),
  };
}
