// The behaviour table of Next.js: all rows, and how they are run in a world.

import { setTimeout as sleep } from "node:timers/promises";
import type { Observation, Row } from "./row.ts";
import { actions } from "./rows/actions.ts";
import { browser } from "./rows/browser.ts";
import { cachedPages } from "./rows/cached-pages.ts";
import { components } from "./rows/components.ts";
import { data } from "./rows/data.ts";
import { everything } from "./rows/everything.ts";
import { files } from "./rows/files.ts";
import { handlers } from "./rows/handlers.ts";
import { holes } from "./rows/holes.ts";
import { invalidation } from "./rows/invalidation.ts";
import { outcomes } from "./rows/outcomes.ts";
import { overtaken } from "./rows/overtaken.ts";
import { pagesRouter } from "./rows/pages-router.ts";
import { personal } from "./rows/personal.ts";
import { requests } from "./rows/requests.ts";
import { router } from "./rows/router.ts";
import { strangers } from "./rows/strangers.ts";
import { time } from "./rows/time.ts";
import { type App, type Place, type ServedPlace, worldOf } from "./world.ts";

/** What takes longest comes first. */
const together: readonly Row[] = [
  time,
  browser,
  cachedPages,
  requests,
  overtaken,
  invalidation,
  data,
  handlers,
  actions,
  outcomes,
  personal,
  strangers,
  files,
  router,
  components,
  holes,
  pagesRouter,
].flat();

/** Names belong to one row and one run, so rows do not disturb each other; more at once only slows them down. */
const atOnce = 6;

export function rowsIn(app: App): Row[] {
  return [...together, ...everything].filter((row) => row.app === app);
}

/** Runs every row of the place's app; by name, what was observed. */
async function runTable(place: Place): Promise<Record<string, Observation>> {
  const observed: Record<string, Observation> = {};
  const waiting = together.filter((row) => row.app === place.app);
  const work = async (): Promise<void> => {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
      observed[row.name] = await observe(row, place);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  waiting.push(...everything.filter((row) => row.app === place.app));
  await work();
  return observed;
}

/** The same, in a place that is started before and stopped after, whatever becomes of it. */
export async function runTableIn(place: ServedPlace): Promise<Record<string, Observation>> {
  try {
    await place.start();
    return await runTable(place);
  } finally {
    await place.stop();
  }
}

/** More than all patience of any row together. */
const rowMs = 45_000;

async function tooLate(): Promise<never> {
  await sleep(rowMs, undefined, { ref: false });
  throw new Error(`not done after ${rowMs / 1000} s`);
}

/** A row that breaks off is an observation too, or one fault would hide all others. */
async function observe(row: Row, place: Place): Promise<Observation> {
  const world = worldOf(place);
  try {
    const text = JSON.stringify(await Promise.race([row.run(world), tooLate()]));
    return JSON.parse(text.replaceAll(world.name, "NAME")) as Observation;
  } catch (error) {
    return { seen: { brokeOff: String(error) } };
  }
}
