// Keys of plain states: objects and arrays whose leaves are small numbers, booleans, words or undefined.

const scratch = Buffer.alloc(1024);
/** Bytes 200 and up stand for what is not a number. */
const words = new Map<unknown, number>([
  [undefined, 200],
  [false, 201],
  [true, 202],
]);

/** One byte for each leaf. States of one model have the same members in the same order, so that no name is needed. */
export function keyOf(state: object): string {
  return scratch.toString("latin1", 0, write(state, 0));
}

function write(value: unknown, at: number): number {
  if (typeof value === "number") scratch[at] = numberByte(value);
  else if (typeof value !== "object") scratch[at] = words.get(value) ?? newWord(value);
  else return writeMembers(value as Record<string, unknown>, at);
  return at + 1;
}

function writeMembers(value: Record<string, unknown>, at: number): number {
  let end = at;
  // The length of an array comes first; an object cannot be taken for `undefined`, which is one byte of its own.
  if (Array.isArray(value)) {
    scratch[end++] = value.length;
    for (const member of value) end = write(member, end);
  } else for (const name in value) end = write(value[name], end);
  return end;
}

function numberByte(value: number): number {
  if (value < 0 || value >= 200 || !Number.isInteger(value)) throw new Error(`${value} does not fit a state`);
  return value;
}

function newWord(value: unknown): number {
  const byte = 200 + words.size;
  if (byte > 255) throw new Error("Too many words in the states");
  words.set(value, byte);
  return byte;
}
