// Pages that are not pages: not found, moved, failed, streamed.

import { headersOf, until, versions } from "../facts.ts";
import { type Observation, type Row, rowsOf } from "../row.ts";
import { shown } from "../reading.ts";
import { stream } from "../streaming.ts";
import type { World } from "../world.ts";

export const outcomes: Row[] = rowsOf("classic", "outcomes", {
  "an address nobody has is not found": async (world) => {
    const reading = await world.get(`/nowhere/${world.name}`);
    return {
      seen: { status: reading.status, page: shown(reading.text, "missing")! },
      headers: headersOf(reading),
    };
  },

  "a cached page that is not found comes into being with revalidatePath": async (world) => {
    const path = `/missing/${world.name}`;
    world.origin.set(world.name, "gone");
    const missing = await world.everywhere(path);
    world.origin.set(world.name, "back");
    const still = await world.everywhere(path);
    await world.post("/api/revalidate", { path });
    const back = await world.everywhere(path);
    return {
      seen: { missing: statuses(missing), still: statuses(still), back: statuses(back), now: versions(back) },
      headers: headersOf(missing.at(-1)!),
    };
  },

  "a cached redirect for now": (world) => moved(world, "for-now"),
  "a cached redirect for good": (world) => moved(world, "for-good"),

  "a cached redirect ends with revalidatePath": async (world) => {
    const path = `/moved/${world.name}`;
    world.origin.set(world.name, "for-now");
    const away = await world.everywhere(path);
    world.origin.set(world.name, "here");
    await world.post("/api/revalidate", { path });
    return { seen: { away: statuses(away), here: versions(await world.everywhere(path)) } };
  },

  "a redirect decided at each request": async (world) => {
    const reading = await world.get("/sent");
    return {
      seen: { status: reading.status, location: reading.headers["location"] ?? null },
      headers: headersOf(reading),
    };
  },

  "redirects of the configuration": async (world) => {
    const away = await world.get(`/configured/away/${world.name}`);
    const meanwhile = await world.get("/configured/meanwhile?a=1");
    return {
      seen: {
        away: [away.status, away.headers["location"] ?? null],
        meanwhile: [meanwhile.status, meanwhile.headers["location"] ?? null],
      },
    };
  },

  "a rewrite of the configuration serves the page it names": async (world) => {
    world.origin.set(world.name, "one");
    const rewritten = await world.get(`/configured/as/${world.name}`);
    const direct = await world.get(`/posts/${world.name}`);
    return { seen: { same: rewritten.rendering === direct.rendering, version: rewritten.version! } };
  },

  "a streamed page shows its shell before the origin has answered": async (world) => {
    const { name } = world;
    const hasShell = (text: string): boolean => text.includes("waiting");
    return { seen: await stream(world, { path: `/streamed/${name}`, held: name, hasShell, slow: "v" }) };
  },

  "what is to happen after the response happens after it": async (world) => {
    world.origin.set(world.name, "one");
    const release = world.origin.hold(`${world.name}-after`);
    const { version } = await world.get(`/later/${world.name}`);
    release();
    const way = await until(world, `/data/fetched/${world.name}-after`, "written");
    return { seen: { version: version!, written: way.at(-1)! } };
  },
});

async function moved(world: World, version: string): Promise<Observation> {
  world.origin.set(world.name, version);
  const readings = await world.everywhere(`/moved/${world.name}`);
  return {
    seen: {
      statuses: statuses(readings),
      locations: [...new Set(readings.map((r) => r.headers["location"] ?? null))],
    },
    headers: headersOf(readings.at(-1)!),
  };
}

function statuses(readings: readonly { status: number }[]): number[] {
  return [...new Set(readings.map(({ status }) => status))];
}
