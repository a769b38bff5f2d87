// Random values of every kind that a cache keeps, for tests; the same ones for the same seed.

/** A number from 0 up to, but not including, `below`. */
export type RandomSource = (below: number) => number;

/** The generator mulberry32. */
export function randomSource(seed: number): RandomSource {
  let state = Math.imul(seed, 0x9e3779b9);
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Half of them are plain data: any other kind within makes the whole a structured clone. */
export function randomValue(random: RandomSource, depth: number): unknown {
  return value(random, random(2) === 0 ? plain : everything, depth);
}

type Make = (random: RandomSource, inner: () => unknown) => unknown;

const plainLeaves: readonly Make[] = [
  () => null,
  (random) => random(2) === 0,
  (random) => random(1000) - 500,
  (random) => (random(2000) - 1000) * 10 ** (random(600) - 300),
  randomText,
];
const otherLeaves: readonly Make[] = [
  () => undefined,
  (random) => [-0, Number.NaN, Infinity, -Infinity][random(4)],
  (random) => BigInt(random(2 ** 31)) ** BigInt(random(9)) * (random(2) === 0 ? 1n : -1n),
  (random) => new Date(random(5) === 0 ? Number.NaN : random(2 ** 31) * 1000),
  (random) => new RegExp(`a{${random(9)}}`, random(2) === 0 ? "gi" : "u"),
  (random) => randomBytes(random, random(50)),
  (random) => new Float64Array(Array.from({ length: random(5) }, () => random(9) / 7)),
  (random) => Int16Array.from({ length: random(5) }, () => random(1000)),
  (random) => Uint8Array.from(randomBytes(random, random(9))).buffer,
];
const plainBranches: readonly Make[] = [
  (random, inner) => list(random, inner),
  (random, inner) => Object.fromEntries(list(random, () => [randomText(random), inner()])),
];
const otherBranches: readonly Make[] = [
  (random, inner) => new Map(list(random, () => [inner(), inner()])),
  (random, inner) => new Set(list(random, inner)),
  (random, inner) => Object.assign([inner()], { length: 1 + random(4) }),
];

interface Kinds {
  leaves: readonly Make[];
  branches: readonly Make[];
}

const plain: Kinds = { leaves: plainLeaves, branches: plainBranches };
const everything: Kinds = {
  leaves: [...plainLeaves, ...otherLeaves],
  branches: [...plainBranches, ...otherBranches],
};

function value(random: RandomSource, kinds: Kinds, depth: number): unknown {
  const makes = depth > 0 && random(3) > 0 ? kinds.branches : kinds.leaves;
  return makes[random(makes.length)]!(random, () => value(random, kinds, depth - 1));
}

function list<T>(random: RandomSource, make: () => T): T[] {
  return Array.from({ length: random(6) }, make);
}

const pieces = [
  "a",
  "Z",
  "0",
  " ",
  '"',
  "\\",
  "\n",
  "\u0000",
  "é",
  "ÿ",
  "日",
  "🛒",
  "\ud83d",
  "\udc00",
  "__proto__",
  "7",
];

function randomText(random: RandomSource): string {
  return Array.from({ length: random(8) }, () => pieces[random(pieces.length)]).join("");
}

export function randomBytes(random: RandomSource, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random(256)));
}

/** A few bytes of it overwritten, or its end cut off. */
export function mutated(bytes: Buffer, random: RandomSource): Buffer {
  const copy = Buffer.from(bytes);
  for (let times = random(4); times >= 0; times--) copy[random(copy.length)] = random(256);
  return random(3) === 0 ? copy.subarray(0, random(copy.length + 1)) : copy;
}
