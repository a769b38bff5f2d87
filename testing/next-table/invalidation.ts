// The course of an invalidation, as every such row goes: filled, changed at the origin, invalidated, read.

import { setTimeout as sleep } from "node:timers/promises";
import { oneRendering, until, versions } from "./facts.ts";
import type { Observation } from "./row.ts";
import type { World } from "./world.ts";

/** What is sent to `/api/revalidate`. */
export interface Order {
  tag?: string;
  profile?: "max" | "now" | "second";
  path?: string;
  type?: "layout" | "page";
}

/** For an invalidation that never serves the old version again. */
export async function expectFresh(world: World, path: string, order: Order): Promise<Observation> {
  const before = await fill(world, path);
  const writer = await writeAndInvalidate(world, order);
  return {
    seen: {
      ...before,
      writer: versions([await writer.get(path)]),
      others: versions(await world.everywhere(path)),
    },
  };
}

/** For an invalidation after which the old version may be served while the new one is made. */
export async function expectStaleThenFresh(world: World, path: string, order: Order): Promise<Observation> {
  const before = await fill(world, path);
  await writeAndInvalidate(world, order);
  const way = await until(world, path, "two");
  await world.settle();
  return { seen: { ...before, way, others: versions(await world.everywhere(path)) } };
}

/** For an invalidation that lets the old version be served for a second, if nobody asks in that second. */
export async function expectFreshAfterSecond(world: World, path: string, order: Order): Promise<Observation> {
  const before = await fill(world, path);
  await writeAndInvalidate(world, { ...order, profile: "second" });
  // Nothing can be awaited here but time: nobody asks, and nothing happens.
  await sleep(1_100);
  return { seen: { ...before, others: versions(await world.everywhere(path)) } };
}

/** Version one is read everywhere, and still after the origin has changed by itself. */
export async function fill(world: World, path: string): Promise<{ [name: string]: string[] | boolean }> {
  world.origin.set(world.name, "one");
  const filled = await world.everywhere(path);
  world.origin.set(world.name, "changed in silence");
  const kept = await world.everywhere(path);
  return { filled: versions(filled), kept: versions(kept), oneRendering: oneRendering([...filled, ...kept]) };
}

async function writeAndInvalidate(world: World, order: Order): Promise<ReturnType<World["visitor"]>> {
  const writer = world.visitor();
  const body = JSON.stringify({ ...order, write: { name: world.name, version: "two" } });
  await writer.post("/api/revalidate", { headers: { "content-type": "application/json" }, body });
  return writer;
}
