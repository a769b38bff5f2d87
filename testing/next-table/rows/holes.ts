// Partial prerendering: a kept shell, and holes that are filled in the same response.

import { navigate } from "../client-router.ts";
import { headersOf, versions } from "../facts.ts";
import { expectFresh, fill } from "../invalidation.ts";
import { shown } from "../reading.ts";
import { type Observation, type Row, rowsOf } from "../row.ts";
import { submitPlain, submitScripted } from "../server-action.ts";
import { stream } from "../streaming.ts";
import type { World } from "../world.ts";

export const holes: Row[] = rowsOf("components", "holes", {
  "a shell of the build has each visitor's own in its holes": (world) => holesOf(world, "built"),
  "a shell made when first asked for has each visitor's own in its holes": (world) => {
    world.origin.set(world.name, "one");
    return holesOf(world, world.name);
  },

  "a shell arrives before the origin has answered for a hole": async (world) => {
    const hasShell = (text: string): boolean => shown(text, "v") !== undefined;
    const page = { path: "/partial/built", held: "built-slow", hasShell, slow: "slow" };
    return { seen: await stream(world, page) };
  },

  "revalidateTag now: the next read of the shell is new": (world) =>
    expectFresh(world, `/partial/${world.name}`, { tag: `tag-${world.name}`, profile: "now" }),

  "a page with holes as data for the client router": async (world) => {
    const reading = await navigate(world, "/partial/built");
    return {
      seen: {
        status: reading.status,
        version: reading.version ?? null,
        visitor: shown(reading.text, "visitor") ?? null,
      },
      headers: headersOf(reading),
    };
  },

  "a prefetch of a page with holes has nothing of any visitor": async (world) => {
    const how = { prefetch: "1", segment: "/_tree" };
    const reading = await navigate(world, "/partial/built", how);
    return {
      seen: { status: reading.status, visitor: shown(reading.text, "visitor") ?? null },
      headers: headersOf(reading),
    };
  },

  "without script, updateTag: the answer and the next read are new": (world) =>
    saved(world, submitPlain, "update"),
  "with script, updateTag: the answer and the next read are new": (world) =>
    saved(world, submitScripted, "update"),
  "with script, revalidatePath: the answer and the next read are new": (world) =>
    saved(world, submitScripted, "path"),
  "with script, refresh: what is kept stays": (world) => saved(world, submitScripted, "refresh"),
});

async function holesOf(world: World, slug: string): Promise<Observation> {
  const path = `/partial/${slug}`;
  const visitors = ["ann", "bob", "ann"].map((name) => world.visitor({ name }));
  const readings = [];
  for (const visitor of visitors) readings.push(await visitor.get(path));
  return {
    seen: {
      versions: versions(readings),
      oneShell: new Set(readings.map(({ rendering }) => rendering)).size === 1,
      visitors: readings.map(({ text }) => shown(text, "visitor") ?? null),
    },
    headers: headersOf(readings.at(-1)!),
  };
}

async function saved(world: World, submit: typeof submitPlain, how: string): Promise<Observation> {
  const path = `/form/${world.name}`;
  await fill(world, path);
  const visitor = world.visitor();
  const answer = await submit(visitor, path, { slug: world.name, version: "two", how });
  return {
    seen: {
      status: answer.status,
      answer: answer.version ?? null,
      own: versions([await visitor.get(path)]),
      others: versions(await world.everywhere(path)),
    },
  };
}
