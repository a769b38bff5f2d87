// A Redis of one's own, for one figure: what another has left in it would count.

import { type RedisNode, startRedis } from "../../testing/redis-node.ts";

/** What is given to `opened` is closed before it is removed. */
export async function withRedis<T>(
  work: (redis: RedisNode, opened: AsyncDisposableStack) => Promise<T>,
): Promise<T> {
  await using opened = new AsyncDisposableStack();
  return await work(
    opened.adopt(await startRedis(), (node) => node.remove()),
    opened,
  );
}
