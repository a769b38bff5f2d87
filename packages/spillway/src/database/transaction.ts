// A transaction that carries what it invalidates.

import type { PoolClient, QueryResult } from "pg";
import { announceInvalidation } from "../coherence/invalidations.ts";
import { writtenSoFar } from "../coherence/floor.ts";
import { currentScope, runInThisScope, Scope } from "../coherence/scope.ts";
import { SpillwayError } from "../errors.ts";
import { failureOf } from "./servers/failure.ts";

/** What the work of a transaction is given: a client, and `invalidate`. */
export interface Transaction extends PoolClient {
  /** Ends all cached values that have one of `tags`, together with the commit: not before it, and never without it. */
  invalidate(...tags: string[]): void;
}

export interface TransactionOptions {
  /** Default: the server's, which is `read committed` unless it was changed. */
  isolation?: "read committed" | "repeatable read" | "serializable";
}

/** The prefix of our messages in the write-ahead log. */
const messagePrefix = "spillway";

interface Parts {
  client: PoolClient;
  /** Called when the end of the commit is not known, and it may have happened. */
  onUnknown: () => void;
}

export async function transact<T>(
  { client, onUnknown }: Parts,
  work: (tx: Transaction) => Promise<T>,
  { isolation }: TransactionOptions,
): Promise<T> {
  const tags = new Set<string>();
  const tx = Object.assign(client, {
    invalidate: (...more: string[]) => more.forEach((tag) => tags.add(tag)),
  });
  await client.query(isolation === undefined ? "BEGIN" : `BEGIN ISOLATION LEVEL ${isolation.toUpperCase()}`);
  let result: T;
  try {
    result = await runInside(() => work(tx));
    if (tags.size > 0) await sayInLog(client, [...tags]);
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
  await commit(client, [...tags], onUnknown);
  return result;
}

/** In the same transaction, so that a crash between the commit and its announcement cannot lose the tags. */
async function sayInLog(client: PoolClient, tags: readonly string[]): Promise<void> {
  await client.query("SELECT pg_logical_emit_message(true, $1, $2)", [messagePrefix, JSON.stringify(tags)]);
}

async function commit(client: PoolClient, tags: readonly string[], onUnknown: () => void): Promise<void> {
  let ended: QueryResult;
  try {
    ended = await client.query("COMMIT");
  } catch (error) {
    // It may have happened: what it would have ended must not be served any more.
    if (failureOf(error) === "server" && tags.length > 0) {
      onUnknown();
      announceInvalidation(tags, writtenSoFar());
    }
    throw error;
  }
  if (ended.command === "ROLLBACK")
    throw new SpillwayError("SPILLWAY_DATABASE_ROLLED_BACK", { server: "the primary" });
  // Before the caller hears of the commit: nobody who knows of it may be served from before it.
  if (tags.length > 0) announceInvalidation(tags, writtenSoFar());
}

function runInside<T>(work: () => Promise<T>): Promise<T> {
  const scope = Scope.within(currentScope(), new Map());
  scope.inTransaction = true;
  return runInThisScope(scope, work);
}
