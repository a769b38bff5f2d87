// Redis as the rest of this library sees it, whichever client speaks to it.

export type Argument = string | Buffer;

export interface Connection {
  /**
   * Sends one command, and resolves to the reply, in which text is Buffers. `key` is its first key: a cluster
   * finds its node by it. Rejects with the server's error, or with the client's own when there is no connection.
   */
  send(key: string, args: readonly Argument[]): Promise<unknown>;
  close(): Promise<void>;
}

export interface RedisConnection extends Connection {
  /** Connects if nobody has yet; resolves when it is connected. */
  ready(): Promise<void>;
  /** Another connection to the same place, for commands that wait for something to happen. */
  duplicate(): Promise<Connection>;
}

/** Whether an error is the server's answer to a command, and so a sign of life. Its first word is a code then. */
export function isReply(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = /^([A-Z][A-Z0-9]+) /.exec(error.message)?.[1];
  return code !== undefined && !unwilling.has(code);
}

/** The server answers, and does not serve (Redis, `server.c`, shared errors). */
const unwilling: ReadonlySet<string> = new Set([
  "LOADING",
  "CLUSTERDOWN",
  "MASTERDOWN",
  "TRYAGAIN",
  "READONLY",
  "NOREPLICAS",
  "NOAUTH",
  "WRONGPASS",
]);
