// The classes of characters that PostgreSQL's scanner knows.

const space = 1;
const digit = 2;
const wordStart = 4;
const operator = 8;
const punctuation = 16;

const classes = new Uint8Array(128);
mark(space, " \t\n\r\f\v");
mark(digit, "0123456789");
mark(wordStart, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_");
mark(operator, "+-*/<>=~!@#%^&|`?");
mark(punctuation, "()[],;.:");

function mark(kind: number, characters: string): void {
  for (const character of characters) classes[character.charCodeAt(0)]! |= kind;
}

function is(kind: number, code: number): boolean {
  return code < 128 && (classes[code]! & kind) !== 0;
}

/** What `charCodeAt` returns for the characters that open or close something. */
export const codes = {
  newline: 10,
  return: 13,
  doubleQuote: 34,
  dollar: 36,
  ampersand: 38,
  quote: 39,
  star: 42,
  minus: 45,
  dot: 46,
  slash: 47,
  zero: 48,
  colon: 58,
  backslash: 92,
  underscore: 95,
} as const;

export function isSpace(code: number): boolean {
  return is(space, code);
}

export function isNewline(code: number): boolean {
  return code === codes.newline || code === codes.return;
}

export function isDigit(code: number): boolean {
  return is(digit, code);
}

/** Every character beyond ASCII counts as a letter, even a no-break space. */
export function isWordStart(code: number): boolean {
  return code >= 128 || is(wordStart, code);
}

export function isWordPart(code: number): boolean {
  return code >= 128 || is(wordStart | digit, code) || code === codes.dollar;
}

export function isOperator(code: number): boolean {
  return is(operator, code);
}

export function isPunctuation(code: number): boolean {
  return is(punctuation, code);
}
