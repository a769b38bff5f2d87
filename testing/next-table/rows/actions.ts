// Server Actions, with and without script.

import { until, versions } from "../facts.ts";
import { fill } from "../invalidation.ts";
import { type Observation, type Row, rowsOf } from "../row.ts";
import { submitPlain, submitScripted } from "../server-action.ts";
import type { World } from "../world.ts";

type Submit = typeof submitPlain;

export const actions: Row[] = rowsOf("classic", "server actions", {
  "without script, revalidatePath: the answer and the next read are new": (world) =>
    saved(world, submitPlain, "path"),
  "without script, updateTag: the answer and the next read are new": (world) =>
    saved(world, submitPlain, "update"),
  "without script, revalidateTag max: the answer is new, the next read is stale, then new": (world) =>
    savedLater(world, submitPlain),
  "with script, revalidatePath: the answer and the next read are new": (world) =>
    saved(world, submitScripted, "path"),
  "with script, updateTag: the answer and the next read are new": (world) =>
    saved(world, submitScripted, "update"),
  "with script, revalidateTag max: the next read is stale, then new": (world) =>
    savedLater(world, submitScripted),
  "with script, refresh: nothing that is kept changes": (world) => saved(world, submitScripted, "refresh"),
  "with script, nothing invalidated: nothing changes": (world) => saved(world, submitScripted, "nothing"),

  "without script, a redirect after updateTag leads to the new page": async (world) => {
    const visitor = world.visitor();
    const path = `/form/${world.name}`;
    await fill(world, path);
    const submission = { slug: world.name, version: "two", how: "redirect" };
    const { status, headers } = await submitPlain(visitor, path, submission);
    const target = headers["location"] ?? "none";
    const next = await visitor.get(target.replace("DOOR", ""));
    return { seen: { status, target, version: next.version! } };
  },

  "with script, a redirect after updateTag carries the new page": async (world) => {
    const path = `/form/${world.name}`;
    await fill(world, path);
    const submission = { slug: world.name, version: "two", how: "redirect" };
    const { status, headers, version } = await submitScripted(world.visitor(), path, submission);
    const target = headers["x-action-redirect"] ?? "none";
    return { seen: { status, target, version: version! }, headers: headersOfAction(headers) };
  },

  "a cookie that an action sets is the visitor's own": async (world) => {
    world.origin.set(world.name, "one");
    const visitor = world.visitor();
    const submission = { slug: world.name, version: "two", how: "cookie" };
    const { cookies } = await submitScripted(visitor, `/form/${world.name}`, submission);
    const others = await world.everywhere(`/form/${world.name}`);
    return { seen: { own: own(cookies), others: others.flatMap((reading) => own(reading.cookies)) } };
  },

  "an action that does not exist is not found": async (world) => {
    const headers = { "next-action": "0".repeat(42), accept: "text/x-component" };
    const scripted = await world.visitor().post(`/form/${world.name}`, { headers, body: "[]" });
    return {
      seen: { status: scripted.status, notFound: scripted.headers["x-nextjs-action-not-found"] ?? null },
    };
  },

  "an action sent from a page of another site is refused": async (world) => {
    const path = `/form/${world.name}`;
    world.origin.set(world.name, "one");
    const submission = { slug: world.name, version: "two", how: "update", from: "http://elsewhere.example" };
    const { status } = await submitScripted(world.visitor(), path, submission);
    return { seen: { status, version: world.origin.version(world.name) } };
  },
});

async function saved(world: World, submit: Submit, how: string): Promise<Observation> {
  const path = `/form/${world.name}`;
  const before = await fill(world, path);
  const visitor = world.visitor();
  const answer = await submit(visitor, path, { slug: world.name, version: "two", how });
  return {
    seen: {
      kept: before["kept"]!,
      status: answer.status,
      answer: answer.version ?? null,
      own: versions([await visitor.get(path)]),
      others: versions(await world.everywhere(path)),
    },
    headers: headersOfAction(answer.headers),
  };
}

async function savedLater(world: World, submit: Submit): Promise<Observation> {
  const path = `/form/${world.name}`;
  await fill(world, path);
  const submission = { slug: world.name, version: "two", how: "tag" };
  const { status, version = null } = await submit(world.visitor(), path, submission);
  const way = await until(world, path, "two");
  await world.settle();
  return { seen: { status, answer: version, way, others: versions(await world.everywhere(path)) } };
}

function headersOfAction(headers: Record<string, string>): Record<string, string> {
  const noted = ["content-type", "cache-control", "x-action-revalidated"];
  return Object.fromEntries(noted.map((name) => [name, headers[name] ?? "none"]));
}

/** Cookies of the app itself; a stack may set others. */
function own(cookies: readonly string[]): string[] {
  return cookies.filter((cookie) => cookie.startsWith("saved=")).map((cookie) => cookie.split(";")[0]!);
}
