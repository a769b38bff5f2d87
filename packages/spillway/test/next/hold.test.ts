// An answer that is held back until what it acknowledges is known everywhere.

import { once } from "node:events";
import { type ClientRequest, request, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { waitUntil } from "../wait.ts";
import { type Handler, Served } from "./served.ts";
import { within } from "./stores.ts";

let served: Served;
let work: PromiseWithResolvers<void>;

beforeEach(async () => {
  process.env["SPILLWAY_SECRET"] = "sixteen letters!";
  work = Promise.withResolvers<void>();
  served = new Served();
  await served.start();
});

afterEach(async () => {
  delete process.env["SPILLWAY_SECRET"];
  await served.stop();
});

/** Each way in which an app may answer. */
const ways: [way: string, answer: (response: ServerResponse) => void][] = [
  ["at once", (response) => response.end("hello")],
  [
    "with headers of its own",
    (response) => response.writeHead(201, { "x-own": "yes", "set-cookie": ["a=1"] }).end("hello"),
  ],
  [
    "in parts",
    (response) => {
      response.flushHeaders();
      response.write("hel");
      response.end("lo");
    },
  ],
];

it.each(ways)("nothing of an answer that is given %s comes before the work is done", async (_way, answer) => {
  served.handler = (response, scope) => {
    scope.origin.hold!(work.promise);
    answer(response);
  };
  const headers = served.open();
  expect(await within(50, headers)).toBe("late");
  work.resolve();
  expect(await text(await headers)).toBe("hello");
});

it("status and headers are those that the app gave", async () => {
  served.handler = (response, scope) => {
    scope.origin.hold!(work.promise);
    response.setHeader("x-set", "before");
    response.writeHead(201, "Made", { "x-own": "yes" });
    response.end("hello");
    work.resolve();
  };
  const { status, headers } = await served.get();
  expect(status).toBe(201);
  expect(headers).toMatchObject({ "x-set": "before", "x-own": "yes" });
});

it("waits for all of several works, also for those that come while it waits", async () => {
  const later = Promise.withResolvers<void>();
  served.handler = (response, scope) => {
    scope.origin.hold!(Promise.resolve());
    scope.origin.hold!(work.promise);
    response.end("hello");
    void work.promise.then(() => scope.origin.hold!(later.promise));
  };
  const headers = served.open();
  expect(await within(50, headers)).toBe("late");
  work.resolve();
  expect(await within(50, headers)).toBe("late");
  later.resolve();
  expect(await text(await headers)).toBe("hello");
});

it.each(ways)(
  "an answer that is given %s is a 500 that nobody keeps when the work fails",
  async (_way, answer) => {
    served.handler = (response, scope) => {
      response.setHeader("cache-control", "s-maxage=60");
      response.setHeader("surrogate-key", "t");
      scope.origin.hold!(work.promise);
      answer(response);
      work.reject(new Error("nobody was told"));
    };
    const { status, headers, body } = await served.get();
    expect(status).toBe(500);
    expect(headers).toMatchObject({ "cache-control": "no-store" });
    for (const name of ["x-own", "surrogate-key", "set-cookie"]) expect(headers).not.toHaveProperty(name);
    expect(body.toString()).toBe("nobody was told\n");
  },
);

it.each<[when: string, pause: () => Promise<void>]>([
  ["at once", () => Promise.resolve()],
  ["later", () => new Promise((resolve) => setImmediate(resolve))],
])("who goes on writing an answer %s that was refused harms nobody", async (_when, pause) => {
  const errors: unknown[] = [];
  served.handler = async (response, scope) => {
    response.on("error", (error) => errors.push(error));
    scope.origin.hold!(work.promise);
    response.write("first");
    work.reject(new Error("nobody was told"));
    for (let part = 0; part < 50; part++) {
      await pause();
      response.write("another");
    }
    response.end();
  };
  expect((await served.get()).status).toBe(500);
  expect(errors).toEqual([]);
});

it("an answer that has begun goes on", async () => {
  served.handler = (response, scope) => {
    response.write("hel");
    scope.origin.hold!(work.promise);
    response.end("lo");
  };
  expect(await text(await served.open())).toBe("hello");
  work.resolve();
});

it("the cookie of a writer is in its answer, whose write came while it was held", async () => {
  served.handler = (response, scope) => {
    scope.origin.hold!(work.promise);
    response.writeHead(200, { "set-cookie": ["a=1"] });
    response.end("hello");
    setImmediate(() => {
      scope.wrote("main", { timeline: 1, lsn: 7 });
      work.resolve();
    });
  };
  const { headers } = await served.get();
  expect(headers["set-cookie"]).toEqual(["a=1", expect.stringMatching(/^spillway=/)]);
});

it("a writer that waits whenever it is told so is not left waiting", async () => {
  served.handler = async (response, scope) => {
    scope.origin.hold!(work.promise);
    if (!response.write("hel")) await once(response, "drain");
    response.end("lo");
  };
  const opened = served.open();
  expect(await within(50, opened)).toBe("late");
  work.resolve();
  expect(await within(2_000, opened.then(text))).toBe("hello");
});

it("a large body arrives whole", async () => {
  const chunk = Buffer.alloc(64 * 1024, "0123456789abcdef");
  const many = 200;
  served.handler = async (response, scope) => {
    scope.origin.hold!(work.promise);
    await pipeline(Readable.from(Array.from({ length: many }, () => chunk)), response);
  };
  const opened = served.open();
  expect(await within(50, opened)).toBe("late");
  work.resolve();
  const incoming = await opened;
  let bytes = 0;
  for await (const part of incoming) {
    const read = part as Buffer;
    for (const at of [0, read.length - 1]) expect(read[at]).toBe(chunk[(bytes + at) % 16]);
    bytes += read.length;
  }
  expect(bytes).toBe(many * chunk.length);
});

it.each<[string, Handler]>([
  ["waits for the whole answer", (response) => response.end("hello")],
  ["streams its answer", (response) => void Readable.from(["hel", "lo"]).pipe(response)],
])("a client that leaves harms nobody where the app %s", async (_what, answer) => {
  const asked = Promise.withResolvers<void>();
  let isGone = false;
  served.handler = (response, scope, incoming) => {
    response.once("close", () => (isGone = true));
    scope.origin.hold!(work.promise);
    answer(response, scope, incoming);
    asked.resolve();
  };
  const leaving: ClientRequest = request({ port: served.port, host: "127.0.0.1", agent: false });
  leaving.on("error", () => undefined).end();
  await asked.promise;
  leaving.destroy();
  await waitUntil(() => isGone, "the client to have left");
  work.resolve();
  served.handler = (response) => response.end("still here");
  expect((await served.get()).body.toString()).toBe("still here");
});

it("headers that cannot be sent are a 500, and harm nobody", async () => {
  served.handler = (response, scope) => {
    scope.origin.hold!(work.promise);
    response.writeHead(200, { "x-own": "line\nbreak" });
    response.end("hello");
    work.resolve();
  };
  expect(await within(2_000, served.get())).toMatchObject({ status: 500 });
});
