// Asks one server again and again how far it is, on a connection of its own, and says when it stops answering.

import { Client, type QueryConfig } from "pg";
import { announcement, readRoom, roomQuery, type RoomRow } from "../budget/announcement.ts";
import { Budget } from "../budget/budget.ts";
import type { DatabaseSettings } from "../settings/settings.ts";
import { warn } from "../../warnings.ts";
import { failureOf } from "./failure.ts";
import { identityOf } from "./identity.ts";
import { readReport, reportQuery, type Row } from "./report.ts";
import type { Server } from "./server.ts";

/** Milliseconds between two questions: while someone waits for a position, in use, and when nobody reads. */
const intervals = { sought: 20, used: 100, idle: 1_000 } as const;
/** A position that was asked for and not reached keeps the questions quick for this long. */
const soughtForMs = 250;
const usedForMs = 5_000;
/** How often the pools are counted. */
const roomEveryMs = 1_000;
/**
 * How long a server may take to answer; it only reads its own memory. A primary gets longer: what is cut there
 * may be a write, and then nobody knows whether it happened.
 */
const silentMs = { standby: 1_000, primary: 5_000, unknown: 5_000 } as const;
const graceMs = 50;
const retryMs = { least: 100, most: 1_000 } as const;

export class Watch {
  readonly server: Server;
  readonly budget: Budget;
  readonly #settings: DatabaseSettings;
  readonly #onReport: (server: Server) => void;
  #client: Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #asking = false;
  #ended = false;
  #failures = 0;
  #complained = false;
  /** Waits for the next question at the idle interval. */
  #idle = false;
  #soughtAt = -Infinity;
  #usedAt = -Infinity;
  #roomAt = -Infinity;

  constructor(server: Server, settings: DatabaseSettings, onReport: (server: Server) => void) {
    this.server = server;
    this.#settings = settings;
    this.#onReport = onReport;
    this.budget = new Budget(server, settings);
  }

  /** Someone needs a position that is not reached yet. */
  sought(): void {
    const now = performance.now();
    const wasQuick = now - this.#soughtAt < soughtForMs;
    this.#soughtAt = now;
    if (!wasQuick) this.#schedule(intervals.sought);
  }

  /** Someone reads: if nobody did for long, what is known is old, and a server that has died since is not known. */
  wake(): void {
    if (this.#idle) this.hurry();
  }

  /** Asks now. */
  hurry(): void {
    this.#schedule(0);
  }

  async end(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    await this.#client?.end().catch(() => undefined);
  }

  #schedule(delayMs: number): void {
    if (this.#ended || this.#asking) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), delayMs).unref();
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    this.#idle = false;
    try {
      const client = (this.#client ??= await this.#connect());
      await this.#count(client);
      const { rows } = await this.#answer(
        client,
        client.query<Row>(this.#prepared("spillway_report", reportQuery)),
      );
      this.#failures = 0;
      if (!this.#ended && rows[0] !== undefined) this.server.heard(readReport(rows[0]));
      this.#onReport(this.server);
    } catch (error) {
      this.#failed(error);
    }
    this.#asking = false;
    this.#schedule(this.#interval());
  }

  #interval(): number {
    if (this.#failures === 1) return 0;
    if (this.#failures > 0) return Math.min(retryMs.most, retryMs.least * 2 ** (this.#failures - 2));
    const now = performance.now();
    if (this.server.wanted) this.#usedAt = now;
    this.server.wanted = false;
    if (now - this.#soughtAt < soughtForMs) return intervals.sought;
    this.#idle = now - this.#usedAt >= usedForMs;
    return this.#idle ? intervals.idle : intervals.used;
  }

  async #connect(): Promise<Client> {
    const client = new Client({
      ...this.#settings.connection,
      ...this.server.address.config,
      application_name: announcement(),
      connectionTimeoutMillis: silentMs[this.server.role],
    });
    client.on("error", () => undefined);
    await client.connect();
    (client as unknown as { unref(): void }).unref();
    try {
      this.server.identified(await this.#answer(client, identityOf(client)));
      if (this.#ended) throw new Error("Connection terminated: the pool has ended");
    } catch (error) {
      void close(client);
      throw error;
    }
    this.#roomAt = -Infinity;
    return client;
  }

  async #count(client: Client): Promise<void> {
    const now = performance.now();
    if (!this.#settings.budget || now - this.#roomAt < roomEveryMs) return;
    this.#roomAt = now;
    const { rows } = await this.#answer(
      client,
      client.query<RoomRow>(this.#prepared("spillway_room", roomQuery)),
    );
    if (rows[0] !== undefined) this.budget.counted(readRoom(rows[0]));
  }

  #prepared(name: string, text: string): QueryConfig {
    return this.#settings.namedStatements ? { name, text } : { text };
  }

  #failed(error: unknown): void {
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) void close(client);
    if (this.#ended) return;
    this.#failures++;
    const failure = failureOf(error);
    // A server that is full answers those who are connected already.
    if (failure === "full") return void this.server.met(error);
    this.budget.unknown(failure !== "server");
    if (failure !== "server") this.#complain(error);
    this.server.lost((error as Error).message);
    // One lost connection says little; that the next fails too says that all are lost.
    if (this.#failures > 1 || error instanceof SilenceError) this.server.cut();
    this.#onReport(this.server);
  }

  #complain(error: unknown): void {
    if (this.#complained) return;
    this.#complained = true;
    const { setting, label } = this.server.address;
    warn(
      "SPILLWAY_DATABASE_SERVER_UNUSABLE",
      `${label} (${setting}) cannot be watched: ${(error as Error).message}`,
    );
  }

  /** The answer, or a SilenceError when it does not come. */
  async #answer<T>(client: Client, answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_resolve, reject) => {
      const ms = silentMs[this.server.role];
      timer = setTimeout(() => {
        // Looked at twice: if this process itself was held up, the answer lies in the socket and is read now.
        timer = setTimeout(() => reject(new SilenceError(ms)), graceMs);
      }, ms);
    });
    answer.catch(() => undefined);
    try {
      return await Promise.race([answer, silence]);
    } catch (error) {
      if (error instanceof SilenceError) destroy(client);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

class SilenceError extends Error {
  constructor(ms: number) {
    super(`Connection terminated: no answer within ${ms} ms`);
  }
}

async function close(client: Client): Promise<void> {
  await client.end().catch(() => undefined);
}

function destroy(client: Client): void {
  client.connection.stream.destroy();
}
