// Which parenthesis closes which.

import type { Token } from "./lexer.ts";

export interface Source {
  tokens: readonly Token[];
  /** From `matchParentheses`. */
  partners: Int32Array;
}

/** For each token the index of its other parenthesis, or -1. */
export function matchParentheses(tokens: readonly Token[]): Int32Array {
  const partners = new Int32Array(tokens.length).fill(-1);
  const open: number[] = [];
  for (const [at, token] of tokens.entries()) {
    if (isPunctuation(token, "(")) open.push(at);
    else if (isPunctuation(token, ")")) {
      const start = open.pop();
      if (start === undefined) continue;
      partners[start] = at;
      partners[at] = start;
    }
  }
  return partners;
}

export function isPunctuation(token: Token | undefined, value: string): boolean {
  return token !== undefined && token.kind === "punctuation" && token.value === value;
}

/** A bare word; a quoted identifier of the same letters is not one. */
export function isWord(token: Token | undefined, ...values: string[]): boolean {
  return token !== undefined && token.kind === "word" && values.includes(token.value);
}
