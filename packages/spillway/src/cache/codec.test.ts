import { isDeepStrictEqual } from "node:util";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it } from "vitest";
import { mutated, randomBytes, randomSource, randomValue } from "../../test/random-values.ts";
import { decode, encode } from "./codec.ts";

function roundTrip(value: unknown): unknown {
  const decoded = decode(encode(value));
  if (decoded === undefined) throw new Error("not decodable");
  return decoded.value;
}

const product = { id: 42, name: "Blue shirt", price: 29.99, tags: ["a", "b"], stock: null, active: true };

describe("gives back exactly", () => {
  it.each([
    ["plain data", product],
    ["null", null],
    ["zero", 0],
    ["minus zero", -0],
    ["NaN and the infinities", [Number.NaN, Infinity, -Infinity, { deep: -0 }]],
    ["false", false],
    ["an empty text", ""],
    ["text outside ASCII", "naïve 日本 🛒"],
    ["text within", { "ключ 🛒": "naïve 日本 🛒" }],
    ["half of a surrogate pair", "\ud83d cut"],
    ["half of a surrogate pair within", { text: ["\ud83d cut"] }],
    ["undefined", undefined],
    ["undefined within", { a: undefined, b: [undefined, 1] }],
    ["holes", Object.assign([1, 2, 3], { length: 9 })],
    ["an array with properties", Object.assign([{ id: 1 }], { count: 1 })],
    ["big integers", { small: 1n, large: -(2n ** 200n) }],
    ["dates", { made: new Date(0), none: new Date(Number.NaN) }],
    [
      "maps and sets",
      new Map<unknown, unknown>([
        ["a", new Set([1, "b", { c: 1 }])],
        [{ key: 1 }, null],
      ]),
    ],
    ["regular expressions", /a+(?<name>b)/giu],
    ["a Buffer", Buffer.from("héllo")],
    ["an empty Buffer", Buffer.alloc(0)],
    ["a Buffer within", { image: Buffer.from([0, 255, 10]), at: 1 }],
    ["bytes", Uint8Array.of(1, 2, 255)],
    ["floats", [Float32Array.of(1.5, Number.NaN), Float64Array.of(-0), BigInt64Array.of(-5n)]],
    [
      "integers",
      [Int8Array.of(-1), Int16Array.of(-2), Uint16Array.of(3), Int32Array.of(4), Uint32Array.of(5)],
    ],
    ["clamped and wide integers", [Uint8ClampedArray.of(300), BigUint64Array.of(5n)]],
    ["memory", [new ArrayBuffer(3), new DataView(Uint8Array.of(1, 2, 3).buffer, 1, 1)]],
    ["an error with its cause", new TypeError("wrong", { cause: { status: 404 } })],
  ])("%s", (_, value) => {
    expect(isDeepStrictEqual(roundTrip(value), value)).toBe(true);
  });

  it("two thousand random values", () => {
    const seeds = Array.from({ length: 2000 }, (_, index) => index + 1);
    const wrong = seeds.filter((seed) => {
      const value = randomValue(randomSource(seed), 4);
      return !isDeepStrictEqual(roundTrip(value), value);
    });
    expect(wrong).toEqual([]);
  });

  it("what is one object in several places, and cycles", () => {
    const shared = { x: 1 };
    const result = roundTrip({ a: shared, b: [shared] }) as { a: unknown; b: unknown[] };
    expect(result.b[0]).toBe(result.a);
    const cycle: Record<string, unknown> = {};
    cycle["self"] = [cycle];
    const again = roundTrip(cycle) as { self: unknown[] };
    expect(again.self[0]).toBe(again);
  });

  it("values of another realm, as values of this one", () => {
    const foreign = runInNewContext(
      "({ list: [1, { at: new Date(5), names: new Map([['a', new Set([1])]]) }] })",
    );
    const expected = { list: [1, { at: new Date(5), names: new Map([["a", new Set([1])]]) }] };
    expect(isDeepStrictEqual(roundTrip(foreign), expected)).toBe(true);
  });
});

describe("plain data", () => {
  it("is JSON behind one byte", () => {
    expect(encode(product).toString()).toBe(`\u0001${JSON.stringify(product)}`);
  });

  it("of an object without a prototype becomes an ordinary object", () => {
    const bare = Object.assign(Object.create(null) as object, { a: 1 });
    expect(isDeepStrictEqual(roundTrip(bare), { a: 1 })).toBe(true);
    expect(isDeepStrictEqual(roundTrip({ bare, at: new Date(1) }), { bare: { a: 1 }, at: new Date(1) })).toBe(
      true,
    );
  });

  it("keeps a __proto__ key as a key, and pollutes nothing", () => {
    const evil: unknown = JSON.parse(
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":1}}}',
    );
    for (const value of [evil, { evil, at: new Date(1) }]) {
      const result = roundTrip(value) as { polluted?: unknown };
      expect(isDeepStrictEqual(result, value)).toBe(true);
      expect(result.polluted).toBeUndefined();
      expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
      expect("polluted" in {}).toBe(false);
    }
  });

  it("that doubles at each of fifty levels takes no time and no room", () => {
    let value: unknown = { leaf: 1 };
    for (let level = 0; level < 50; level++) value = [value, value];
    expect(encode(value).length).toBeLessThan(1000);
  });

  it("may be nested deeply", () => {
    let value: unknown = 1;
    for (let level = 0; level < 900; level++) value = { inner: value };
    expect(isDeepStrictEqual(roundTrip(value), value)).toBe(true);
  });
});

