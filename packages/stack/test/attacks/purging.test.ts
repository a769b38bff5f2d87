// Attempts to end what is stored, or to be told by whom it was made: only the stack's purger may, and a change of the
// page itself.

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BalancerEngine, balancerEngines } from "../../src/config/types.ts";
import { ask } from "../edge/ask.ts";
import { type EdgeServer, startEdge } from "../edge/edge-server.ts";

describe.each(balancerEngines)("through %s", (engine: BalancerEngine) => {
  let edge: EdgeServer;

  beforeAll(async () => {
    edge = await startEdge(engine);
    edge.origin.otherwise = ({ method }) =>
      method === "GET" ? { headers: { "cache-control": "public, max-age=60" } } : { status: 405 };
  });
  afterAll(async () => {
    await edge?.stop();
  });

  async function storedPage(): Promise<string> {
    const path = `/${randomUUID()}`;
    await edge.ask(path);
    return path;
  }
  const isStored = async (path: string): Promise<boolean> =>
    (await edge.ask(path)).headers["cache-status"]!.includes("hit");

  test.each(["PURGE", "BAN", "SOFTPURGE", "REFRESH", "UNLOCK"])(
    "%s on the public address ends nothing",
    async (method) => {
      const path = await storedPage();
      await edge.ask(path, {
        method: method === "BAN" || method === "SOFTPURGE" || method === "REFRESH" ? "PURGE" : method,
        headers: { "x-method": method, "surrogate-key": ":all", xkey: ":all", "spillway-tags": ":all" },
      });
      expect(await isStored(path)).toBe(true);
    },
  );

  test.each([
    ["no secret", {}],
    ["a wrong secret", { authorization: "Bearer guess" }],
    ["half a secret", (secret: string) => ({ authorization: `Bearer ${secret.slice(0, 8)}` })],
    ["the secret and more", (secret: string) => ({ authorization: `Bearer ${secret}x` })],
    ["a secret of another kind", (secret: string) => ({ authorization: `Basic ${secret}` })],
  ])("the purger's address with %s ends nothing", async (_name, given) => {
    const path = await storedPage();
    const headers = typeof given === "function" ? given(edge.secrets.purge) : given;
    const answer = await ask(edge.ports.control, "/", { method: "POST", headers });
    expect(answer.status).toBe(403);
    expect(await isStored(path)).toBe(true);
  });

  test("the secret is worth nothing on the public address", async () => {
    const path = await storedPage();
    const headers = { authorization: `Bearer ${edge.secrets.purge}`, "spillway-position": "1-1" };
    await edge.ask("/", { method: "POST", headers });
    expect(await isStored(path)).toBe(true);
  });

  test("a request that the app refuses ends nothing", async () => {
    const path = await storedPage();
    expect((await edge.ask(path, { method: "DELETE" })).status).toBe(405);
    expect(await isStored(path)).toBe(true);
  });

  test.each([" ", ",", "%20", "%2c", ";", "\t"])(
    "an address with %j in it ends no other",
    async (separator) => {
      const victim = await storedPage();
      const key = Buffer.from(`127.0.0.1:${edge.ports.web}${victim}`).toString("base64url");
      edge.origin.otherwise = ({ method }) =>
        method === "GET" ? { headers: { "cache-control": "public, max-age=60" } } : {};
      for (const path of [`/x?${separator}url:${key}`, `/x${separator}:all`])
        await edge.ask(encodeURI(path).replaceAll("%25", "%"), { method: "POST" });
      expect(await isStored(victim)).toBe(true);
    },
  );

  test("what is meant for the edge alone does not leave it", async () => {
    const inner = [
      "surrogate-key",
      "surrogate-control",
      "cache-tag",
      "x-next-cache-tags",
      "xkey",
      "x-varnish",
      "via",
    ];
    const headers = {
      ...Object.fromEntries(inner.map((name) => [name, "product-1"])),
      "cache-control": "max-age=60",
    };
    edge.origin.otherwise = () => ({ headers });
    const path = `/${randomUUID()}`;
    for (const method of ["GET", "GET", "POST"]) {
      const answer = await edge.ask(path, { method });
      const names = Object.keys(answer.headers);
      expect(names.filter((name) => inner.includes(name) || name.startsWith("spillway"))).toEqual([]);
      expect(JSON.stringify(answer.headers)).not.toContain("product-1");
    }
  });
});
