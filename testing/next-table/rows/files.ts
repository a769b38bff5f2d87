// Files: public ones, those of the build, images, and those made of metadata.

import { headersOf } from "../facts.ts";
import { type Row, rowsOf } from "../row.ts";
import type { World } from "../world.ts";

export const files: Row[] = rowsOf("classic", "files", {
  "a public file": async (world) => {
    const reading = await world.get("/plain.txt");
    return { seen: { status: reading.status, text: reading.text }, headers: headersOf(reading) };
  },

  "a part of a public file": async (world) => {
    const { status, text, headers } = await world.get("/plain.txt", { range: "bytes=2-6" });
    return { seen: { status, text, range: headers["content-range"] ?? null } };
  },

  "a script of the build is for ever": async (world) => {
    const reading = await world.get(await linked(world, /src="(\/_next\/static\/[^"]+\.js(?:\?[^"]*)?)"/));
    return { seen: { status: reading.status }, headers: headersOf(reading) };
  },

  "a style sheet of the build is for ever": async (world) => {
    const reading = await world.get(await linked(world, /href="(\/_next\/static\/[^"]+\.css(?:\?[^"]*)?)"/));
    const styles = reading.text.includes("margin");
    return { seen: { status: reading.status, styles }, headers: headersOf(reading) };
  },

  "a file the build does not have is not found": async (world) => {
    const reading = await world.get(`/_next/static/chunks/${world.name}.js`);
    return { seen: { status: reading.status }, headers: headersOf(reading) };
  },

  "an image is made smaller, in a format the visitor can read": async (world) => {
    const path = "/_next/image?url=%2Fpicture.png&w=32&q=75";
    const webp = await world.get(path, { accept: "image/webp,*/*" });
    const png = await world.get(path, { accept: "image/png" });
    const again = await world.get(path, { accept: "image/webp,*/*" });
    return {
      seen: {
        types: [webp, png, again].map(({ headers }) => headers["content-type"] ?? null),
        same: webp.bytes.equals(again.bytes),
        varies: /accept/i.test(webp.headers["vary"] ?? ""),
      },
      headers: { "cache-control": webp.headers["cache-control"] ?? "none" },
    };
  },

  "an image of a width nobody configured is refused": async (world) => {
    const { status } = await world.get("/_next/image?url=%2Fpicture.png&w=31&q=75");
    return { seen: { status } };
  },

  "an image from elsewhere is refused": async (world) => {
    const { status } = await world.get("/_next/image?url=http%3A%2F%2F127.0.0.1%2Fpicture.png&w=32&q=75");
    return { seen: { status } };
  },

  "what crawlers read": async (world) => {
    const robots = await world.get("/robots.txt");
    const sitemap = (await world.everywhere("/sitemap.xml")).at(-1)!;
    return {
      seen: {
        robots: robots.text.includes("Disallow: /api/"),
        sitemap: sitemap.text.includes("https://example.com/posts/built"),
      },
      headers: headersOf(sitemap),
    };
  },

  "the icon that a page links is there": async (world) => {
    const reading = await world.get(await linked(world, /rel="icon" href="([^"]+)"/));
    return { seen: { status: reading.status }, headers: headersOf(reading) };
  },
});

async function linked(world: World, pattern: RegExp): Promise<string> {
  const { text } = await world.get("/");
  return pattern.exec(text)?.[1]?.replaceAll("&amp;", "&") ?? "/not-linked";
}