describe("an app that gives every array a toJSON", () => {
  const prototype = Array.prototype as { toJSON?: unknown };
  afterEach(() => delete prototype.toJSON);

  it("changes nothing in what is kept", () => {
    // oxlint-disable-next-line no-extend-native -- that is the case
    Object.defineProperty(prototype, "toJSON", { value: () => "gone", configurable: true });
    expect(roundTrip({ list: [1] })).toEqual({ list: [1] });
  });
});

describe("bytes of another origin", () => {
  it.each<[string, string, unknown]>([
    ["JSON", "017b2261223a5b312c6e756c6c5d7d", { a: [1, null] }],
    ["a text", "0268c3a9", "hé"],
    ["a text cut in a pair", "033dd82000", "\ud83d "],
    ["a Buffer", "0400ff", Buffer.of(0, 255)],
  ])("%s is written as in the first version, and read", (_, hex, value) => {
    expect(encode(value).toString("hex")).toBe(hex);
    expect(decode(Buffer.from(hex, "hex"))).toEqual({ value });
  });

  it("a clone of an older V8 is read", () => {
    const bytes = Buffer.from("05ff0f6f2201644400000000000014402201625c0002ff017b02", "hex");
    expect(decode(bytes)).toEqual({ value: { d: new Date(5), b: Buffer.of(255, 1) } });
  });

  it("an unknown kind, nothing, what is cut and what is not UTF-8 are a miss", () => {
    expect(decode(Buffer.alloc(0))).toBeUndefined();
    for (const kind of [0, 6, 7, 123, 255]) expect(decode(Buffer.of(kind, 49))).toBeUndefined();
    const cut = [encode(product), encode({ at: new Date(1) }), encode("\ud800")];
    for (const bytes of cut) expect(decode(bytes.subarray(0, -1))).toBeUndefined();
    expect(decode(Buffer.of(1, 34, 0xff, 34))).toBeUndefined();
    expect(decode(Buffer.of(2, 0xc3))).toBeUndefined();
  });

  it("a clone of a newer V8 is a miss", () => {
    const bytes = encode({ at: new Date(1) });
    bytes[2] = 99;
    expect(decode(bytes)).toBeUndefined();
  });

  it("nothing that was done to them throws", () => {
    for (let seed = 1; seed <= 3000; seed++) {
      const random = randomSource(seed);
      decode(mutated(encode(randomValue(random, 3)), random));
      decode(Buffer.concat([Buffer.of(5, 0xff, 15), randomBytes(random, 20)]));
    }
    expect("polluted" in {}).toBe(false);
  });
});

describe("memory", () => {
  it("of a large Buffer is not copied again when it is decoded", () => {
    const bytes = encode(Buffer.alloc(1 << 20));
    expect((roundTripOf(bytes) as Buffer).buffer).toBe(bytes.buffer);
  });

  it("of a reply is not kept alive by a small Buffer in it", () => {
    const reply = Buffer.concat([
      encode({ icon: Buffer.from("small"), at: new Date(1) }),
      Buffer.alloc(1 << 20),
    ]);
    const { icon } = roundTripOf(reply) as { icon: Buffer };
    expect(icon.buffer).not.toBe(reply.buffer);
    const alone = Buffer.concat([encode(Buffer.from("small")), Buffer.alloc(1 << 20)]).subarray(0, 6);
    expect((roundTripOf(alone) as Buffer).buffer.byteLength).toBeLessThan(1 << 20);
  });

  it("of a typed array holds its elements and nothing else", () => {
    const pooled = new Uint16Array(new ArrayBuffer(100), 10, 3).fill(7);
    const [floats, shorts] = roundTrip([Float64Array.of(1, 2), pooled]) as [Float64Array, Uint16Array];
    expect([floats.buffer.byteLength, floats.byteOffset]).toEqual([16, 0]);
    expect([shorts.buffer.byteLength, shorts.byteOffset]).toEqual([6, 0]);
  });

  it("of the value is not shared with its bytes", () => {
    const value = Buffer.from("before");
    const bytes = encode(value);
    value.write("after!");
    expect(roundTripOf(bytes)).toEqual(Buffer.from("before"));
  });

  function roundTripOf(bytes: Buffer): unknown {
    return decode(bytes)?.value;
  }
});
