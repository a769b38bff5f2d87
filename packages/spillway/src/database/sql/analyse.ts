// What a statement does, told from its text alone; what cannot be told counts as a write.

import { calledFunctions } from "./calls.ts";
import { queryVerbs, writingVerbs } from "./keywords.ts";
import { tokenize, type Token } from "./lexer.ts";
import { isPunctuation, isWord, matchParentheses, type Source } from "./parentheses.ts";
import { whyNotRead, whyUnsure } from "./refusals.ts";
import { isSessionBound } from "./session.ts";
import { transactionStatement, type TransactionKind } from "./transaction.ts";
import { leadsToQuery, verbOfWith } from "./with-clause.ts";

const operations = ["select", "insert", "update", "delete", "merge", "begin", "commit", "rollback"] as const;

export type StatementKind = "read" | TransactionKind;

/** The label of a metric: a closed list. */
export type Operation = (typeof operations)[number] | "other";

export interface Analysis {
  kind: StatementKind;
  /** What it does. A WITH that writes is the writing verb; a transaction that only chains is its ending. */
  operation: Operation;
  /** Why it is not a read, in few words for a person. Undefined for reads. */
  reason: string | undefined;
  /**
   * For a read, the functions it calls, in lower case unless quoted, without schema: ask the server's catalogue
   * whether each can have effects. Left out are those that are known to have none.
   */
  functions: readonly string[];
  /**
   * Takes or asks about something that lives on one server or in one session, though it may write nothing:
   * an advisory lock, LISTEN, a setting, a cursor. It must not run on a replica, in no transaction.
   */
  sessionBound: boolean;
}

/**
 * A "read" is proven to write nothing but for what its text cannot show: its `functions`, and what stands
 * behind a view, an operator, a cast or `row.function`. A replica refuses those that write (SQLSTATE 25006).
 *
 * ```ts
 * analyse("select * from product where id = $1").kind; // "read"
 * analyse("select * from product for update").reason; // "locks rows (FOR UPDATE)"
 * ```
 */
export function analyse(text: string): Analysis {
  const tokens = withoutLastSemicolons(tokenize(text));
  const sessionBound = isSessionBound(tokens);
  const { kind, operation, reason, functions = [] } = judge(text, tokens);
  return { kind, operation, reason, functions, sessionBound };
}

interface Judgement {
  kind: StatementKind;
  operation: Operation;
  reason: string | undefined;
  functions?: readonly string[];
}

function judge(text: string, tokens: readonly Token[]): Judgement {
  const source = { tokens, partners: matchParentheses(tokens) };
  const unsure = whyUnsure(text, tokens);
  if (unsure !== undefined) return { kind: "other", operation: operationOf(source), reason: unsure };
  const transaction = transactionStatement(tokens);
  if (transaction !== undefined) return transaction;
  const reason = isQuery(source) ? whyNotRead(source) : `is no query (${verbOf(tokens)})`;
  const operation = operationOf(source);
  if (reason !== undefined) return { kind: "other", operation, reason };
  return { kind: "read", operation, reason, functions: calledFunctions(source) };
}

function withoutLastSemicolons(tokens: Token[]): Token[] {
  while (isPunctuation(tokens.at(-1), ";")) tokens.pop();
  return tokens;
}

function verbOf(tokens: readonly Token[]): string {
  const first = tokens[0];
  return first?.kind === "word" ? first.value.toUpperCase() : "it begins with no verb";
}

/** Whether a query, or a write of its kind, begins behind EXPLAIN and opening parentheses. */
function isQuery(source: Source): boolean {
  const { tokens } = source;
  const behindExplain = isWord(tokens[0], "explain") ? endOfExplain(source) : 0;
  const start = behindParentheses(tokens, behindExplain);
  const verb = tokens[start];
  if (isWord(verb, "with")) return leadsToQuery(source, start);
  return isWord(verb, ...queryVerbs, ...writingVerbs);
}

function behindParentheses(tokens: readonly Token[], start: number): number {
  let at = start;
  while (isPunctuation(tokens[at], "(")) at++;
  return at;
}

/** EXPLAIN's options are either words or a list in parentheses, which a query may open with as well. */
function endOfExplain({ tokens, partners }: Source): number {
  let at = 1;
  while (isWord(tokens[at], "verbose", "analyze", "analyse")) at++;
  const first = tokens[behindParentheses(tokens, at)];
  const isList = isPunctuation(tokens[at], "(") && partners[at] !== -1;
  if (!isList || (first?.kind === "word" && queryVerbs.has(first.value))) return at;
  return partners[at]! + 1;
}

function operationOf(source: Source): Operation {
  const { tokens } = source;
  const isSingle = !tokens.some((token) => isPunctuation(token, ";"));
  const start = behindParentheses(tokens, 0);
  const verb = tokens[start];
  if (verb?.kind !== "word" || !isSingle) return "other";
  if (verb.value === "with") return asOperation(verbOfWith(source, start));
  if (queryVerbs.has(verb.value)) return "select";
  return writingVerbs.has(verb.value) ? asOperation(verb.value) : "other";
}

function asOperation(verb: string): Operation {
  return operations.find((known) => known === verb) ?? "other";
}
