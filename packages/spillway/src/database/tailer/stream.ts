// The replication connection: takes what the server sends from the slot, says how far that was handled, and that we
// are alive (PostgreSQL manual, 53.4, "Streaming Replication Protocol").
// Not by `pg-logical-replication`: its timer confirms what came, not what was handled; its back-pressure stops reading
// and answering together; and it ends by cutting the socket.

import { setTimeout as sleep } from "node:timers/promises";
import { Client, type ClientConfig } from "pg";
import { Reader } from "./reader.ts";

/** What the driver has and its types do not show. */
interface CopyConnection {
  once(event: "replicationStart", listener: () => void): void;
  on(event: "copyData", listener: (message: { chunk: Buffer }) => void): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  stream: { pause(): void; resume(): void; destroy(): void };
}

export interface StreamHandlers {
  /** A message of the plugin, which begins at `at` in a buffer that is written over later. */
  onMessage(body: Buffer, at: number): void;
  /** All that ends in the WAL before `lsn` was sent. */
  onPosition(lsn: number): void;
}

export interface StreamTarget {
  slot: string;
  publication: string;
}

/** How often we say that we are alive, and want to hear the same; far below any wal_sender_timeout. */
const tickMs = 1_000;
/** Ticks in a row that a live server does not leave unanswered. */
const mostSilentTicks = 10;
const stopMs = 1_000;
const [data, keepAlive] = ["w".charCodeAt(0), "k".charCodeAt(0)];
/** Where the message begins behind its header of one byte and three numbers. */
const dataHeader = 25;

export class Stream {
  readonly client: Client;
  readonly #handlers: StreamHandlers;
  #timer: NodeJS.Timeout | undefined;
  #confirmed = 0;
  #silentTicks = 0;
  #paused = false;
  #streaming = false;
  #failure: unknown;
  #stopped: Promise<void> | undefined;
  /** Settles when nothing more comes: rejects unless it was stopped. */
  ended: Promise<void> = Promise.resolve();

  constructor(config: ClientConfig, handlers: StreamHandlers) {
    this.#handlers = handlers;
    const options = { ...config, statement_timeout: 0, query_timeout: 0, replication: "database" };
    this.client = new Client(options);
    this.client.on("error", () => undefined);
  }

  async connect(): Promise<void> {
    await this.client.connect();
    (this.client as unknown as { unref(): void }).unref();
  }

  /** The timeline that the server is on. */
  async timeline(): Promise<number> {
    const { rows } = await this.client.query<{ timeline: number }>("IDENTIFY_SYSTEM");
    return Number(rows[0]?.timeline);
  }

  /** Resolves when the server has begun to send. */
  async start({ slot, publication }: StreamTarget): Promise<void> {
    const options = `proto_version '1', publication_names '"${publication}"', messages 'true'`;
    const connection = this.#connection;
    const begun = new Promise<void>((resolve) => connection.once("replicationStart", resolve));
    connection.on("copyData", ({ chunk }) => this.#take(chunk));
    const ended = this.client.query(`START_REPLICATION SLOT "${slot}" LOGICAL 0/0 (${options})`);
    this.ended = ended.then(
      () => undefined,
      (error: unknown) => Promise.reject((this.#failure ?? error) as Error),
    );
    this.ended.catch(() => undefined);
    await Promise.race([begun, this.ended]);
    this.#streaming = true;
    this.#timer = setInterval(() => this.#tick(), tickMs).unref();
    this.#report(true);
  }

  /** All before `lsn` was handled: the server may forget it. */
  confirm(lsn: number): void {
    if (lsn <= this.#confirmed) return;
    this.#confirmed = lsn;
    this.#report(false);
  }

  /** Takes nothing more for now. That we are alive is said all the same. */
  pause(): void {
    if (!this.#paused) this.#connection.stream.pause();
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#silentTicks = 0;
    this.#connection.stream.resume();
  }

  /** Gives the slot back before it hangs up, if the server answers in time. */
  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  async #stop(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#streaming) {
      this.resume();
      this.#report(false);
      this.#connection.endCopyFrom();
      await within(stopMs, this.ended);
    }
    await within(stopMs, this.client.end());
    this.cut();
  }

  cut(): void {
    clearInterval(this.#timer);
    this.#connection.stream.destroy();
  }

  get #connection(): CopyConnection {
    return this.client.connection as unknown as CopyConnection;
  }

  #take(chunk: Buffer): void {
    this.#silentTicks = 0;
    if (chunk[0] === data) return this.#pass(chunk);
    if (chunk[0] !== keepAlive) return;
    const reader = new Reader(chunk, 1);
    const [lsn, , wantsAnswer] = [reader.long(), reader.long(), reader.byte()];
    this.#handlers.onPosition(lsn);
    if (wantsAnswer === 1) this.#report(false);
  }

  /** An error in here would end the process. */
  #pass(chunk: Buffer): void {
    if (this.#failure !== undefined) return;
    try {
      this.#handlers.onMessage(chunk, dataHeader);
    } catch (error) {
      this.#failure = error;
      this.cut();
    }
  }

  #tick(): void {
    // Counted in ticks, not in time: a process that was held up itself has not heard because it did not listen.
    if (!this.#paused && ++this.#silentTicks > mostSilentTicks) return this.cut();
    this.#report(true);
  }

  #report(wantsAnswer: boolean): void {
    const status = Buffer.alloc(34);
    status.write("r", 0);
    // Written, flushed and applied are one to us. 0 says nothing.
    for (const at of [1, 9, 17]) status.writeBigUInt64BE(BigInt(this.#confirmed), at);
    status.writeBigInt64BE(BigInt(Date.now() - Date.UTC(2000)) * 1_000n, 25);
    status.writeUInt8(wantsAnswer ? 1 : 0, 33);
    this.#connection.sendCopyFromChunk(status);
  }
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const late = new AbortController();
  await Promise.race([
    work.catch(() => undefined),
    sleep(ms, undefined, { signal: late.signal }).catch(() => undefined),
  ]);
  late.abort();
}
