// A statement without its values, for logs and for counting statements of one shape.

import { tokenize, type Token } from "./lexer.ts";
import { isPunctuation, isWord, matchParentheses } from "./parentheses.ts";

/** Longer shapes are cut; no log line and no label needs more. */
const longestShape = 2000;

interface Shape {
  text: string;
  tokens: readonly Token[];
  partners: Int32Array;
}

/**
 * Literals become `?`, lists behind IN become `(...)`, further rows of VALUES go, as do comments. No literal
 * survives, of whatever form, however it ends.
 *
 * ```ts
 * normalise("select * from t where name = 'Ann' and id in (1, 2)");
 * // "select * from t where name = ? and id in (...)"
 * ```
 */
export function normalise(text: string): string {
  const tokens = tokenize(text);
  const shape = { text, tokens, partners: matchParentheses(tokens) };
  let result = "";
  let writtenTo = 0;
  for (let at = 0; at < tokens.length && result.length <= longestShape;) {
    const token = tokens[at]!;
    if (at > 0 && token.start > writtenTo) result += " ";
    if (endsInDoubt(text, token)) return cut(`${result}?…`);
    const [piece, next] = pieceAt(shape, at);
    result += piece;
    writtenTo = tokens[next - 1]!.end;
    at = next;
  }
  return cut(result);
}

/** What stands for the token at `at`, and the token after it that is next. */
function pieceAt({ text, tokens, partners }: Shape, at: number): [piece: string, next: number] {
  const token = tokens[at]!;
  const close = partners[at]!;
  if (close > at && isWord(tokens[at - 1], "in") && isListOfValues(tokens, at, close)) {
    return ["(...)", close + 1];
  }
  return [isLiteral(token) ? "?" : text.slice(token.start, token.end), behindRows(tokens, partners, at)];
}

function isLiteral(token: Token): boolean {
  return token.kind === "string" || token.kind === "number" || token.kind === "broken";
}

/** From the end of the first row of VALUES to the end of the last. */
function behindRows(tokens: readonly Token[], partners: Int32Array, at: number): number {
  const open = partners[at]!;
  let next = at + 1;
  if (open === -1 || open > at || !isWord(tokens[open - 1], "values")) return next;
  while (isPunctuation(tokens[next], ",") && isPunctuation(tokens[next + 1], "(")) {
    const close = partners[next + 1]!;
    if (close === -1) break;
    next = close + 1;
  }
  return next;
}

/** Literals and parameters, with signs, casts and inner parentheses. */
function isListOfValues(tokens: readonly Token[], open: number, close: number): boolean {
  for (let at = open + 1; at < close; at++) {
    const token = tokens[at]!;
    const isCast = token.kind === "word" && isPunctuation(tokens[at - 1], "::");
    const isPlain =
      token.kind === "parameter" || token.kind === "punctuation" || isWord(token, "null", "true", "false");
    const isSign = token.kind === "operator" && (token.value === "-" || token.value === "+");
    if (!isLiteral(token) && !isPlain && !isSign && !isCast) return false;
  }
  return close > open + 1;
}

/**
 * Whether a server with `standard_conforming_strings` off sees another end of this string, so that what
 * follows may be its content.
 */
function endsInDoubt(text: string, token: Token): boolean {
  if (token.kind !== "string" || (token.value !== "'" && token.value !== "n")) return false;
  let backslashes = 0;
  for (let at = token.start; at < token.end; at++) {
    const character = text.charAt(at);
    if (character === "'" && backslashes % 2 === 1) return true;
    backslashes = character === "\\" ? backslashes + 1 : 0;
  }
  return false;
}

function cut(shape: string): string {
  if (shape.length <= longestShape) return shape;
  const kept = shape.slice(0, longestShape - 1);
  // Half of a surrogate pair is no text.
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}…`;
}
