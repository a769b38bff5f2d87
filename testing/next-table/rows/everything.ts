// What disturbs other rows, and so runs alone.

import { versions } from "../facts.ts";
import { expectFresh, fill } from "../invalidation.ts";
import { type Row, rowsOf } from "../row.ts";

export const everything: Row[] = rowsOf("classic", "invalidation", {
  // The layout is that of another row's page.
  "revalidatePath of a layout: the next read of a page deep below it is new": (world) =>
    expectFresh(world, `/section/${world.name}/deep`, { path: "/section", type: "layout" }),

  "revalidatePath of the root layout: the next read of any page is new": async (world) => {
    const paths = ["plain", "fetched", "section", "api/cached"].map((route) => `/${route}/${world.name}`);
    for (const path of paths) await fill(world, path);
    world.origin.set(world.name, "two");
    world.origin.set("built", "build");
    await world.post("/api/revalidate", { path: "/", type: "layout" });
    const readings = [];
    for (const path of paths) readings.push(...(await world.everywhere(path)));
    // For the rows that read the pages of the build.
    for (const path of ["/", "/posts/built", "/in/de"]) await world.everywhere(path);
    return { seen: { versions: versions(readings) } };
  },
});
