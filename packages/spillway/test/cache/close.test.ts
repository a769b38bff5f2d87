// A cache that is closed leaves nothing behind that would keep its process alive.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { startRedis } from "../../../../testing/redis-node.ts";

const run = promisify(execFile);

const script = `
import { createCache } from "${new URL("../../src/cache/index.ts", import.meta.url).href}";
const cache = createCache({ redis: process.env.URL });
const wait = Number(process.env.WAIT);
await cache.getOrSet("k", () => 1);
await new Promise((resolve) => setTimeout(resolve, wait));
await cache.close();
`;

it("lets its process end, whatever it was connecting to when it was closed", async () => {
  const redis = await startRedis();
  try {
    for (const wait of [0, 1, 2, 4, 8, 20])
      await run(process.execPath, ["--input-type=module", "-e", script], {
        env: { URL: redis.url, WAIT: String(wait) },
        timeout: 10_000,
      });
    await expect.poll(async () => (await redis.cli("client", "list")).split("\n").length).toBe(1);
  } finally {
    await redis.remove();
  }
});
