// What Next's client router asks for: pages as data, whole or in parts.

import { navigate, routerHeaders, routerPath } from "../client-router.ts";
import { headersOf, versions } from "../facts.ts";
import { type Row, rowsOf } from "../row.ts";

export const router: Row[] = rowsOf("classic", "client router", {
  "a cached page as data is the same rendering as its document": async (world) => {
    world.origin.set(world.name, "one");
    const path = `/posts/${world.name}`;
    const document = await world.get(path);
    const data = await navigate(world, path);
    return {
      seen: { version: data.version!, same: data.rendering === document.rendering },
      headers: headersOf(data),
    };
  },

  "a cached page first asked for as data is the same rendering as its document": async (world) => {
    world.origin.set(world.name, "one");
    const path = `/posts/${world.name}`;
    const data = await navigate(world, path);
    const document = await world.get(path);
    return { seen: { version: data.version!, same: data.rendering === document.rendering } };
  },

  "a document and data of one address are never mistaken for each other": async (world) => {
    world.origin.set(world.name, "one");
    const path = routerPath(`/posts/${world.name}`);
    const types: string[] = [];
    for (const headers of [{}, routerHeaders(), {}, routerHeaders()]) {
      types.push((await world.get(path, headers)).headers["content-type"] ?? "none");
    }
    return { seen: { types } };
  },

  "a cached page is new as data after revalidatePath": async (world) => {
    const path = `/posts/${world.name}`;
    world.origin.set(world.name, "one");
    await navigate(world, path);
    world.origin.set(world.name, "two");
    const kept = await navigate(world, path);
    await world.post("/api/revalidate", { path });
    const after = await world.everywhere(routerPath(path), routerHeaders());
    return { seen: { kept: kept.version!, after: versions(after) } };
  },

  "a prefetch of a page of the build": async (world) => {
    const reading = await navigate(world, "/posts/built", { prefetch: "1", segment: "/_tree" });
    return { seen: { status: reading.status, bytes: reading.bytes.length > 0 }, headers: headersOf(reading) };
  },

  "a prefetch of a page that was not built": async (world) => {
    const reading = await navigate(world, `/posts/${world.name}`, { prefetch: "1", segment: "/_tree" });
    return { seen: { status: reading.status, bytes: reading.bytes.length > 0 }, headers: headersOf(reading) };
  },

  "a dynamic page as data is rendered for its visitor": async (world) => {
    const ann = await world.visitor({ name: "ann" }).get(routerPath("/dynamic"), routerHeaders());
    const bob = await world.visitor({ name: "bob" }).get(routerPath("/dynamic"), routerHeaders());
    return { seen: { versions: versions([ann, bob]) }, headers: headersOf(ann) };
  },

  "data asked for under a wrong address is sent to the right one": async (world) => {
    const prefetch = { prefetch: "1", segment: "/_tree" };
    const reading = await world.get("/posts/built?_rsc=wrong", routerHeaders(prefetch));
    const right = routerPath("/posts/built", prefetch);
    return { seen: { status: reading.status, right: reading.headers["location"] === right } };
  },
});
