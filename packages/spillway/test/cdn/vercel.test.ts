// The driver of Vercel.

import { expect, test } from "vitest";
import { vercel } from "../../src/cdn/drivers/vercel.ts";
import { cdnContract } from "./contract.ts";
import { startFake } from "./fake-cdn.ts";
import { quick } from "./under-test.ts";
import { vercelServer } from "./vercel-server.ts";

const bench = cdnContract(() => startFake(vercelServer));

test("a soft purge goes to the address that marks as stale", async () => {
  const { secret: token } = bench.cdn;
  const paths: string[] = [];
  const cdn = await startFake((endpoint) => {
    const vendor = vercelServer(endpoint);
    return {
      ...vendor,
      read: (request) => {
        paths.push(request.path);
        return { tags: [] };
      },
      driver: (settings) => vercel({ project: "shop", token, soft: true, endpoint: endpoint(), ...settings }),
    };
  });
  await cdn.driver(quick).purgeTags(["a"]);
  expect(paths).toEqual(["/v1/edge-cache/invalidate-by-tags"]);
  await cdn.close();
});
