// The Pages Router, below a base path and in two languages.

import { allDifferent, headersOf, oneRendering, until, versions } from "../facts.ts";
import { type Row, rowsOf } from "../row.ts";
import { filled } from "./components.ts";

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, value) => value));

export const pagesRouter: Row[] = rowsOf("pages", "pages router", {
  "a page made when first asked for is kept": (world) => filled(world, `/shop/kept/${world.name}`),

  "each language is a page of its own": async (world) => {
    world.origin.set(world.name, "one");
    const english = await world.get(`/shop/kept/${world.name}`);
    const german = await world.get(`/shop/de/kept/${world.name}`);
    return { seen: { versions: versions([english, german]), same: oneRendering([english, german]) } };
  },

  "revalidate by name: the next read is new, in that language": async (world) => {
    const [english, german] = [`/kept/${world.name}`, `/de/kept/${world.name}`];
    world.origin.set(world.name, "one");
    await world.everywhere(`/shop${english}`);
    await world.everywhere(`/shop${german}`);
    world.origin.set(world.name, "two");
    const { status } = await world.get(`/shop/api/revalidate?path=${english}`);
    return {
      seen: {
        status,
        english: versions(await world.everywhere(`/shop${english}`)),
        german: versions(await world.everywhere(`/shop${german}`)),
      },
    };
  },

  "a page older than its time is served once more while it is made again": async (world) => {
    world.origin.set(world.name, "one");
    const first = await world.get(`/shop/timed/${world.name}`);
    world.origin.set(world.name, "two");
    const way = await until(world, `/shop/timed/${world.name}`, "en two");
    return { seen: { first: first.version!, way }, headers: headersOf(first) };
  },

  "a page that is not found comes into being by time": async (world) => {
    world.origin.set(world.name, "gone");
    const { status } = await world.get(`/shop/timed/${world.name}`);
    world.origin.set(world.name, "back");
    const way = await until(world, `/shop/timed/${world.name}`, "en back");
    return { seen: { status, last: way.at(-1)! } };
  },

  "a page as data is the same rendering as its document": async (world) => {
    world.origin.set(world.name, "one");
    const document = await world.get(`/shop/kept/${world.name}`);
    const build = /"buildId":"([^"]+)"/.exec(document.text)?.[1] ?? "none";
    const data = await world.get(`/shop/_next/data/${build}/en/kept/${world.name}.json?slug=${world.name}`);
    return {
      seen: { version: data.version!, same: data.rendering === document.rendering },
      headers: headersOf(data),
    };
  },

  "a dynamic page is rendered at each request": async (world) => {
    world.origin.set(world.name, "one");
    const readings = await world.everywhere(`/shop/dynamic/${world.name}`);
    return { seen: { allDifferent: allDifferent(readings) }, headers: headersOf(readings[0]!) };
  },

  "a redirect that is kept as a page stays below the base path": async (world) => {
    const readings = await world.everywhere(`/shop/moved/${world.name}`);
    return {
      seen: { moved: readings.map(({ status, headers }) => `${status} ${headers["location"]}`) },
      headers: headersOf(readings.at(-1)!),
    };
  },

  "the first page is in the language of the visitor": async (world) => {
    const german = await world.get("/shop", { "accept-language": "de" });
    const english = await world.get("/shop", { "accept-language": "en" });
    const chosen = await world.visitor({ NEXT_LOCALE: "de" }).get("/shop", { "accept-language": "en" });
    return {
      seen: {
        german: [german.status, german.headers["location"] ?? null],
        english: [english.status, english.version ?? null],
        chosen: [chosen.status, chosen.headers["location"] ?? null],
      },
      headers: headersOf(english),
    };
  },

  "outside the base path there is nothing": async (world) => {
    const readings = [await world.get("/plain.txt"), await world.get(`/kept/${world.name}`)];
    return { seen: { statuses: readings.map(({ status }) => status) } };
  },

  "a public file below the base path": async (world) => {
    const reading = await world.get("/shop/plain.txt");
    return { seen: { text: reading.text }, headers: headersOf(reading) };
  },

  "an answer of the API keeps every byte": async (world) => {
    const reading = await world.get("/shop/api/bytes");
    return { seen: { intact: reading.bytes.equals(everyByte) }, headers: headersOf(reading) };
  },
});
