// Random statements: nothing throws, and what stands between tokens changes nothing.

import { expect, test } from "vitest";
import { oracleStatements } from "../../../test/database/analyse-oracle.ts";
import { analyse } from "./analyse.ts";
import { tokenize, type Token } from "./lexer.ts";
import { normalise } from "./normalise.ts";

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const ingredients =
  "select with as ( ( ) ) , ; :: . ' '' \" $$ $a$ $1 $ /* */ -- \n E' U& 1 1.5 0x a \"b\" + - * [ ] \\ { for update into values in insert explain analyze recursive materialized not on operator begin read only commit \0 é 😀 \ud800"
    .split(" ")
    .concat(" ");

test("no soup of tokens throws, and each token lies behind the one before it", () => {
  const random = randomOf(1);
  for (let round = 0; round < 20_000; round++) {
    const length = Math.floor(random() * 25);
    const pieces = Array.from({ length }, () => ingredients[Math.floor(random() * ingredients.length)]!);
    const text = pieces.join(random() < 0.5 ? " " : "");
    expect(() => [analyse(text), normalise(text)], JSON.stringify(text)).not.toThrow();
    let end = 0;
    for (const token of tokenize(text)) {
      expect(token.start, JSON.stringify(text)).toBeGreaterThanOrEqual(end);
      expect(token.end).toBeGreaterThan(token.start);
      end = token.end;
    }
    expect(end).toBeLessThanOrEqual(text.length);
  }
});

const blanks = [" ", "\n", "\t ", "/* delete */", "-- for update\n", "/* /* ' */ \" */"];

/** The same tokens with other blanks between them and other cases of letters. */
function respelt(text: string, tokens: readonly Token[], random: () => number): string {
  const pick = (): string => blanks[Math.floor(random() * blanks.length)]!;
  const spell = ({ kind, start, end }: Token): string => {
    const piece = text.slice(start, end);
    return kind === "word" && random() < 0.5 ? piece.toUpperCase() : piece;
  };
  return [pick(), ...tokens.flatMap((token) => [spell(token), pick()])].join("");
}

test("comments, white space and the case of words change neither kind nor functions", () => {
  const random = randomOf(2);
  for (const { text } of oracleStatements) {
    const tokens = tokenize(text);
    if (tokens.some(({ kind }) => kind === "broken")) continue;
    for (let round = 0; round < 10; round++) {
      const other = respelt(text, tokens, random);
      expect(analyse(other), JSON.stringify(other)).toEqual(analyse(text));
    }
  }
});

test("a write stays one when a read is put before, behind or around it by a comment", () => {
  for (const { text } of oracleStatements.filter(({ writes }) => writes)) {
    expect(analyse(`/* select 1 */ ${text}`).kind, text).toBe("other");
    expect(analyse(`${text}\n-- select 1`).kind, text).toBe("other");
    expect(analyse(`select 1; ${text}`).kind, text).toBe("other");
    expect(analyse(`with x as (select 1) ${text}`).kind, text).toBe("other");
  }
});
