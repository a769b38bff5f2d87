// What an edge asks of the app: once what many want, at once what is for each, and a change never twice.

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sendBytes, head } from "./ask.ts";
import { type EdgeServer, startEdge } from "./edge-server.ts";

let edge: EdgeServer;

beforeAll(async () => {
  edge = await startEdge();
});
afterAll(async () => {
  await edge?.stop();
});

const visitors = 100;
/** How long the app takes here. Requests that waited on each other would take a multiple of it. */
const appMs = 300;

/** All at the same time; each answer's time in milliseconds. */
async function burst(path: string): Promise<{ bodies: Set<string>; slowestMs: number }> {
  const began = Date.now();
  const answers = await Promise.all(
    Array.from({ length: visitors }, async () => {
      const { body } = await edge.ask(path);
      return { body, ms: Date.now() - began };
    }),
  );
  return {
    bodies: new Set(answers.map((one) => one.body)),
    slowestMs: Math.max(...answers.map((one) => one.ms)),
  };
}

test("a hundred requests for a cold page become one", async () => {
  edge.origin.serve("/cold", async () => {
    await sleep(appMs);
    return { headers: { "cache-control": "max-age=60" } };
  });
  expect((await burst("/cold")).bodies).toEqual(new Set(["1"]));
  expect(edge.origin.of("/cold")).toHaveLength(1);
});

test("a hundred for an uncacheable one wait for one answer at most, and then never again", async () => {
  edge.origin.serve("/own", async () => {
    await sleep(appMs);
    return { headers: { "cache-control": "private" } };
  });
  const first = await burst("/own");
  const second = await burst("/own");
  expect([first.bodies.size, second.bodies.size]).toEqual([visitors, visitors]);
  expect(first.slowestMs).toBeLessThan(3 * appMs);
  expect(second.slowestMs).toBeLessThan(2 * appMs);
});

describe("the app is told who asks", () => {
  test("by the edge, not by the client", async () => {
    const claims = {
      "x-forwarded-for": "6.6.6.6",
      "x-forwarded-host": "evil.example",
      "x-forwarded-proto": "https",
      "x-spillway-origin": "guess",
    };
    await edge.ask("/forwarded", { headers: { ...claims, host: "shop.example" } });
    const { headers } = edge.origin.of("/forwarded")[0]!;
    expect(headers["x-forwarded-host"]).toBe("shop.example");
    expect(headers["x-forwarded-proto"]).toBe("http");
    expect(headers["x-forwarded-for"]).toBe("127.0.0.1");
    expect(headers["x-spillway-origin"]).toBeUndefined();
  });
});

test("a POST is passed on once, also when its answer never comes", async () => {
  edge.origin.serve("/fails", (seen) => {
    seen.socket.destroy();
    return {};
  });
  // After others that went well, so that there is a connection to be used again.
  for (let index = 0; index < 3; index++) await edge.ask("/works", { method: "POST" });
  expect((await edge.ask("/fails", { method: "POST" })).status).toBe(503);
  expect(edge.origin.of("/fails")).toHaveLength(1);
});

test.each(["TRACE", "CONNECT"])("%s is not passed on", async (method) => {
  const answer = await sendBytes(edge.ports.web, head(`${method} /x HTTP/1.1`, "Host: shop.example"));
  expect(answer.statuses).toEqual([405]);
  expect(edge.origin.seen.filter((one) => one.method === method)).toEqual([]);
});

describe("the address of the stored objects", () => {
  test("serves an object by its key and shows the storage its secret", async () => {
    edge.origin.serve("/app/images/a.webp", { headers: { "cache-control": "public, max-age=60" } });
    const headers = { cookie: "a=1", authorization: "Basic eA==" };
    expect((await edge.askForObject("/images/a.webp?acl", { headers })).status).toBe(200);
    const seen = edge.origin.of("/app/images/a.webp")[0]!;
    expect(seen.headers["x-spillway-origin"]).toBe(edge.secrets.origin);
    expect([seen.headers.cookie, seen.headers.authorization]).toEqual([undefined, undefined]);
  });

  test("lists nothing and changes nothing", async () => {
    expect((await edge.askForObject("/")).status).toBe(404);
    expect((await edge.askForObject("/?list-type=2")).status).toBe(404);
    for (const method of ["PUT", "POST", "DELETE"])
      expect((await edge.askForObject("/x", { method })).status).toBe(405);
    expect([...edge.origin.of("/app/"), ...edge.origin.of("/app/x")]).toEqual([]);
  });

  test("is no other way to the app's pages, nor the app's address one to the objects", async () => {
    edge.origin.serve("/app/same", { headers: { "cache-control": "max-age=60" }, body: "object" });
    edge.origin.serve("/same", { headers: { "cache-control": "max-age=60" }, body: "page" });
    expect((await edge.askForObject("/same")).body).toBe("object");
    expect((await edge.ask("/same")).body).toBe("page");
    await edge.ask("/app/same");
    expect(edge.origin.of("/app/same").map((one) => one.headers["x-spillway-origin"])).toEqual([
      edge.secrets.origin,
      undefined,
    ]);
  });

  test("leaves the bucket with no path", async () => {
    const bytes = head("GET /../other-bucket/secret HTTP/1.1", "Host: cdn.example");
    expect((await sendBytes(edge.ports.cdn, bytes)).statuses).toEqual([400]);
  });
});
