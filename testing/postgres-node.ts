// One PostgreSQL server of a test: an object with what a test does to a server, in the manner of
// PostgreSQL's own `PostgreSQL::Test::Cluster`.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client, type QueryResult, type QueryResultRow } from "pg";
import { waitUntil } from "../packages/spillway/test/wait.ts";
import { postgresConf, postgresHba, slotName } from "../packages/stack/src/render/postgres.ts";
import { type PostgresHome, dataDirOf, testSettings, writeOwned } from "./postgres-home.ts";
import { PostgresProcess, type StopMode } from "./postgres-process.ts";

/** What every server is given before the settings of a test. */
const stackSettings = { maxConnections: 100, sharedBuffersMb: 32, maxSlotWalKeepMb: 1024 };
const patienceMs = 10_000;

/** The owner of database `app`, who is in pg_monitor; the same without it; the superuser. */
export type PostgresRole = "app" | "plain" | "postgres";

export interface NodeOptions {
  home: PostgresHome;
  name: string;
  port: number;
  settings: Readonly<Record<string, string>>;
  /** The server it follows from its first start. */
  upstream?: PostgresNode;
}

export class PostgresNode {
  readonly name: string;
  readonly port: number;
  readonly #options: NodeOptions;
  readonly #process: PostgresProcess;
  #upstream: PostgresNode | undefined;

  constructor(options: NodeOptions) {
    this.name = options.name;
    this.port = options.port;
    this.#options = options;
    this.#upstream = options.upstream;
    this.#process = new PostgresProcess(options.home, options.name);
  }

  /** As the app connects. */
  get url(): string {
    return this.urlOf("app");
  }

  /** As the superuser connects. */
  get superUrl(): string {
    return this.urlOf("postgres");
  }

  get isRunning(): boolean {
    return this.#process.isRunning;
  }

  /** All that the server has logged. */
  log(): string {
    return readFileSync(join(this.#options.home.folder, this.name, "log"), "utf8");
  }

  urlOf(role: PostgresRole): string {
    return `postgres://${role}:${this.#options.home.password}@127.0.0.1:${this.port}/app`;
  }

  /** Resolves when it accepts connections, which for a replica is before it has caught up. */
  async start(): Promise<void> {
    this.#writeConfiguration();
    await this.#process.start();
  }

  /** `fast` ends sessions and writes a checkpoint; `immediate` leaves that to the next start. */
  async stop(mode: StopMode = "fast"): Promise<void> {
    await this.#process.stop(mode);
  }

  /** SIGKILL to every process of the server. */
  async kill(): Promise<void> {
    await this.#process.kill();
  }

  /** SIGSTOP to every process of the server: it accepts connections still, and answers nothing. */
  async freeze(): Promise<void> {
    await this.#process.freeze();
  }

  thaw(): void {
    this.#process.thaw();
  }

  /** Resolves when nothing more is replayed. */
  async pauseReplay(): Promise<void> {
    await this.query("SELECT pg_wal_replay_pause()");
    const isPaused = async (): Promise<boolean> => (await this.#replayState()) === "paused";
    await waitUntil(isPaused, `the replay of ${this.name} to be paused`);
  }

  async resumeReplay(): Promise<void> {
    const resume = async (): Promise<boolean> => {
      await this.query("SELECT pg_wal_replay_resume()");
      return (await this.#replayState()) === "not paused";
    };
    // What it then replays may cancel the very question.
    await waitUntil(resume, `the replay of ${this.name} to go on`);
  }

  /** Makes a primary of a replica. */
  async promote(): Promise<void> {
    await this.query("SELECT pg_promote(wait => true)");
    await waitUntil(async () => !(await this.isInRecovery()), `${this.name} to be out of recovery`);
    this.#upstream = undefined;
  }

  /**
   * Starts it again as a replica of another. Its data must be a past of the other's: true for an old primary
   * that was stopped `fast` before the other was promoted, and for another replica.
   */
  async follow(upstream: PostgresNode): Promise<void> {
    await this.stop();
    await upstream.makeSlots([this.name]);
    this.#upstream = upstream;
    await this.start();
  }

  /** One statement as the superuser, on a connection of its own. */
  async query<Row extends QueryResultRow>(sql: string, values: unknown[] = []): Promise<QueryResult<Row>> {
    return await this.#withClient("app", (client) => client.query<Row>(sql, values));
  }

  /** Statements as the superuser, in a database that need not be the app's. */
  async run(database: string, statements: readonly string[]): Promise<void> {
    await this.#withClient(database, async (client) => {
      for (const statement of statements) await client.query(statement);
    });
  }

  async isInRecovery(): Promise<boolean> {
    const { rows } = await this.query<{ standby: boolean }>("SELECT pg_is_in_recovery() AS standby");
    return rows[0]!.standby;
  }

  /** The slots that replicas of these names read from. Those that exist are kept. */
  async makeSlots(replicas: readonly string[]): Promise<void> {
    const missing = `SELECT pg_create_physical_replication_slot(name, true) FROM unnest($1::name[]) AS name
      WHERE name NOT IN (SELECT slot_name FROM pg_replication_slots)`;
    await this.#withClient("postgres", (client) => client.query(missing, [replicas.map(slotName)]));
  }

  async #replayState(): Promise<string> {
    const ask = "SELECT pg_get_wal_replay_pause_state() AS state";
    return (await this.query<{ state: string }>(ask)).rows[0]!.state;
  }

  #writeConfiguration(): void {
    const { home, settings } = this.#options;
    const data = dataDirOf(home, this.name);
    const upstream = this.#upstream;
    const server = { port: this.port, settings: { ...stackSettings, replicas: 2, port: this.port } };
    const follows = { port: upstream?.port ?? 0, password: home.password, slot: slotName(this.name) };
    const rendered = postgresConf(upstream === undefined ? server : { ...server, follows });
    writeOwned(home, join(data, "postgresql.conf"), rendered + testSettings(settings));
    writeOwned(home, join(data, "pg_hba.conf"), postgresHba());
    if (upstream !== undefined) writeOwned(home, join(data, "standby.signal"), "");
  }

  async #withClient<T>(database: string, work: (client: Client) => Promise<T>): Promise<T> {
    const url = new URL(this.superUrl);
    url.pathname = database;
    const client = new Client({
      connectionString: url.href,
      connectionTimeoutMillis: patienceMs,
      query_timeout: patienceMs,
    });
    // Without a listener, a server that goes away would end this process.
    client.on("error", () => undefined);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
}
