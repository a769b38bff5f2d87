import { describe, expect, it } from "vitest";
import { SpillwayError } from "../errors.ts";
import { encode } from "./codec.ts";

function refusal(value: unknown): unknown {
  try {
    encode(value);
  } catch (error) {
    if (error instanceof SpillwayError && error.code === "SPILLWAY_CACHE_VALUE") return error.data;
    throw error;
  }
  return "nothing";
}

describe("refuses, with the path,", () => {
  class Money {
    cents = 5;
    toJSON(): number {
      return this.cents;
    }
  }
  class Rows extends Array {}
  class Missing extends Error {}
  class Hash extends Uint8Array {}

  it.each([
    ["a function", { user: { save: () => 1 } }, "$.user.save", "a function"],
    ["a symbol", ["a", { "odd key": Symbol("s") }], '$[1]["odd key"]', "a symbol"],
    ["an instance, with a toJSON too", { price: new Money() }, "$.price", "an instance of Money"],
    ["an array of a class", { rows: new Rows() }, "$.rows", "an instance of Rows"],
    ["an error of a class", new Missing("x"), "$", "an instance of Missing"],
    ["the cause of an error", [new Error("x", { cause: { run: () => 1 } })], "$[0].cause.run", "a function"],
    ["bytes of a class", { hash: new Hash(2) }, "$.hash", "an instance of Hash"],
    ["a toJSON of an object's own", { toJSON: () => 1 }, "$.toJSON", "a function"],
    ["a promise", { later: Promise.resolve(1) }, "$.later", "an instance of Promise"],
    ["a WeakMap in a Map", new Map([["private", new WeakMap()]]), "$.values()[0]", "an instance of WeakMap"],
    [
      "a stream in a Set",
      new Set([1, new ReadableStream()]),
      "$.values()[1]",
      "an instance of ReadableStream",
    ],
    ["a URL", new URL("http://example.com"), "$", "an instance of URL"],
    [
      "a class of no name",
      {
        it: new (class {
          x = 1;
        })(),
      },
      "$.it",
      "an instance of a class",
    ],
    ["a boxed text", Object("text"), "$", "an instance of String"],
    ["shared memory", new SharedArrayBuffer(1), "$", "an instance of SharedArrayBuffer"],
    ["a symbol for a key", { a: { [Symbol("s")]: 1 } }, "$.a", "an object with a symbol for a key"],
  ])("%s", (_, value, path, found) => {
    expect(refusal(value)).toEqual({ path, found });
  });

  it("what was added to a built-in object, where it would be lost", () => {
    const error = Object.assign(new Error("x"), { code: "E" });
    const found = "a property that was added to an instance of Error";
    expect(refusal({ error })).toEqual({ path: "$.error.code", found });
    expect(refusal([Object.assign(new Date(1), { zone: "CET" })])).toMatchObject({ path: "$[0].zone" });
  });

  it("the unfit behind what is fit only for a clone", () => {
    expect(refusal({ at: new Date(1), deep: [1n, { run: () => 1 }] })).toMatchObject({
      path: "$.deep[1].run",
    });
  });

  it("nesting without end", () => {
    let value: unknown = 1;
    for (let level = 0; level < 5000; level++) value = { inner: value };
    expect(refusal(value)).toMatchObject({ found: "nested more than 1000 deep" });
  });

  it("a getter that throws, keeping its error as the cause and out of the message", () => {
    const thrown = new Error("secret");
    const value = Object.defineProperty({}, "x", {
      enumerable: true,
      get: () => {
        throw thrown;
      },
    });
    expect(() => encode(value)).toThrow(
      expect.objectContaining({ code: "SPILLWAY_CACHE_VALUE", cause: thrown }),
    );
    expect(() => encode(value)).not.toThrow("secret");
  });
});
