// What makes two requests the same: the address, what a response varies on (RFC 9111, 4.1), and what Next.js asks for
// at the same address.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeServer, startEdge } from "./edge-server.ts";

let edge: EdgeServer;

beforeAll(async () => {
  edge = await startEdge();
});
afterAll(async () => {
  await edge?.stop();
});

const kept = { "cache-control": "public, max-age=60" };

describe("a response that varies", () => {
  test("is kept for each variant", async () => {
    edge.origin.serve("/varies", { headers: { ...kept, vary: "x-kind" } });
    for (const [kind, body] of [
      ["a", "1"],
      ["b", "2"],
      ["a", "1"],
      ["b", "2"],
    ] as const)
      expect((await edge.ask("/varies", { headers: { "x-kind": kind } })).body).toBe(body);
    expect((await edge.ask("/varies")).body).toBe("3");
  });

  test.each([
    ["on two headers", "x-kind, x-size"],
    ["on two headers without a space", "x-kind,x-size"],
    ["in capitals", "X-KIND, X-Size"],
    ["on two lines", ["x-kind", "x-size"]],
    ["on one twice", "x-kind, x-size, x-kind"],
  ])("%s is kept by both", async (name, vary) => {
    const path = edge.origin.serve(`/two/${encodeURIComponent(name)}`, { headers: { ...kept, vary } });
    const asking = (kind: string, size: string) => ({ headers: { "x-kind": kind, "x-size": size } });
    expect((await edge.ask(path, asking("a", "1"))).body).toBe("1");
    expect((await edge.ask(path, asking("a", "2"))).body).toBe("2");
    expect((await edge.ask(path, asking("b", "1"))).body).toBe("3");
    expect((await edge.ask(path, asking("a", "1"))).body).toBe("1");
  });

  test.each(["X-Forwarded-Proto", "x-forwarded-host, X-Forwarded-Proto", "X-Forwarded-Host, x-kind"])(
    "by %s, which the address implies, is kept",
    async (vary) => {
      const path = edge.origin.serve(`/forwarded/${encodeURIComponent(vary)}`, {
        headers: { ...kept, vary },
      });
      for (const kind of ["a", "a"])
        expect((await edge.ask(path, { headers: { "x-kind": kind } })).body).toBe("1");
      const other = await edge.ask(path, { headers: { "x-kind": "b" } });
      expect(other.body).toBe(vary.includes("x-kind") ? "2" : "1");
    },
  );

  test("by everything, on a second line, is kept for nobody", async () => {
    edge.origin.serve("/all", { headers: { ...kept, vary: ["x-kind", "*"] } });
    for (const body of ["1", "2"]) expect((await edge.ask("/all")).body).toBe(body);
  });

  test("by language is one for all ways to write the same wish", async () => {
    edge.origin.serve("/language", { headers: { ...kept, vary: "Accept-Language" } });
    for (const wish of ["de-CH, en;q=0.5", "DE-ch,en;q=0.5", "de-CH ,  en; q=0.5"])
      expect((await edge.ask("/language", { headers: { "accept-language": wish } })).body).toBe("1");
    expect((await edge.ask("/language", { headers: { "accept-language": "en" } })).body).toBe("2");
  });

  test("by encoding is one for all, compressed for who can read it", async () => {
    edge.origin.serve("/encoding", { headers: { ...kept, vary: "Accept-Encoding" } });
    for (const encoding of ["gzip", "gzip, br", "identity"])
      expect(
        (await edge.ask("/encoding", { headers: { "accept-encoding": encoding } })).headers["cache-status"],
      ).toMatch(encoding === "identity" ? /./ : /^edge-1; (hit|fwd=uri-miss)/);
    expect(edge.origin.of("/encoding").length).toBeLessThan(3);
  });
});

describe("Next.js", () => {
  const prefetch = { rsc: "1", "next-router-prefetch": "1" };
  const segment = { ...prefetch, "next-router-segment-prefetch": "/_tree" };
  const kinds: [string, Record<string, string>][] = [
    ["the document", {}],
    ["its data", { rsc: "1" }],
    ["a prefetch", prefetch],
    ["a prefetch of a segment", segment],
    ["a prefetch of another segment", { ...segment, "next-router-segment-prefetch": "/shop" }],
  ];

  test("each kind of answer at one address is kept for itself, whatever is asked for first", async () => {
    for (const order of [kinds, kinds.toReversed()]) {
      const path = edge.origin.serve(`/page/${order[0]![0].length}?_rsc=abc`, ({ headers }) => ({
        headers: kept,
        body: JSON.stringify([
          headers["rsc"],
          headers["next-router-prefetch"],
          headers["next-router-segment-prefetch"],
        ]),
      }));
      for (let round = 0; round < 2; round++) {
        for (const [, headers] of order) {
          const { body } = await edge.ask(path, { headers });
          expect(JSON.parse(body)).toEqual([
            headers["rsc"] ?? null,
            headers["next-router-prefetch"] ?? null,
            headers["next-router-segment-prefetch"] ?? null,
          ]);
        }
      }
      expect(edge.origin.of(path)).toHaveLength(kinds.length);
    }
  });

  test("what the pages of two versions ask for is kept for each, and apart from what names none", async () => {
    const path = edge.origin.serve("/versions?_rsc=abc", ({ headers }) => ({
      headers: kept,
      body: headers["x-deployment-id"]?.toString() ?? "none",
    }));
    for (let round = 0; round < 2; round++) {
      for (const version of ["one", "two", "none"]) {
        const headers: Record<string, string> =
          version === "none" ? { rsc: "1" } : { rsc: "1", "x-deployment-id": version };
        expect((await edge.ask(path, { headers })).body).toBe(version);
      }
    }
    expect(edge.origin.of(path)).toHaveLength(3);
  });

  test("_rsc is a part of the address", async () => {
    for (const url of ["/rsc?_rsc=a", "/rsc?_rsc=b", "/rsc"]) {
      edge.origin.serve(url, { headers: kept });
      expect((await edge.ask(url, { headers: { rsc: "1" } })).headers["cache-status"]).toContain("uri-miss");
    }
  });

  test("the router's state reaches the app with a request for data, and never with one for a document", async () => {
    const state = { "next-router-state-tree": "tree", "next-url": "/from" };
    await edge.ask("/state-1", { headers: { rsc: "1", ...state } });
    await edge.ask("/state-2", { headers: state });
    expect(edge.origin.of("/state-1")[0]!.headers).toMatchObject(state);
    expect(edge.origin.of("/state-2")[0]!.headers).not.toMatchObject(state);
    expect(edge.origin.of("/state-2")[0]!.headers["next-url"]).toBeUndefined();
  });

  test("the data of the older router is asked for as such, and kept apart", async () => {
    const path = edge.origin.serve("/_next/data/build/index.json", { headers: kept });
    expect((await edge.ask(path, { headers: { "x-nextjs-data": "1" } })).body).toBe("1");
    expect((await edge.ask(path)).body).toBe("2");
    expect(edge.origin.of(path)[0]!.headers["x-nextjs-data"]).toBe("1");
  });

  test("an action of the server arrives, and what follows is asked for anew", async () => {
    edge.origin.serve("/form", { headers: kept });
    await edge.ask("/form");
    await edge.ask("/form", { method: "POST", headers: { "next-action": "abc" }, body: "[]" });
    expect(edge.origin.of("/form")[1]).toMatchObject({ method: "POST", body: "[]" });
    expect(edge.origin.of("/form")[1]!.headers["next-action"]).toBe("abc");
    expect((await edge.ask("/form")).body).toBe("3");
  });
});
