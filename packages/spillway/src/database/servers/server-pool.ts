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

/** What pg.Pool and its clients have and do not show (pg-pool 3, pg 8). */
interface Insides {
  _clients: readonly WithConnection[];
  _pendingQueue: { callback: (error: Error) => void }[];
  _expired: WeakSet<object>;
}

interface DriverInsides {
  _queryable: boolean;
  _ending: boolean;
}

/** The words of pg.Pool, by which they are known. */
export const waitedTooLong = "timeout exceeded when trying to connect";

/** Share of a lifetime by which it is moved either way. */
const jitter = 0.2;

type Borrower = (error: Error | undefined, client: PoolClient | undefined) => void;

interface Waiter {
  borrower: Borrower;
  /** On the clock of `performance.now()`. */
  until: number;
}

export class ServerPool extends Pool {
  /**
   * Who waits for a connection that is in use. In a line of our own: the connection goes from one to the next
   * without being laid down in between, which would cost more than a short statement, and one timer is enough.
   */
  readonly #line: Waiter[] = [];
  #timer: NodeJS.Timeout | undefined;

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

  /** How many wait for a connection now. */
  get waiting(): number {
    return this.waitingCount + this.#line.length;
  }

  /** Growing takes effect at once; shrinking closes idle connections now and the others when they are given back. */
  resize(max: number): void {
    const { max: before } = this.options;
    this.options.max = max;
    if (max < before) this.#closeSurplus();
    else this.#serve();
  }

  /** A connection, new or returned, as with `connect`. */
  borrow(borrower: Borrower): void {
    if (this.#room() > 0 || this.ending) return this.#fetch(borrower);
    const { connectionTimeoutMillis = 0 } = this.options;
    const until = performance.now() + (connectionTimeoutMillis || Infinity);
    this.#line.push({ borrower, until });
    return this.#watchLine();
  }

  borrowed(): Promise<PoolClient> {
    return new Promise((resolve, reject) => {
      this.borrow((error, client) => (client === undefined ? reject(error) : resolve(client)));
    });
  }

  /** Gives `client` back; `broken` says that it cannot be used again. */
  giveBack(client: PoolClient, broken: boolean): void {
    if (!broken && this.#line.length > 0 && this.#isFit(client)) {
      (this.#line.shift() as Waiter).borrower(undefined, client);
      return;
    }
    client.release(broken || this.totalCount > this.options.max);
    this.#serve();
  }

  /** Cuts every connection: whatever waits for an answer, or for a connection, fails now. */
  cut(): void {
    const { _clients: clients, _pendingQueue: pending } = this as unknown as Insides;
    const error = new Error("Connection terminated: the server is lost");
    for (const { borrower } of this.#line.splice(0)) borrower(error, undefined);
    for (const { callback } of pending.splice(0)) callback(error);
    for (const { connection } of clients) connection.stream.destroy();
  }

  /** Whether it can go on to the next: it works, is wanted, and has not come to its age. */
  #isFit(client: PoolClient): boolean {
    const { _queryable: works, _ending: ends } = client as unknown as DriverInsides;
    const { _expired: expired } = this as unknown as Insides;
    if (!works || ends || expired.has(client) || this.totalCount > this.options.max) return false;
    return this.options.maxUses === Infinity;
  }

  /** Connections that are idle, or may be made, and are promised to nobody. */
  #room(): number {
    return this.idleCount + this.options.max - this.totalCount - this.waitingCount;
  }

  #fetch(borrower: Borrower): void {
    const { options } = this;
    const { connectionTimeoutMillis } = options;
    // Without the timer of a wait that cannot happen.
    if (this.idleCount > this.waitingCount) options.connectionTimeoutMillis = 0;
    this.connect((error, client) => {
      borrower(error, client);
      if (error !== undefined) this.#serve();
    });
    options.connectionTimeoutMillis = connectionTimeoutMillis;
  }

  #serve(): void {
    while (this.#line.length > 0 && this.#room() > 0) this.#fetch((this.#line.shift() as Waiter).borrower);
  }

  /** Those who came first give up first: one timer for the head of the line. */
  #watchLine(): void {
    const head = this.#line[0];
    if (this.#timer !== undefined || head === undefined || head.until === Infinity) return;
    const giveUp = (): void => {
      this.#timer = undefined;
      const now = performance.now();
      while (this.#line[0] !== undefined && this.#line[0].until <= now)
        (this.#line.shift() as Waiter).borrower(new Error(waitedTooLong), undefined);
      this.#watchLine();
    };
    this.#timer = setTimeout(giveUp, Math.max(1, head.until - performance.now())).unref();
  }

  #closeSurplus(): void {
    const surplus = Math.min(this.idleCount, this.totalCount - this.options.max);
    for (let index = 0; index < surplus; index++) {
      this.connect((_error, client) => client?.release(true));
    }
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
