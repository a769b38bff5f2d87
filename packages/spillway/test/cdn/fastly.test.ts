// The driver of Fastly.

import { expect, test } from "vitest";
import { fastly } from "../../src/cdn/drivers/fastly.ts";
import { cdnContract } from "./contract.ts";
import { errorOf } from "./contract-failures.ts";
import { startFake } from "./fake-cdn.ts";
import { fastlyServer, serviceId } from "./fastly-server.ts";
import { quick } from "./under-test.ts";

const bench = cdnContract(() => startFake(fastlyServer));

test("what the answer does not confirm is sent again, and nothing else", async () => {
  bench.server.fail("half");
  await bench.driver.purgeTags(["a", "b", "c", "d"]);
  expect(bench.server.requests.map(({ tags }) => tags)).toEqual([
    ["a", "b", "c", "d"],
    ["c", "d"],
  ]);
});

test("a soft purge is asked for by its header, which purges everything hard all the same", async () => {
  const soft: unknown[] = [];
  const cdn = await startFake((endpoint) => {
    const vendor = fastlyServer(endpoint);
    return {
      ...vendor,
      read: ({ headers: { "fastly-soft-purge": header, ...headers }, ...request }) => {
        soft.push(header);
        return vendor.read({ ...request, headers });
      },
      driver: (settings) =>
        fastly({ serviceId, token: vendor.secret, endpoint: endpoint(), soft: true, ...settings }),
    };
  });
  const driver = cdn.driver(quick);
  await driver.purgeTags(["a"]);
  await driver.purgeAll();
  expect(soft).toEqual(["1", undefined]);
  expect(cdn.server.undocumented).toEqual([]);
  await cdn.close();
});

test("a redirect is not followed: it would be given the token", async () => {
  const elsewhere = await startFake(fastlyServer);
  const cdn = await startFake(fastlyServer);
  await elsewhere.driver(quick).purgeTags(["a"]);
  cdn.server.fail({ status: 307, location: elsewhere.address });
  await errorOf("SPILLWAY_CDN_REFUSED", cdn.driver(quick).purgeTags(["b"]));
  expect(elsewhere.server.accepted).toEqual(["a"]);
  await cdn.close();
  await elsewhere.close();
});
