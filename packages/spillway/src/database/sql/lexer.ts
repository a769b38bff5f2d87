// The tokens of a statement, after PostgreSQL's lexical structure (manual, chapter 4.1).

import { endOfBlanks, opensBlockComment, opensLineComment } from "./blanks.ts";
import { codes, isDigit, isOperator, isPunctuation, isWordPart, isWordStart } from "./characters.ts";
import { endOfDollarTag, endOfNumber, endOfQuotedName, endOfString } from "./literals.ts";

/** "broken" is what no server would take in: a string without an end, a number run into a word. */
type TokenKind =
  | "word"
  | "identifier"
  | "string"
  | "number"
  | "parameter"
  | "operator"
  | "punctuation"
  | "broken";

export interface Token {
  kind: TokenKind;
  /**
   * A word in lower case; a quoted identifier without its quotes; for a string what opens it (`'`, `$`, or one
   * of `e b x n u`); else the characters as written.
   */
  value: string;
  /** Offsets into the text; `end` is exclusive. */
  start: number;
  end: number;
}

/** Never throws, whatever the text. Comments and white space leave no token. Time grows with the length alone. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = endOfBlanks(text, 0); at < text.length;) {
    const token = tokenAt(text, at);
    tokens.push(token);
    at = endOfBlanks(text, token.end);
  }
  return tokens;
}

function tokenAt(text: string, start: number): Token {
  const code = text.charCodeAt(start);
  if (isWordStart(code)) return prefixedAt(text, start) ?? wordAt(text, start);
  if (code === codes.quote) return stringAt(text, start, { open: start, value: "'" });
  if (code === codes.doubleQuote) return identifierAt(text, start, start);
  if (code === codes.dollar) return dollarAt(text, start);
  if (startsNumber(text, start)) return numberAt(text, start);
  if (opensBlockComment(text, start)) return brokenAt(start, text.length);
  if (isOperator(code)) return operatorAt(text, start);
  if (isPunctuation(code)) return punctuationAt(text, start);
  return brokenAt(start, start + 1);
}

function wordAt(text: string, start: number): Token {
  let end = start + 1;
  while (isWordPart(text.charCodeAt(end))) end++;
  return { kind: "word", value: fold(text.slice(start, end)), start, end };
}

/** As the server folds: ASCII letters alone, so the Kelvin sign does not become a `k`. */
function fold(word: string): string {
  return word.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** E'', B'', X'', N'', U&'' and U&"": a letter counts as a prefix only directly before the quote. */
function prefixedAt(text: string, start: number): Token | undefined {
  const prefix = text.charAt(start).toLowerCase();
  const next = text.charCodeAt(start + 1);
  if (next === codes.quote && "ebxn".includes(prefix)) {
    return stringAt(text, start, { open: start + 1, value: prefix });
  }
  if (prefix !== "u" || next !== codes.ampersand) return undefined;
  const opening = text.charCodeAt(start + 2);
  if (opening === codes.quote) return stringAt(text, start, { open: start + 2, value: "u" });
  return opening === codes.doubleQuote ? identifierAt(text, start, start + 2) : undefined;
}

function stringAt(text: string, start: number, { open, value }: { open: number; value: string }): Token {
  const end = endOfString(text, open, value === "e");
  return end === -1 ? brokenAt(start, text.length) : { kind: "string", value, start, end };
}

function identifierAt(text: string, start: number, open: number): Token {
  const end = endOfQuotedName(text, open);
  if (end === -1) return brokenAt(start, text.length);
  const value = text.slice(open + 1, end - 1).replaceAll('""', '"');
  return { kind: "identifier", value, start, end };
}

/** `$1`, or a dollar-quoted string. A text in which `$tag$` is never repeated holds nothing else. */
function dollarAt(text: string, start: number): Token {
  if (isDigit(text.charCodeAt(start + 1))) return parameterAt(text, start);
  const opened = endOfDollarTag(text, start);
  const tag = text.slice(start, opened);
  if (tag.length < 2 || !tag.endsWith("$")) return brokenAt(start, opened);
  const closed = text.indexOf(tag, opened);
  if (closed === -1) return brokenAt(start, text.length);
  return { kind: "string", value: "$", start, end: closed + tag.length };
}

function parameterAt(text: string, start: number): Token {
  let end = start + 1;
  while (isDigit(text.charCodeAt(end))) end++;
  return unlessRunIntoWord(text, { kind: "parameter", value: text.slice(start, end), start, end });
}

function startsNumber(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return isDigit(code) || (code === codes.dot && isDigit(text.charCodeAt(at + 1)));
}

function numberAt(text: string, start: number): Token {
  const end = endOfNumber(text, start);
  return unlessRunIntoWord(text, { kind: "number", value: text.slice(start, end), start, end });
}

/** Servers before version 15 read `1into` as `1 into`, later ones refuse it. */
function unlessRunIntoWord(text: string, token: Token): Token {
  if (!isWordStart(text.charCodeAt(token.end))) return token;
  return brokenAt(token.start, wordAt(text, token.end).end);
}

/** An operator ends where a comment begins inside it. */
function operatorAt(text: string, start: number): Token {
  let end = start + 1;
  while (isOperator(text.charCodeAt(end)) && !opensLineComment(text, end) && !opensBlockComment(text, end)) {
    end++;
  }
  return { kind: "operator", value: text.slice(start, end), start, end };
}

function punctuationAt(text: string, start: number): Token {
  const isCast = text.charCodeAt(start) === codes.colon && text.charCodeAt(start + 1) === codes.colon;
  const end = start + (isCast ? 2 : 1);
  return { kind: "punctuation", value: text.slice(start, end), start, end };
}

function brokenAt(start: number, end: number): Token {
  return { kind: "broken", value: "", start, end };
}
