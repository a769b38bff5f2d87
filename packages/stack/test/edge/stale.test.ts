// What an edge may serve past its life, and when (RFC 5861; RFC 9111, 4.2.4).

import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { until } from "../helpers/until.ts";
import { type EdgeServer, startEdge } from "./edge-server.ts";
import type { Handler } from "./origin.ts";

let edge: EdgeServer;

beforeAll(async () => {
  edge = await startEdge();
});
afterAll(async () => {
  await edge?.stop();
});

// Each test waits for a second or two to pass: all of them at once.
vi.setConfig({ maxConcurrency: 30 });

/** Longer than the second that everything here lives. */
const pastItsLifeMs = 1_400;

/** Good the first time, and then as `later` has it. */
async function expired(path: string, control: string, later: Handler): Promise<string> {
  edge.origin.serve(path, (request, count) =>
    count === 1 ? { headers: { "cache-control": control } } : later(request, count),
  );
  expect((await edge.ask(path)).body).toBe("1");
  await sleep(pastItsLifeMs);
  return path;
}

const hangUp: Handler = ({ socket }: IncomingMessage) => {
  socket.destroy();
  return {};
};
const failing =
  (status: number): Handler =>
  () => ({ status });

describe.concurrent("stale-while-revalidate", () => {
  test("serves it at once, and asks anew a single time", async () => {
    const path = await expired("/swr", "s-maxage=1, stale-while-revalidate=60", async () => {
      await sleep(600);
      return { headers: { "cache-control": "s-maxage=60" } };
    });
    const began = Date.now();
    const answers = await Promise.all(Array.from({ length: 20 }, () => edge.ask(path)));
    expect(Date.now() - began).toBeLessThan(500);
    expect(new Set(answers.map((one) => one.body))).toEqual(new Set(["1"]));
    const isNew = async (): Promise<boolean> => (await edge.ask(path)).body === "2";
    await until(isNew, { what: "the new one", timeoutMs: 3_000 });
    expect(edge.origin.of(path)).toHaveLength(2);
  });

  test("ends", async () => {
    const path = await expired("/swr-over", "s-maxage=1, stale-while-revalidate=1", () => ({}));
    await sleep(1_100);
    expect((await edge.ask(path)).body).toBe("2");
  });

  test.for([
    ["nothing", "s-maxage=1"],
    ["must-revalidate", "s-maxage=1, stale-while-revalidate=60, must-revalidate"],
    ["proxy-revalidate", "s-maxage=1, stale-while-revalidate=60, proxy-revalidate"],
    ["a text for a number", "s-maxage=1, stale-while-revalidate=soon"],
  ])("is not done with %s", async ([name, control]) => {
    const path = await expired(`/swr/${encodeURIComponent(name!)}`, control!, () => ({}));
    expect((await edge.ask(path)).body).toBe("2");
  });

  test("is done as CDN-Cache-Control says, which stands in place of Cache-Control", async () => {
    edge.origin.serve("/swr-cdn", {
      headers: {
        "cache-control": "must-revalidate",
        "cdn-cache-control": "max-age=1, stale-while-revalidate=60",
      },
    });
    await edge.ask("/swr-cdn");
    await sleep(pastItsLifeMs);
    expect((await edge.ask("/swr-cdn")).body).toBe("1");
  });
});

describe.concurrent("stale-if-error", () => {
  test.for([500, 502, 503, 504])("serves it for a %i", async (status) => {
    const path = await expired(`/sie/${status}`, "s-maxage=1, stale-if-error=60", failing(status));
    const answer = await edge.ask(path);
    expect([answer.status, answer.body]).toEqual([200, "1"]);
    expect(edge.origin.of(path).length).toBeGreaterThan(1);
  });

  test("serves it when the app hangs up", async () => {
    const path = await expired("/sie/away", "s-maxage=1, stale-if-error=60", hangUp);
    expect((await edge.ask(path)).body).toBe("1");
  });

  test("asks the app first, and serves what it answers", async () => {
    const path = await expired("/sie/well", "s-maxage=1, stale-if-error=60", () => ({}));
    expect((await edge.ask(path)).body).toBe("2");
  });

  test.for([404, 403, 501])("does not hide a %i", async (status) => {
    const path = await expired(`/sie/${status}`, "s-maxage=1, stale-if-error=60", failing(status));
    expect((await edge.ask(path)).status).toBe(status);
  });

  test("ends", async () => {
    const path = await expired("/sie/over", "s-maxage=1, stale-if-error=1", failing(500));
    await sleep(1_100);
    expect((await edge.ask(path)).status).toBe(500);
  });

  test.for(["must-revalidate", "proxy-revalidate"])("is not done with %s", async (forbids) => {
    const control = `s-maxage=1, stale-if-error=60, ${forbids}`;
    const path = await expired(`/sie/${forbids}`, control, failing(500));
    expect((await edge.ask(path)).status).toBe(500);
  });

  test("goes on after the failed refresh of stale-while-revalidate", async () => {
    const control = "s-maxage=1, stale-while-revalidate=60, stale-if-error=60";
    const path = await expired("/sie/both", control, failing(500));
    for (let index = 0; index < 5; index++) expect((await edge.ask(path)).body).toBe("1");
  });
});

describe.concurrent("disconnected from the app", () => {
  test("a response is served stale", async () => {
    const path = await expired("/away", "max-age=1", hangUp);
    expect((await edge.ask(path)).body).toBe("1");
  });

  test("but not for a status that the app gives itself", async () => {
    const path = await expired("/away/status", "max-age=1", failing(503));
    expect((await edge.ask(path)).status).toBe(503);
  });

  test.for(["s-maxage=1", "max-age=1, must-revalidate", "max-age=1, proxy-revalidate"])(
    "one with %s is not",
    async (control) => {
      const path = await expired(`/away/${encodeURIComponent(control)}`, control, hangUp);
      expect((await edge.ask(path)).status).toBe(503);
    },
  );

  test("a stale response of somebody else is not served to who is known", async () => {
    const path = await expired("/away/known", "max-age=1, stale-if-error=60", hangUp);
    expect((await edge.ask(path, { headers: { cookie: "session=1" } })).status).toBe(503);
  });
});

test("a 304 can take back that a response may be served stale", async () => {
  edge.origin.serve("/revoked", ({ headers }, count) => {
    const etag = '"1"';
    if (count === 1) return { headers: { etag, "cache-control": "s-maxage=1, stale-if-error=60" } };
    if (headers["if-none-match"] === etag && count === 2)
      return { status: 304, headers: { etag, "cache-control": "max-age=1" } };
    return { status: 500 };
  });
  await edge.ask("/revoked");
  await sleep(pastItsLifeMs);
  expect((await edge.ask("/revoked")).status).toBe(200);
  expect(edge.origin.of("/revoked")).toHaveLength(2);
  await sleep(pastItsLifeMs);
  expect((await edge.ask("/revoked")).status).toBe(500);
});
