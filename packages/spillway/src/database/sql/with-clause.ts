// The clause before a statement that names queries: WITH a (x, y) AS (…), b AS (…).

import { queryVerbs, writingVerbs } from "./keywords.ts";
import type { Token } from "./lexer.ts";
import { isPunctuation, isWord, type Source } from "./parentheses.ts";

/** The places of all names that have a list of columns, which look like calls. */
export function namesOfWith(source: Source): ReadonlySet<number> {
  const names = new Set<number>();
  for (const [at, token] of source.tokens.entries()) {
    if (isWord(token, "with")) walkWith(source, at, (name) => names.add(name));
  }
  return names;
}

/** The verb of a statement that begins with WITH at `start`; a writing part counts before a reading whole. */
export function verbOfWith(source: Source, start: number): string {
  const { tokens } = source;
  const bodies: number[] = [];
  let at = walkWith(source, start, (_, body) => bodies.push(body));
  while (at < tokens.length && !isWord(tokens[at], "select", "values", "table", ...writingVerbs)) at++;
  const verbs = [at, ...bodies.map((body) => body + 1)].map((place) => tokens[place]?.value ?? "");
  return verbs.find((verb) => writingVerbs.has(verb)) ?? "select";
}

/** Whether what is behind the clause at `start` is a query, or at least one that writes. */
export function leadsToQuery(source: Source, start: number): boolean {
  const { tokens } = source;
  const next = tokens[walkWith(source, start, () => undefined)];
  // SEARCH and CYCLE belong to the last name.
  return isPunctuation(next, "(") || isWord(next, "search", "cycle", ...queryVerbs, ...writingVerbs);
}

/** Calls `visit` with the places of each name and of its query's parenthesis; returns where the list ends. */
function walkWith(source: Source, start: number, visit: (name: number, body: number) => void): number {
  const { tokens, partners } = source;
  let name = start + (isWord(tokens[start + 1], "recursive") ? 2 : 1);
  for (;;) {
    const body = bodyOf(source, name);
    if (body === -1) return name;
    visit(name, body);
    const end = partners[body]! + 1;
    if (!isPunctuation(tokens[end], ",")) return end;
    name = end + 1;
  }
}

/** The parenthesis that opens the query of the name at `name`, or -1 if this is no such clause. */
function bodyOf({ tokens, partners }: Source, name: number): number {
  let at = name + 1;
  if (isPunctuation(tokens[at], "(")) {
    if (partners[at] === -1) return -1;
    at = partners[at]! + 1;
  }
  if (!isWord(tokens[at], "as")) return -1;
  at = behindMaterialized(tokens, at + 1);
  return isPunctuation(tokens[at], "(") && partners[at] !== -1 ? at : -1;
}

function behindMaterialized(tokens: readonly Token[], start: number): number {
  const at = start + (isWord(tokens[start], "not") ? 1 : 0);
  return isWord(tokens[at], "materialized") ? at + 1 : start;
}
