// Where the app is served: by one process of plain `next start`, by the stack, and by those it is compared with.

import { fileURLToPath } from "node:url";
import { NextStack } from "../../packages/stack/test/helpers/next-stack.ts";
import { PlainWorld } from "../../testing/next-table/plain-world.ts";
import { startRedis } from "../../testing/redis-node.ts";
import { progress } from "../cache/measure.ts";
import { loaderOf } from "../edge/load.ts";
import { Pm2World } from "./pm2-world.ts";

export interface Places {
  plain: PlainWorld;
  stack: NextStack;
  pm2: Pm2World;
  /** Under PM2 too, with the handler in `handler/cache-handler.mjs`. */
  handler: Pm2World;
}

export async function openPlaces(opened: AsyncDisposableStack): Promise<Places> {
  progress("builds and starts");
  const redis = opened.adopt(await startRedis(), (node) => node.remove());
  const places = {
    plain: new PlainWorld("classic"),
    stack: new NextStack("classic"),
    pm2: new Pm2World({ app: "classic", kind: "plain", env: {} }),
    handler: withHandler(redis.url),
  };
  for (const place of Object.values(places)) {
    opened.defer(() => place.stop());
    await place.start();
  }
  return places;
}

function withHandler(redisUrl: string): Pm2World {
  const [adapter, handler] = [
    new URL("handler/adapter.mjs", import.meta.url),
    new URL("handler/cache-handler.mjs", import.meta.url),
  ].map((url) => fileURLToPath(url)) as [string, string];
  const env = { NEXT_ADAPTER_PATH: adapter };
  const build = { app: "classic", kind: "handler", env, inputs: [adapter, handler] } as const;
  return new Pm2World(build, { REDIS_URL: redisUrl });
}

/** On connections of its own: those that were kept from before have ended while nobody looked. */
export async function warm(door: string, paths: readonly string[]): Promise<void> {
  const { get, close } = loaderOf(Number(new URL(door).port), 2);
  for (const path of paths) await get(path);
  close();
}

/** Each round in the opposite order. */
export function inTurn<T>(all: readonly T[], round: number): readonly T[] {
  return round % 2 === 0 ? all : all.toReversed();
}
