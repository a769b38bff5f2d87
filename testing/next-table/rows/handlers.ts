// Route handlers.

import { allDifferent, headersOf, oneRendering, versions } from "../facts.ts";
import { type Row, rowsOf } from "../row.ts";

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, value) => value));

export const handlers: Row[] = rowsOf("classic", "route handlers", {
  "a cached answer keeps its status and its headers": async (world) => {
    world.origin.set(world.name, "one");
    const readings = await world.everywhere(`/api/cached/${world.name}`);
    return {
      seen: {
        statuses: [...new Set(readings.map(({ status }) => status))],
        versions: versions(readings),
        oneRendering: oneRendering(readings),
        own: readings.map(({ headers }) => `${headers["x-own"]} ${headers["content-language"]}`),
      },
      headers: headersOf(readings.at(-1)!),
    };
  },

  "a cached answer keeps every byte": async (world) => {
    const readings = await world.everywhere(`/api/bytes/${world.name}`);
    return {
      seen: { intact: readings.map(({ bytes }) => bytes.equals(everyByte)) },
      headers: headersOf(readings.at(-1)!),
    };
  },

  "an answer that reads the request is made for each, and its cookie is nobody else's": async (world) => {
    const readings = await world.everywhere(`/api/dynamic?q=${world.name}`);
    const own = readings.map(({ cookies, rendering }) => cookies[0]?.includes(rendering!) ?? false);
    return { seen: { allDifferent: allDifferent(readings), own }, headers: headersOf(readings[0]!) };
  },

  "a cached answer varies by the header it names": async (world) => {
    const path = `/api/varied/${world.name}`;
    const languages = ["de", "en", "de", "en"];
    const readings = [];
    for (const language of languages) readings.push(await world.get(path, { "x-language": language }));
    return {
      seen: { versions: readings.map(({ version }) => version!) },
      headers: headersOf(readings.at(-1)!),
    };
  },

  "a body arrives and returns byte for byte": async (world) => {
    const large = Buffer.concat(Array.from({ length: 4096 }, () => everyByte));
    const reading = await world.send("/api/echo", { method: "PUT", body: large });
    return { seen: { status: reading.status, intact: reading.bytes.equals(large) } };
  },

  "a handler sees the host its visitor used; its own address is another matter": async (world) => {
    const { headers } = await world.send("/api/echo?a=1", { method: "POST", body: "" });
    const address = new URL(headers["x-address"]!);
    return {
      seen: { host: headers["x-host"]!, path: address.pathname + address.search },
      headers: { address: address.hostname },
    };
  },

  "a method without a handler is refused, and HEAD and OPTIONS are answered": async (world) => {
    const path = `/api/dynamic?q=${world.name}`;
    const [post, head, options] = await Promise.all(
      ["POST", "HEAD", "OPTIONS"].map((method) => world.send(path, { method })),
    );
    return {
      seen: {
        post: post!.status,
        head: [head!.status, head!.bytes.length],
        options: options!.status,
        allow: options!.headers["allow"] ?? null,
      },
    };
  },
});
