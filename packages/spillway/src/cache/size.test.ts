import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { sizeOf } from "./size.ts";

const text = (length: number, letter: string): string => `Buffer.alloc(${length}, "${letter}").toString()`;

/** Expressions, so that each is built and measured in a process that does nothing else. */
const typical: Readonly<Record<string, string>> = {
  "records from JSON": `JSON.parse(JSON.stringify(list(5000, (i) => ({ id: i, slug: "product-" + i, price: i / 7,
    currency: "EUR", status: "active", description: "A soft shirt ".repeat(i % 9) }))))`,
  "rows of a driver": `list(5000, (i) => ({ id: i, slug: fresh("product-" + i), currency: fresh("EUR"),
    status: fresh("active"), at: new Date(i), price: fresh("12.50") }))`,
  "nested records": `JSON.parse(JSON.stringify(list(3000, (i) => ({ id: i, variants: [{ id: i, size: "XL",
    tags: ["a", "b"] }, { id: i + 1, size: "M", tags: ["c"] }] }))))`,
  "whole numbers": "list(300_000, (i) => i)",
  fractions: "list(300_000, (i) => i + 0.5)",
  "records of fractions": "list(20_000, (i) => ({ a: i + 0.5, b: i / 3 }))",
  "text in ASCII": text(3_000_000, "a"),
  "text in Latin-1": text(3_000_000, "é"),
  "text beyond Latin-1": text(3_000_000, "→"),
  "many texts": `list(20_000, (i) => fresh("some text of middling length " + i))`,
  "a Map": `new Map(list(50_000, (i) => ["key number " + i, { n: i }]))`,
  "a Set": `new Set(list(50_000, (i) => fresh("value number " + i)))`,
  "many small Maps": "list(5000, (i) => new Map([[1, i]]))",
  "a Buffer": "Buffer.alloc(3_000_000)",
  "many Buffers": "list(3000, () => Buffer.alloc(1000))",
  "a typed array": "new Float64Array(400_000)",
  "a dictionary": `Object.fromEntries(list(20_000, (i) => ["key number " + i, i]))`,
  "a dictionary by number": "Object.fromEntries(list(20_000, (i) => [i, { i }]))",
  dates: "list(20_000, (i) => new Date(i))",
  "empty objects": "list(20_000, () => ({}))",
};

const makes = Object.entries(typical).map(([name, make]) => `${JSON.stringify(name)}: () => ${make},`);

const program = `
import { sizeOf } from ${JSON.stringify(new URL("size.ts", import.meta.url).href)};
const list = (length, make) => Array.from({ length }, (_, i) => make(i));
const fresh = (text) => Buffer.from(text).toString();
const held = () => { gc(); gc(); const { heapUsed, external } = process.memoryUsage(); return heapUsed + external; };
const measure = (make) => { make(); const before = held(); const value = make(); const bytes = held() - before;
  return sizeOf(value) / bytes; };
const makes = { ${makes.join("\n")} };
console.log(JSON.stringify(Object.entries(makes).map(([name, make]) => [name, measure(make)])));
`;

it("is near what V8 holds, for ordinary data", async () => {
  const flags = ["--expose-gc", "--no-warnings", "--input-type=module", "--eval", program];
  const { stdout } = await promisify(execFile)(process.execPath, flags);
  const ratios = JSON.parse(stdout) as [string, number][];
  expect(ratios).toHaveLength(Object.keys(typical).length);
  expect(ratios.filter(([, ratio]) => !(ratio > 0.7 && ratio < 1.5))).toEqual([]);
});

it("knows text that V8 keeps in one byte for each character", () => {
  expect(sizeOf("é".repeat(1000))).toBeLessThan(1100);
  expect(sizeOf(`${"é".repeat(1000)}→`)).toBeGreaterThan(2000);
  expect(sizeOf(`${"a".repeat(1000)}→`)).toBeGreaterThan(2000);
});

it("stops at the cap", () => {
  const huge = Array.from({ length: 100 }, () => Array.from({ length: 1000 }, (_, index) => ({ index })));
  let read = 0;
  const last = Object.defineProperty({}, "x", { enumerable: true, get: () => read++ });
  const value = [last, ...huge];
  const size = sizeOf(value, 10_000);
  expect(size).toBeGreaterThanOrEqual(10_000);
  expect(size).toBeLessThan(30_000);
  expect(read).toBe(0);
  expect(sizeOf(value)).toBeGreaterThan(3_000_000);
  expect(read).toBe(1);
});

it("counts what is met twice once, and ends in a cycle", () => {
  const part = { text: "x".repeat(1000) };
  const cycle: Record<string, unknown> = { part };
  const once = sizeOf(cycle);
  cycle["part again"] = part;
  cycle["self"] = cycle;
  expect(sizeOf(cycle) - once).toBeLessThan(50);
});

it("counts the memory that a view keeps alive, once", () => {
  const memory = new ArrayBuffer(1_000_000);
  const views = [new Uint8Array(memory, 0, 1), new Uint8Array(memory, 1, 1)];
  expect(sizeOf(views)).toBeGreaterThan(1_000_000);
  expect(sizeOf(views)).toBeLessThan(1_001_000);
  expect(sizeOf(Buffer.from("pooled"))).toBeLessThan(300);
});

it("takes any value, however deep or hostile", () => {
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level++) deep = [deep];
  expect(sizeOf(deep)).toBeGreaterThan(1_000_000);
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  for (const value of [
    undefined,
    null,
    Symbol("s"),
    () => 1,
    Promise.resolve(),
    new WeakMap(),
    [revoked.proxy],
  ])
    expect(sizeOf(value)).toBeGreaterThanOrEqual(0);
  expect(sizeOf(2n ** 8000n)).toBeGreaterThan(1000);
});
