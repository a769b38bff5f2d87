// The answer to "which server", and the words that say why.

import type { Server } from "../servers/server.ts";

/** Why a statement went where it went. `detail` of a decision says more where there is more. */
export const reasons = {
  read: "a read, and this replica is fresh enough",
  write: "not provably a read",
  transaction: "part of a transaction, or of a session that began here",
  pinned: "this request was at the primary before",
  behind: "no replica has replayed what this request must see",
  "no-replica": "no replica can be read now",
  "single-server": "no replica is configured",
  timeline: "what this request must see was written before a failover",
  asked: "asked for by name",
  moved: "the server chosen first could not answer",
} as const;

export type Reason = keyof typeof reasons;

export interface Choice {
  server: Server;
  reason: Reason;
  /** For `write`: why it is not a read. */
  detail?: string | undefined;
}

/** Whether the reason means the primary and no other. */
export function isForPrimary({ reason, server }: Choice): boolean {
  return reason !== "read" && !(reason === "asked" && server.role === "standby");
}

/** How one statement was routed; what the diagnostics channel and `explain` show. */
export interface Decision {
  /** `host:port`. */
  server: string;
  role: "primary" | "replica";
  reason: Reason;
  detail?: string | undefined;
  /** Milliseconds until a connection was there, waiting for a replica included. */
  waitedMs: number;
  /** Bytes of WAL that the server had not replayed when it was chosen, as far as was known; 0 on a primary. */
  lsnGap: number;
}
