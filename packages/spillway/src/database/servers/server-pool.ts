// The connections to one server. Unlike pg.Pool it keeps a connection that has reported an SQL error, follows
// a maximum that changes, and spreads the ends of its connections' lives.

import { Client, Pool, type ClientConfig, type PoolClient, type PoolConfig } from "pg";

export interface ServerPoolOptions extends PoolConfig {
  maxLifetimeSeconds: number;
  /** Called with what `in_hot_standby` says, at connect and at each change (PostgreSQL manual, 20.11). */
  onRole: (standby: boolean) => void;
}

interface StatusMessage {
  parameterName: string;
  parameterValue: string;
}

interface WithConnection {
  connection: {
    on(event: "parameterStatus", listener: (message: StatusMessage) => void): void;
    stream: { destroy(): void };
  };
}

/** What pg.Pool has and does not show (pg-pool 3). */
interface Insides {
  _clients: readonly WithConnection[];
  _pendingQueue: { callback: (error: Error) => void }[];
  _pulseQueue: (this: Pool) => void;
}

/** Share of a lifetime by which it is moved either way. */
const jitter = 0.2;

export class ServerPool extends Pool {
  constructor({ onRole, maxLifetimeSeconds, ...options }: ServerPoolOptions) {
    super({ ...options, Client: clientThatTells(onRole) });
    Object.defineProperty(this.options, "maxLifetimeSeconds", {
      get: () => maxLifetimeSeconds * (1 + jitter * (2 * Math.random() - 1)),
    });
    // An idle connection that breaks is out of the pool already; the next statement makes a new one.
    this.on("error", () => undefined);
  }

  get max(): number {
    return this.options.max;
  }

  /** Growing takes effect at once; shrinking closes idle connections now and the others when they are given back. */
  resize(max: number): void {
    const { max: before } = this.options;
    this.options.max = max;
    if (max < before) this.#closeSurplus();
    else if (max > before) this.#serveWaiting();
  }

  /** Like `connect`, without the timer of a wait that cannot happen. */
  borrow(callback: (error: Error | undefined, client: PoolClient | undefined) => void): void {
    const { options } = this;
    const { connectionTimeoutMillis } = options;
    if (this.idleCount > this.waitingCount) options.connectionTimeoutMillis = 0;
    this.connect(callback);
    options.connectionTimeoutMillis = connectionTimeoutMillis;
  }

  /** Gives `client` back; `broken` says that it cannot be used again. */
  giveBack(client: PoolClient, broken: boolean): void {
    client.release(broken || this.totalCount > this.options.max);
  }

  /** Cuts every connection: whatever waits for an answer, or for a connection, fails now. */
  cut(): void {
    const { _clients: clients, _pendingQueue: waiting } = this as unknown as Insides;
    for (const { callback } of waiting.splice(0))
      callback(new Error("Connection terminated: the server is lost"));
    for (const { connection } of clients) connection.stream.destroy();
  }

  #closeSurplus(): void {
    const surplus = Math.min(this.idleCount, this.totalCount - this.options.max);
    for (let index = 0; index < surplus; index++) {
      this.connect((_error, client) => client?.release(true));
    }
  }

  #serveWaiting(): void {
    const room = Math.min(this.waitingCount, this.options.max - this.totalCount);
    const { _pulseQueue: serve } = this as unknown as Insides;
    for (let index = 0; index < room; index++) serve.call(this);
  }
}

function clientThatTells(onRole: (standby: boolean) => void): typeof Client {
  return class ServerClient extends Client {
    constructor(config?: string | ClientConfig) {
      super(config);
      // The statement under way fails with it; an event that nobody listens to would end the process.
      this.on("error", () => undefined);
      (this as unknown as WithConnection).connection.on(
        "parameterStatus",
        ({ parameterName, parameterValue }) => {
          if (parameterName === "in_hot_standby") onRole(parameterValue === "on");
        },
      );
    }
  };
}
