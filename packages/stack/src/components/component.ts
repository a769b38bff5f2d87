// What every box of the architecture is to the supervisor: how to prepare, start, probe and stop it.

import type { Command, StopPolicy } from "../process/command.ts";
import type { Role } from "../topology/topology.ts";

/**
 * The answer to a question on the serving path. `silent` means nothing came back in time, as from a frozen or
 * blocked process; `unready` means that something did come back, or the port was closed.
 */
export type ProbeResult = { state: "ready" } | { state: "unready" | "silent"; reason: string };

export interface HealthPolicy {
  intervalMs: number;
  /** How long one answer may take. */
  timeoutMs: number;
  /**
   * How long it may be silent before it is killed and started anew. Left out: never, since killing a busy
   * database is worse than waiting for it.
   */
  replaceAfterSilentMs?: number;
}

export interface Component {
  readonly name: string;
  readonly role: Role;
  /** The port shown by `status`. */
  readonly port: number;
  readonly stop: StopPolicy;
  readonly health: HealthPolicy;
  readonly startTimeoutMs: number;
  /** Lines of its log after which another start would end the same way. */
  readonly permanentFailures: readonly RegExp[];
  /** Writes configuration and data. Called before every start; it must be cheap when nothing changed. */
  prepare(): Promise<void>;
  command(): Command;
  probe(timeoutMs: number): Promise<ProbeResult>;
  /** Called once it serves and before it counts as ready: roles, slots, buckets. */
  afterStart?(): Promise<void>;
  /** What `status` and the line of `up` say besides, such as the state of replication. */
  describe?(): Promise<Record<string, unknown>>;
  /** Called when a start failed with this log; may repair. True: try again. Throws when it must not go on. */
  recover?(log: string): Promise<boolean>;
  /** Called with the log of one that has been unready for a while. True: start it anew. */
  heal?(log: string): Promise<boolean>;
  /** Lets go of connections that probing keeps open. */
  dispose?(): Promise<void>;
}
