// The statements that begin and end a transaction.

import type { Token } from "./lexer.ts";
import { isPunctuation } from "./parentheses.ts";

export type TransactionKind = "begin" | "begin-read-only" | "commit" | "rollback" | "other";

export interface TransactionStatement {
  kind: TransactionKind;
  operation: "begin" | "commit" | "rollback";
  reason: string;
}

const isolationLevels = ["serializable", "repeatable read", "read committed", "read uncommitted"];
const modes = [
  ...isolationLevels.map((level) => `isolation level ${level}`),
  "read write",
  "read only",
  "not deferrable",
  "deferrable",
];

/** All modes stated once, with commas, and more; longer is no statement that anyone means. */
const mostTokens = 30;

/** Reads one statement without its semicolon; undefined if it is of another sort, or misspelt. */
export function transactionStatement(tokens: readonly Token[]): TransactionStatement | undefined {
  if (tokens.length > mostTokens) return undefined;
  if (!tokens.every((token) => token.kind === "word" || isPunctuation(token, ","))) return undefined;
  const phrase = tokens.map((token) => token.value);
  const verb = phrase[0];
  if (verb === "begin" || verb === "start") return beginning(phrase);
  if (verb === "commit" || verb === "end") return ending("commit", phrase.slice(1));
  if (verb === "rollback" || verb === "abort") return ending("rollback", phrase.slice(1));
  return undefined;
}

function beginning(phrase: readonly string[]): TransactionStatement | undefined {
  const named = phrase[1] === "transaction" || (phrase[1] === "work" && phrase[0] === "begin");
  if (phrase[0] === "start" && !named) return undefined;
  const stated = statedModes(phrase.slice(named ? 2 : 1));
  if (stated === undefined) return undefined;
  const kind = isReadOnly(stated) ? "begin-read-only" : "begin";
  return { kind, operation: "begin", reason: "begins a transaction" };
}

/** In any order, with or without commas. */
function statedModes(phrase: readonly string[]): string[] | undefined {
  const stated: string[] = [];
  let rest = phrase.join(" ");
  while (rest !== "") {
    const mode = modes.find((known) => rest === known || rest.startsWith(`${known} `));
    if (mode === undefined) return undefined;
    stated.push(mode);
    rest = rest.slice(mode.length).replace(/^ (?:, )?/, "");
  }
  return stated;
}

/** A hot standby refuses SERIALIZABLE, even where nothing is written. */
function isReadOnly(stated: readonly string[]): boolean {
  return (
    stated.includes("read only") &&
    !stated.includes("read write") &&
    !stated.includes("isolation level serializable")
  );
}

/** `AND CHAIN` begins the next transaction at once, so it is not an end. */
function ending(
  operation: "commit" | "rollback",
  phrase: readonly string[],
): TransactionStatement | undefined {
  const named = phrase[0] === "work" || phrase[0] === "transaction";
  const rest = phrase.slice(named ? 1 : 0).join(" ");
  if (rest === "and chain") {
    return { kind: "other", operation, reason: "begins the next transaction (AND CHAIN)" };
  }
  if (rest !== "" && rest !== "and no chain") return undefined;
  return { kind: operation, operation, reason: "ends a transaction" };
}
