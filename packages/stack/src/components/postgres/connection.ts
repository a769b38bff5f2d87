// The supervisor's own connection to one server: kept open between probes, made anew after any error.

import { Client, type QueryResultRow } from "pg";

export interface ServerAddress {
  port: number;
  password: string;
  database?: string;
}

function newClient({ port, password, database = "postgres" }: ServerAddress, timeoutMs: number): Client {
  const client = new Client({
    host: "127.0.0.1",
    port,
    password,
    database,
    user: "postgres",
    application_name: "spillway-supervisor",
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  });
  // Without a listener, a server that goes away would end this process.
  client.on("error", () => undefined);
  return client;
}

/** Runs `work` on a connection of its own, and closes it whatever happens. */
export async function withClient<T>(
  address: ServerAddress,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = newClient(address, 30_000);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export class KeptConnection {
  readonly #address: ServerAddress;
  #client: Promise<Client> | undefined;

  constructor(address: ServerAddress) {
    this.#address = address;
  }

  async query<Row extends QueryResultRow>(sql: string, timeoutMs: number): Promise<Row[]> {
    try {
      this.#client ??= this.#connect(timeoutMs);
      const client = await this.#client;
      const query = { text: sql, query_timeout: timeoutMs };
      return (await client.query<Row>(query)).rows;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    const client = this.#client;
    this.#client = undefined;
    void client?.then((one) => one.end()).catch(() => undefined);
  }

  async #connect(timeoutMs: number): Promise<Client> {
    const client = newClient(this.#address, timeoutMs);
    await client.connect();
    return client;
  }
}
