// How a text falls into tokens.

import { expect, test } from "vitest";
import { tokenize } from "./lexer.ts";

/** Each token as `kind:text`. */
function seen(text: string): string[] {
  return tokenize(text).map(({ kind, start, end }) => `${kind}:${text.slice(start, end)}`);
}

test("words are folded in ASCII alone, as the server folds them", () => {
  expect(tokenize("SELECT Straße ÄB \u212Aey a$b _c1").map((token) => token.value)).toEqual([
    "select",
    "straße",
    "Äb",
    "\u212Aey",
    "a$b",
    "_c1",
  ]);
});

test("a quoted identifier keeps its case, and a doubled quote is one", () => {
  const [plain, escaped] = tokenize('"a""B" U&"d\\0061t"');
  expect(plain).toMatchObject({ kind: "identifier", value: 'a"B' });
  expect(escaped).toMatchObject({ kind: "identifier", start: 7 });
});

test.each([
  ["'it''s'", "'"],
  ["E'it\\'s'", "e"],
  ["e'\\\\'", "e"],
  ["B'101'", "b"],
  ["x'1F'", "x"],
  ["N'a'", "n"],
  ["U&'d\\0061t'", "u"],
  ["$$ it's $1 $$", "$"],
  ["$tag$ $$ $tagg$ $tag$", "$"],
  ["$a$b$$a$", "$"],
  ["'a\\'", "'"],
  ["'a'\n 'b'", "'"],
  ["'a' -- note\n -- note\n'b'", "'"],
  ["E'a'\n'b\\'c'", "e"],
])("%s is one string", (text, value) => {
  expect(tokenize(text)).toEqual([{ kind: "string", value, start: 0, end: text.length }]);
});

test("strings on one line are two, and a longer word before a quote is no prefix", () => {
  expect(seen("'a' 'b'")).toEqual(["string:'a'", "string:'b'"]);
  expect(seen("fe'a'")).toEqual(["word:fe", "string:'a'"]);
  expect(seen("e 'a'")).toEqual(["word:e", "string:'a'"]);
});

test("comments leave no token, and block comments nest", () => {
  expect(seen("a -- b\nc /* d /* e */ f */ g --h\r'i'")).toEqual([
    "word:a",
    "word:c",
    "word:g",
    "string:'i'",
  ]);
});

test("an operator ends where a comment begins in it", () => {
  expect(seen("3*--x\n4")).toEqual(["number:3", "operator:*", "number:4"]);
  expect(seen("3*/* x */4")).toEqual(["number:3", "operator:*", "number:4"]);
  expect(seen("a<>-b @> c")).toEqual(["word:a", "operator:<>-", "word:b", "operator:@>", "word:c"]);
});

test("punctuation stands alone but for the cast", () => {
  expect(tokenize("f((a,b)::c[1:2]);").map(({ value }) => value)).toEqual(
    "f ( ( a , b ) :: c [ 1 : 2 ] ) ;".split(" "),
  );
});

test.each(["1", "1.5", ".5", "5.", "1e10", "1.5E-3", "1_000", "0xFF", "0b10", "0o17"])(
  "%s is a number",
  (text) => {
    expect(seen(text)).toEqual([`number:${text}`]);
  },
);

test("a parameter is no dollar quote", () => {
  expect(seen("$1$2 $10::int")).toEqual([
    "parameter:$1",
    "parameter:$2",
    "parameter:$10",
    "punctuation:::",
    "word:int",
  ]);
});

test.each([
  "'a",
  "'a''",
  "E'a\\'",
  '"a',
  "$$ a",
  "$a$ $$",
  "/* a",
  "/* a /* b */",
  "$a",
  "$",
  "1into",
  "$1into",
  "0xg",
  "\\",
  "{",
  "\0",
])("%j is broken", (text) => {
  expect(seen(text)).toEqual([`broken:${text}`]);
});

test("a text of a megabyte takes a time that grows with its length alone", () => {
  const hostile = ["$a ", "$a$$b$", "'a' \n", "f(", "a.", "/*", "+-", "-", "(", '"', "1_", "e'\\"];
  for (const piece of hostile) {
    const startedAt = performance.now();
    tokenize(piece.repeat(1_000_000 / piece.length));
    expect(performance.now() - startedAt, piece).toBeLessThan(2000);
  }
});
