// Why a statement is not proven to be a read, in few words for a person.

import { namesBeforeParentheses } from "./calls.ts";
import { sessionFunctions, writingFunctions, writingVerbs } from "./keywords.ts";
import type { Token } from "./lexer.ts";
import { isPunctuation, isWord, type Source } from "./parentheses.ts";
import { asksForTemporary, isAdvisoryLock } from "./session.ts";

/** What makes every word of a text doubtful. */
export function whyUnsure(text: string, tokens: readonly Token[]): string | undefined {
  if (tokens.length === 0) return "is empty";
  for (const token of tokens) {
    if (token.kind === "broken") return "cannot be read (something does not end)";
    if (isPunctuation(token, ";")) return "several statements";
    if (hasPlainBackslash(text, token)) return "a backslash in a string without E";
    if (isEscapedName(text, token)) return 'a name in Unicode escapes (U&"")';
  }
  return undefined;
}

/** With `standard_conforming_strings` off, the string would end elsewhere. */
function hasPlainBackslash(text: string, token: Token): boolean {
  if (token.kind !== "string" || (token.value !== "'" && token.value !== "n")) return false;
  return text.slice(token.start, token.end).includes("\\");
}

function isEscapedName(text: string, token: Token): boolean {
  return token.kind === "identifier" && text.charAt(token.start) !== '"';
}

/** What in a query writes, locks or belongs to a session. A column named `update` is taken for a write. */
export function whyNotRead(source: Source): string | undefined {
  const { tokens } = source;
  if (isWord(tokens[0], "explain") && tokens.some(isAnalyze)) {
    return "runs what it explains (EXPLAIN ANALYZE)";
  }
  for (const [at, token] of tokens.entries()) {
    const lock = isWord(token, "for") ? lockAt(tokens, at + 1) : undefined;
    if (lock !== undefined) return `locks rows (FOR ${lock})`;
    if (isWord(token, "into")) return "writes (INTO)";
    if (token.kind === "word" && writingVerbs.has(token.value))
      return `writes (${token.value.toUpperCase()})`;
  }
  return whyNotByName(source);
}

/** An option of EXPLAIN may be quoted. */
function isAnalyze({ kind, value }: Token): boolean {
  return (kind === "word" || kind === "identifier") && (value === "analyze" || value === "analyse");
}

const locks = ["update", "share", "no key update", "key share"];

function lockAt(tokens: readonly Token[], start: number): string | undefined {
  const following = tokens.slice(start, start + 3).map((token) => (token.kind === "word" ? token.value : ""));
  const phrase = `${following.join(" ")} `;
  return locks.find((lock) => phrase.startsWith(`${lock} `))?.toUpperCase();
}

function whyNotByName(source: Source): string | undefined {
  for (const name of namesBeforeParentheses(source.tokens)) {
    if (isAdvisoryLock(name)) return `takes an advisory lock (${name})`;
    if (writingFunctions.has(name) || sessionFunctions.has(name)) return `calls ${name}`;
  }
  return asksForTemporary(source.tokens) ? "asks for temporary tables (pg_temp)" : undefined;
}
