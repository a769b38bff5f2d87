// The same page by other requests: heads, conditions, methods, spellings of its address.

import { headersOf } from "../facts.ts";
import { type Row, rowsOf } from "../row.ts";

export const requests: Row[] = rowsOf("classic", "requests", {
  "HEAD of a cached page has its headers and no body": async (world) => {
    const reading = await world.send("/posts/built", { method: "HEAD" });
    return { seen: { status: reading.status, bytes: reading.bytes.length }, headers: headersOf(reading) };
  },

  "HEAD of a page nobody has asked for yet leaves the page whole": async (world) => {
    world.origin.set(world.name, "one");
    const head = await world.send(`/posts/${world.name}`, { method: "HEAD" });
    const { status, version } = await world.get(`/posts/${world.name}`);
    return { seen: { head: [head.status, head.bytes.length], status, version: version! } };
  },

  "a part of a cached page is not to be had": async (world) => {
    const { status, version } = await world.get("/posts/built", { range: "bytes=0-9" });
    return { seen: { status, version: version ?? null } };
  },

  "other spellings of an address": async (world) => {
    const spellings = ["/posts//built", "/Posts/built", "/posts/./built", "/posts/%62uilt", "/posts/built?"];
    const readings = [];
    for (const path of spellings) readings.push(await world.get(path));
    return {
      seen: {
        answers: readings.map(
          ({ status, headers, version }) => `${status} ${headers["location"] ?? version}`,
        ),
      },
    };
  },

  "HEAD of a dynamic page has no body": async (world) => {
    const reading = await world.send("/forced", { method: "HEAD" });
    return { seen: { status: reading.status, bytes: reading.bytes.length }, headers: headersOf(reading) };
  },

  "who has the cached page is told so": async (world) => {
    const { headers } = await world.get("/posts/built");
    const same = await world.get("/posts/built", { "if-none-match": headers["etag"]! });
    const other = await world.get("/posts/built", { "if-none-match": '"other"' });
    return {
      seen: { same: [same.status, same.bytes.length], other: other.status },
      headers: headersOf(same),
    };
  },

  "an etag of before a revalidation no longer holds": async (world) => {
    world.origin.set(world.name, "one");
    const path = `/posts/${world.name}`;
    await world.get(path);
    const etag = (await world.get(path)).headers["etag"]!;
    world.origin.set(world.name, "two");
    await world.post("/api/revalidate", { path });
    const { status, version } = await world.get(path, { "if-none-match": etag });
    return { seen: { status, version: version! } };
  },

  "a cached page is not for every method": async (world) => {
    const [post, put, remove] = await Promise.all(
      ["POST", "PUT", "DELETE"].map((method) => world.send("/posts/built", { method })),
    );
    return { seen: { post: post!.status, put: put!.status, delete: remove!.status } };
  },

  "the header that the configuration adds is there, cached or not": async (world) => {
    const readings = [
      await world.get(`/posts/${world.name}`),
      await world.get(`/posts/${world.name}`),
      await world.get("/"),
    ];
    return { seen: { configured: readings.map(({ headers }) => headers["x-configured"] ?? null) } };
  },

  "a slash at the end is redirected away, and the query stays": async (world) => {
    const { status, headers } = await world.get("/posts/built/?a=1");
    return { seen: { status, location: headers["location"] ?? null } };
  },

  "an answer is compressed for those who can read it, and only for them": async (world) => {
    const plain = await world.get("/posts/built");
    const small = await world.get("/posts/built", { "accept-encoding": "gzip" });
    const plainAgain = await world.get("/posts/built");
    return {
      seen: {
        encodings: [plain, small, plainAgain].map(({ headers }) => headers["content-encoding"] ?? null),
        varies: /accept-encoding/i.test(small.headers["vary"] ?? ""),
      },
    };
  },
});
