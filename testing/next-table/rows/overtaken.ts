// Invalidations that overtake a rendering: what was read before must not be kept after.

import { comesAbout, until, versions } from "../facts.ts";
import type { Order } from "../invalidation.ts";
import { type Observation, type Row, rowsOf } from "../row.ts";
import type { World } from "../world.ts";

export const overtaken: Row[] = [
  ...rowsOf("classic", "overtaken", {
    "a page being made while its path is revalidated": (world) =>
      overtake(world, `/gated/${world.name}`, { path: `/gated/${world.name}` }),
    "a remembered function being called while its tag is revalidated": (world) =>
      overtake(world, `/data/gated/${world.name}`, { tag: `gated-${world.name}`, profile: "now" }),

    "twenty writes in a row are each read at once by their writer and by others": async (world) => {
      const path = `/fetched/${world.name}`;
      const tag = `fetched-${world.name}`;
      const wrong: string[] = [];
      for (let count = 1; count <= 20; count += 1) {
        const version = `version ${count}`;
        await world.post("/api/revalidate", { tag, profile: "now", write: { name: world.name, version } });
        const readings = [await world.get(path), await world.get(path)];
        wrong.push(...versions(readings).filter((shown) => shown !== version));
      }
      return { seen: { wrong } };
    },

    "a page that many ask for at once after a revalidation is new for all": async (world) => {
      const path = `/plain/${world.name}`;
      world.origin.set(world.name, "one");
      await world.everywhere(path);
      world.origin.set(world.name, "two");
      await world.post("/api/revalidate", { path });
      const readings = await Promise.all(Array.from({ length: 10 }, () => world.get(path)));
      return { seen: { versions: versions(readings) } };
    },

    "a tag revalidated after the response is revalidated": async (world) => {
      const path = `/fetched/${world.name}`;
      world.origin.set(world.name, "one");
      await world.everywhere(path);
      await world.post("/api/later", { name: world.name, version: "two", tag: `fetched-${world.name}` });
      const way = await until(world, path, "two");
      return { seen: { last: way.at(-1)! } };
    },
  }),
  ...rowsOf("components", "overtaken", {
    "remotely cached data being made while its tag is revalidated": (world) =>
      overtake(world, `/data/gated/${world.name}`, { tag: `tag-${world.name}`, profile: "now" }),
  }),
];

/** Version one has been read, but the rendering is held back until version two is written and invalidated. */
async function overtake(world: World, path: string, order: Order): Promise<Observation> {
  const { origin, name } = world;
  origin.set(name, "one");
  const release = origin.hold(`${name}-gate`);
  const slow = world.get(path);
  await comesAbout(() => origin.calls(`${name}-gate`) > 0);
  origin.set(name, "two");
  await world.post("/api/revalidate", order);
  release();
  const { version } = await slow;
  return { seen: { slow: version!, afterwards: versions(await world.everywhere(path)) } };
}
