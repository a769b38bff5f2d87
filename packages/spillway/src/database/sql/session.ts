// What belongs to one session or one server, and so must not be sent to any other.

import { namesBeforeParentheses } from "./calls.ts";
import { sessionFunctions, sessionVerbs, transactionSettings } from "./keywords.ts";
import type { Token } from "./lexer.ts";
import { isPunctuation, isWord } from "./parentheses.ts";

/** Judges every statement of a text. */
export function isSessionBound(tokens: readonly Token[]): boolean {
  if (asksForTemporary(tokens)) return true;
  const names = namesBeforeParentheses(tokens);
  if (names.some((name) => isAdvisoryLock(name) || sessionFunctions.has(name))) return true;
  return tokens.some(
    (_, at) => (at === 0 || isPunctuation(tokens[at - 1], ";")) && beginsInSession(tokens, at),
  );
}

export function isAdvisoryLock(name: string): boolean {
  return name.startsWith("pg_advisory_") || name.startsWith("pg_try_advisory_");
}

/** Another name for the schema of this session's temporary tables. */
export function asksForTemporary(tokens: readonly Token[]): boolean {
  return tokens.some(
    (token) =>
      (token.kind === "word" || token.kind === "identifier") &&
      (token.value === "pg_temp" || token.value.startsWith("pg_temp_")),
  );
}

function beginsInSession(tokens: readonly Token[], at: number): boolean {
  const verb = tokens[at]!;
  if (verb.kind !== "word") return false;
  if (verb.value === "create") return makesTemporary(tokens, at + 1);
  if (verb.value === "set" && isTransactional(tokens[at + 1])) return false;
  return sessionVerbs.has(verb.value);
}

/** CREATE [OR REPLACE] [GLOBAL | LOCAL] TEMPORARY, and SELECT … INTO TEMPORARY is a write anyway. */
function makesTemporary(tokens: readonly Token[], start: number): boolean {
  let at = start;
  while (isWord(tokens[at], "or", "replace", "global", "local")) at++;
  return isWord(tokens[at], "temp", "temporary");
}

function isTransactional(token: Token | undefined): boolean {
  return token?.kind === "word" && transactionSettings.has(token.value);
}
