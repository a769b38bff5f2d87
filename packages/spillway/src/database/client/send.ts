// Sends one query over one connection, and with a write the question where its commit ended.

import { Query as DriverQuery, type ClientBase, type QueryResult } from "pg";
import { parseLsn, type Position } from "../../coherence/position.ts";
import type { Query } from "../routing/call.ts";

/**
 * The end of the last commit. Never asked inside the statement or its transaction, for the commit record comes
 * after both. With `synchronous_commit` off the commit may not be flushed yet: then what is inserted.
 */
function positionQuery(insert: boolean, named: boolean): Query {
  const flushed = `CASE WHEN current_setting('synchronous_commit') = 'off' THEN pg_current_wal_insert_lsn()
  ELSE pg_current_wal_flush_lsn() END`;
  const text = `SELECT (${insert ? "pg_current_wal_insert_lsn()" : flushed})::text,
  substr(pg_walfile_name(pg_current_wal_flush_lsn()), 1, 8)`;
  const name = insert ? "spillway_inserted" : "spillway_flushed";
  return { text, rowMode: "array", ...(named ? { name } : {}) };
}

const positionQueries = {
  named: { flushed: positionQuery(false, true), inserted: positionQuery(true, true) },
  unnamed: { flushed: positionQuery(false, false), inserted: positionQuery(true, false) },
} as const;

interface Pipelining {
  pipeline: boolean;
}

export type Answer = (error: Error | null, result: QueryResult) => void;

export function transmit(client: ClientBase, query: Query, answer: Answer): void {
  client.query((isPlain(query) ? driverQuery(query, answer) : query) as never, answer);
}

function send(client: ClientBase, query: Query): Promise<QueryResult> {
  return new Promise((resolve, reject) => {
    transmit(client, query, (error, result) => (error ? reject(error) : resolve(result)));
  });
}

/** The driver copies a query that is given as an object, which takes longer than all else it does with it. */
function driverQuery({ text, values, name }: Query, answer: Answer): DriverQuery {
  const query = new DriverQuery(text, values as never, answer as never) as DriverQuery & { name?: string };
  if (name !== undefined) query.name = name;
  return query;
}

function isPlain(query: Query): boolean {
  for (const key in query) if (key !== "text" && key !== "values" && key !== "name") return false;
  return true;
}

export interface WriteOptions {
  /** The commit may not be flushed: the transaction turned `synchronous_commit` off for itself. */
  unflushed: boolean;
  /** Prepare the question for the position under a name. */
  named: boolean;
  /** Called with the position also when the statement failed: a part of it may be committed. */
  onPosition: (position: Position | undefined) => void;
}

/** Both are sent at once (the driver's pipeline mode), so the answer costs no second round trip. */
export async function sendWrite(
  client: ClientBase,
  query: Query,
  options: WriteOptions,
): Promise<QueryResult> {
  const { flushed, inserted } = positionQueries[options.named ? "named" : "unnamed"];
  const question = options.unflushed ? inserted : flushed;
  // A portal that is read in parts would be answered by what is sent behind it.
  if (query.rows !== undefined) {
    const result = await send(client, query);
    options.onPosition(await askPosition(client, question));
    return result;
  }
  const driver = client as unknown as Pipelining;
  driver.pipeline = true;
  const answer = send(client, query);
  const position = askPosition(client, question);
  try {
    const [outcome, reached] = await Promise.all([settled(answer), position]);
    if ("error" in outcome) {
      if (reached !== undefined) options.onPosition(reached);
      throw outcome.error;
    }
    options.onPosition(reached);
    return outcome.result;
  } finally {
    driver.pipeline = false;
  }
}

/** Where the WAL of this primary ends now. */
export async function currentPosition(client: ClientBase): Promise<Position> {
  return readPosition(await send(client, positionQueries.unnamed.inserted));
}

type Outcome = { result: QueryResult } | { error: unknown };

function settled(answer: Promise<QueryResult>): Promise<Outcome> {
  return answer.then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  );
}

function askPosition(client: ClientBase, question: Query): Promise<Position | undefined> {
  return send(client, question).then(readPosition, () => undefined);
}

function readPosition({ rows }: QueryResult): Position {
  const [lsn, timeline] = rows[0] as unknown as [string, string];
  return { lsn: parseLsn(lsn), timeline: parseInt(timeline, 16) };
}
