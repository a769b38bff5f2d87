// A transaction that carries what it invalidates.

import { randomBytes } from "node:crypto";
import type { PoolClient, QueryResult } from "pg";
import { announceCommit, type Commit } from "../coherence/announce.ts";
import { currentScope, type OpenTransaction, runInThisScope, Scope } from "../coherence/scope.ts";
import { SpillwayError } from "../errors.ts";
import { messagePrefix } from "./message-prefix.ts";
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

interface Parts {
  client: PoolClient;
  /** The name of the cluster. */
  cluster: string;
  /** Called when the end of the commit is not known, and it may have happened. */
  onUnknown: () => void;
}

export async function transact<T>(
  { client, cluster, onUnknown }: Parts,
  work: (tx: Transaction) => Promise<T>,
  { isolation }: TransactionOptions,
): Promise<T> {
  const tags = new Set<string>();
  const invalidate = (...more: string[]): void => more.forEach((tag) => tags.add(tag));
  const tx = Object.assign(client, { invalidate });
  await client.query(isolation === undefined ? "BEGIN" : `BEGIN ISOLATION LEVEL ${isolation.toUpperCase()}`);
  let result: T;
  let said: Commit;
  try {
    result = await runInside({ invalidate: (more) => invalidate(...more) }, () => work(tx));
    said = { cluster, id: randomBytes(12).toString("base64url"), tags: [...tags] };
    if (tags.size > 0) await sayInLog(client, said);
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
  await commit(client, said, onUnknown);
  return result;
}

/** In the same transaction, so that a crash between the commit and its announcement cannot lose the tags. */
async function sayInLog(client: PoolClient, { id, tags }: Commit): Promise<void> {
  const message = JSON.stringify({ id, tags });
  await client.query("SELECT pg_logical_emit_message(true, $1, $2)", [messagePrefix, message]);
}

async function commit(client: PoolClient, said: Commit, onUnknown: () => void): Promise<void> {
  const invalidates = said.tags.length > 0;
  let ended: QueryResult;
  try {
    ended = await client.query("COMMIT");
  } catch (error) {
    // It may have happened: what it would have ended must not be served any more.
    if (failureOf(error) === "server" && invalidates) {
      onUnknown();
      await announceCommit(said).catch(() => undefined);
    }
    throw error;
  }
  if (ended.command === "ROLLBACK")
    throw new SpillwayError("SPILLWAY_DATABASE_ROLLED_BACK", { server: "the primary" });
  // Before the caller hears of the commit: nobody who knows of it may be served from before it.
  if (invalidates) await announceCommit(said);
}

function runInside<T>(transaction: OpenTransaction, work: () => Promise<T>): Promise<T> {
  const scope = Scope.within(currentScope(), new Map());
  scope.transaction = transaction;
  return runInThisScope(scope, work);
}
