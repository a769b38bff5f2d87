// What the contract asks of an ORM, and the tables it is asked on.

import type { Pool } from "pg";
import type { PostgresNode } from "../../../../testing/postgres-cluster.ts";

export type TransactionKind = "read only" | "serializable" | "serializable read only";

/** What can be done inside a transaction and outside, each in the words the ORM's users write. */
export interface Statements {
  /** The value of an item. */
  read(id: number): Promise<number | undefined>;
  /** The port of the server that answered a read of view `answer`. */
  askPort(): Promise<number>;
  add(id: number, value: number): Promise<void>;
  set(id: number, value: number): Promise<void>;
  /** SQL as text. */
  raw(text: string): Promise<Record<string, unknown>[]>;
}

/** Statements that look like reads to a careless router. Each raises the item by one, where not said else. */
export interface Traps {
  /** The port of the server that locked it; it stays as it is. */
  selectForUpdate(id: number): Promise<number>;
  /** WITH … AS (UPDATE …) SELECT. */
  updateInsideWith(id: number): Promise<void>;
  /** WITH … AS (SELECT …) UPDATE. */
  updateAfterWith(id: number): Promise<void>;
  upsert(id: number): Promise<void>;
  /** UPDATE … RETURNING as text, through the ORM's raw builder with a parameter. */
  rawReturning(id: number): Promise<number>;
  /** The next ticket. */
  nextTicket(): Promise<number>;
  /** The port of the server on which a lock was taken. */
  advisoryLock(key: number): Promise<number>;
}

export interface Session extends Statements, Traps {
  transaction(work: (inside: Statements) => Promise<void>, kind?: TransactionKind): Promise<void>;
  /** Adds both in one transaction, `inner` below a savepoint that is rolled back. */
  rollBackInner(outer: number, inner: number): Promise<void>;
  /** Whether this is what the ORM documents for a unique violation. */
  isUniqueViolation(error: unknown): boolean;
  close(): Promise<void>;
}

export interface Orm {
  /** What its transactions can be told. */
  kinds: readonly TransactionKind[];
  open(pool: Pool): Promise<Session>;
}

/** Ids of items that exist from the start, with value 0. */
export const items = { plain: 1, written: 2, locked: 3, trapped: 4 } as const;

export async function makeTables(primary: PostgresNode): Promise<void> {
  await primary.query(`
    SET ROLE app;
    CREATE TABLE item (id int PRIMARY KEY, value int NOT NULL);
    CREATE VIEW answer AS SELECT id, inet_server_port() AS port FROM item;
    CREATE SEQUENCE ticket;
    INSERT INTO item SELECT id, 0 FROM generate_series(1, 30) AS id;
  `);
}
