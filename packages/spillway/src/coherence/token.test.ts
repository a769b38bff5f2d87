import { afterEach, beforeEach, expect, it } from "vitest";
import { runInScope, causalityToken } from "./index.ts";
import type { Position } from "./position.ts";
import { currentScope } from "./scope.ts";
import { laterMark, type LogMark, readToken, writeToken } from "./token.ts";

const positions = new Map<string, Position>([
  ["main", { timeline: 1, lsn: 0x16_b374d848 }],
  ["reports-2", { timeline: 12, lsn: 2 ** 53 - 1 }],
  ["lost", { timeline: 3, lsn: Infinity }],
]);

beforeEach(() => {
  process.env["SPILLWAY_SECRET"] = "sixteen letters!";
});

afterEach(() => {
  delete process.env["SPILLWAY_SECRET"];
});

const marks = new Map<string, LogMark>([
  ["spillway", { epoch: "aZ09-_bcdef", seq: 2 ** 53 - 1 }],
  ["left-to-the-tailer", { epoch: "", seq: undefined }],
]);

it("is read as it was written, the places that nobody knows included", () => {
  expect(readToken(writeToken(positions, marks))).toEqual({ positions, marks });
});

it("fits a cookie and a header as it is", () => {
  expect(writeToken(positions, marks)).toMatch(/^[\w.~,@-]+$/);
});

it.each([
  ["another position", (token: string) => token.replace("main~1", "main~2")],
  ["no signature", (token: string) => token.slice(0, token.lastIndexOf("."))],
  ["a cut signature", (token: string) => token.slice(0, -2)],
  ["nothing", () => ""],
  ["noise", () => "%%%.%%%"],
  ["a book", () => `1.main~1~1.${"A".repeat(100_000)}`],
])("is not read with %s", (_what, change) => {
  expect(readToken(change(writeToken(positions)))).toBeUndefined();
});

it("is not read under another secret, and is while the old one is listed", () => {
  const token = writeToken(positions);
  process.env["SPILLWAY_SECRET"] = "another secret 1";
  expect(readToken(token)).toBeUndefined();
  process.env["SPILLWAY_SECRET"] = "another secret 1,sixteen letters!";
  expect(readToken(token)?.positions).toEqual(positions);
});

it("knows only that of two epochs neither is certain, and that an unknown place stays unknown", () => {
  const mark = (epoch: string, seq?: number): LogMark => ({ epoch, seq });
  expect(laterMark(mark("a", 1), mark("a", 2))).toEqual(mark("a", 2));
  expect(laterMark(mark("a", 3), mark("a", 2))).toEqual(mark("a", 3));
  expect(laterMark(mark("a", 3), mark("b", 2)).seq).toBeUndefined();
  expect(laterMark(mark("a"), mark("a", 2)).seq).toBeUndefined();
  expect(laterMark(mark("a", 2), mark("a")).seq).toBeUndefined();
});

it("is not written with a secret that is missing or short", () => {
  for (const secret of ["", "short"]) {
    process.env["SPILLWAY_SECRET"] = secret;
    expect(() => writeToken(positions)).toThrow(expect.objectContaining({ code: "SPILLWAY_SECRET_MISSING" }));
  }
});

it("goes from one scope to the next, with what was written there, and never back on a timeline", () => {
  const token = runInScope(() => {
    currentScope()!.wrote("main", { timeline: 1, lsn: 50 });
    currentScope()!.wrote("main", { timeline: 1, lsn: 40 });
    return causalityToken();
  });
  const seen = runInScope(
    () => {
      currentScope()!.wrote("other", { timeline: 1, lsn: 7 });
      return currentScope()!.positions();
    },
    { token },
  );
  expect(seen).toEqual(
    new Map([
      ["main", { timeline: 1, lsn: 50 }],
      ["other", { timeline: 1, lsn: 7 }],
    ]),
  );
});

it("is undefined where nothing was written, and outside of any scope", () => {
  expect(causalityToken()).toBeUndefined();
  expect(runInScope(() => causalityToken())).toBeUndefined();
});
