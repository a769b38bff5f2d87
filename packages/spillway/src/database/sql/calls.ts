// Which names in a query are called as functions. When in doubt, one is.

import { harmlessFunctions, neverFunctions, queryVerbs, syntaxAfter } from "./keywords.ts";
import type { Token } from "./lexer.ts";
import { isPunctuation, isWord, type Source } from "./parentheses.ts";
import { namesOfWith } from "./with-clause.ts";

/** Each called function once, without its schema, in the order of the text. */
export function calledFunctions(source: Source): string[] {
  const names = new Set<string>();
  const withNames = namesOfWith(source);
  for (const [at, token] of source.tokens.entries()) {
    if (!isName(token) || !isPunctuation(source.tokens[at + 1], "(") || withNames.has(at)) continue;
    if (isCall(source, at)) names.add(token.value);
  }
  return [...names];
}

/** Every name before a parenthesis, call or not: for what is refused by its name alone. */
export function namesBeforeParentheses(tokens: readonly Token[]): string[] {
  return tokens
    .filter((token, at) => isName(token) && isPunctuation(tokens[at + 1], "("))
    .map((token) => token.value);
}

function isName(token: Token | undefined): token is Token {
  return token !== undefined && (token.kind === "word" || token.kind === "identifier");
}

function isCall(source: Source, at: number): boolean {
  const { tokens } = source;
  const name = tokens[at]!;
  const head = headOfChain(tokens, at);
  if (head === at && name.kind === "word" && neverFunctions.has(name.value)) return false;
  if (opensQuery(tokens, at + 2) || !maySitBehind(source, head)) return false;
  if (head === at && name.kind === "word" && isSyntax(tokens, at)) return false;
  const ofServer = head === at || isWord(tokens[head], "pg_catalog");
  return !(ofServer && harmlessFunctions.has(name.value));
}

/** Where `a.b.c` begins, given the place of `c`. */
function headOfChain(tokens: readonly Token[], at: number): number {
  let head = at;
  while (isPunctuation(tokens[head - 1], ".") && isName(tokens[head - 2])) head -= 2;
  return head;
}

/** A function's arguments never begin with a bare query, or with WHERE. */
function opensQuery(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  if (isWord(token, "values")) return isPunctuation(tokens[at + 1], "(");
  return token?.kind === "word" && (queryVerbs.has(token.value) || token.value === "where");
}

/**
 * Whether an expression may follow what stands before `head`. Behind an operand it may not: there stands an
 * alias with columns (`) t (a, b)`), a window (`) over (`), or an operator that is a word.
 */
function maySitBehind({ tokens, partners }: Source, head: number): boolean {
  const before = tokens[head - 1];
  // EXPLAIN, and a query itself, begin with a verb.
  if (before === undefined) return false;
  switch (before.kind) {
    case "string":
    case "number":
    case "parameter":
    case "identifier":
      return false;
    case "word":
      // A type or an alias, a sampling method, an alias.
      return !isWord(before, "as", "tablesample", "ordinality");
    case "punctuation":
      if (before.value === ")") return endsBeforeExpression(tokens, partners[head - 1]!);
      return before.value !== "]" && before.value !== "::";
    default:
      return true;
  }
}

/** DISTINCT ON (…) and OPERATOR(…) are the only parentheses with an expression behind them. */
function endsBeforeExpression(tokens: readonly Token[], open: number): boolean {
  return open < 1 || isWord(tokens[open - 1], "on", "operator");
}

function isSyntax(tokens: readonly Token[], at: number): boolean {
  const { value } = tokens[at]!;
  const before = tokens[at - 1];
  if (before?.kind !== "word") return false;
  if (value === "rollup" || value === "cube") {
    return before.value === "by" && isWord(tokens[at - 2], "group");
  }
  return syntaxAfter.get(value)?.has(before.value) ?? false;
}
