/** Sees every statement that goes through a pool, and how many rows and bytes came back. */
import { subscribe } from "node:diagnostics_channel";
import type { PoolClient } from "pg";
import type { QueryEvent, SpillwayPool } from "spillway/database";

export interface Statement {
  text: string;
  values: unknown[];
}

export interface Recorded {
  statements: Statement[];
  rows: number;
  bytes: number;
}

interface Insides {
  query: (statement: Statement, ...rest: unknown[]) => unknown;
  connection: { stream: { bytesRead: number } };
}

export class Recorder {
  #statements: Statement[] = [];
  #rows = 0;
  readonly #sockets: { bytesRead: number }[] = [];

  /** To be made before the pool's first connection. */
  constructor(pool: SpillwayPool) {
    pool.on("connect", (client) => this.#follow(client));
    subscribe("spillway:database:query", (message) => {
      this.#rows += (message as QueryEvent).rowCount ?? 0;
    });
  }

  /** What `work` causes. */
  async record(work: () => Promise<unknown>): Promise<Recorded> {
    const bytes = this.#bytes;
    this.#rows = 0;
    await work();
    const statements = this.#statements;
    this.#statements = [];
    return { statements, rows: this.#rows, bytes: this.#bytes - bytes };
  }

  get #bytes(): number {
    return this.#sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  }

  #follow(client: PoolClient): void {
    const insides = client as unknown as Insides;
    const query = insides.query.bind(client);
    this.#sockets.push(insides.connection.stream);
    insides.query = (statement, ...rest) => {
      this.#statements.push(statement);
      return query(statement, ...rest);
    };
  }
}
