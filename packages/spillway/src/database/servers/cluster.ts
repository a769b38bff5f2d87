// All servers of one cluster: which one takes writes, and which belong at all.

import { SpillwayError } from "../../errors.ts";
import { warn } from "../../warnings.ts";
import type { DatabaseSettings } from "../settings/settings.ts";
import { Server } from "./server.ts";
import { Watch } from "./watch.ts";

export class Cluster {
  /** The configured primary first. */
  readonly servers: readonly Server[];
  readonly watches: ReadonlyMap<Server, Watch>;
  readonly #settings: DatabaseSettings;
  ended = false;
  #started = false;
  /** The newest timeline any primary was seen on. */
  timeline = 0;
  #primaryGoneAt: number | undefined;
  #waiting = new Set<() => void>();

  constructor(settings: DatabaseSettings) {
    this.#settings = settings;
    const watched = {
      onLost: (server: Server) => this.watches.get(server)?.hurry(),
      onWanted: (server: Server) => this.watches.get(server)?.wake(),
    };
    this.servers = settings.addresses.map((address) => new Server(address, settings, watched));
    this.watches = new Map(
      this.servers.map((server) => [server, new Watch(server, settings, (heard) => this.#heard(heard))]),
    );
  }

  /** Begins to watch; before that nothing is connected, so that a build can load the app without a database. */
  start(): void {
    if (this.ended) throw this.endedError();
    if (this.#started) return;
    this.#started = true;
    for (const watch of this.watches.values()) watch.hurry();
  }

  /** The configured primary. */
  get configured(): Server {
    return this.servers[0] as Server;
  }

  endedError(): Error | undefined {
    return this.ended ? new Error("Cannot use a pool after calling end on the pool") : undefined;
  }

  async end(): Promise<void> {
    if (this.ended) throw new Error("Called end on pool more than once");
    this.ended = true;
    await Promise.all([...this.watches.values()].map((watch) => watch.end()));
    await Promise.all(this.servers.map((server) => server.end()));
    this.#wake();
  }

  /** Something was written, which reads will have to see: positions are asked for at the quick interval. */
  seek(): void {
    for (const watch of this.watches.values()) watch.sought();
  }

  /** The server that takes writes, as far as is known. */
  primary(): Server | undefined {
    let found: Server | undefined;
    for (const server of this.servers) {
      if (server.role !== "primary" || !server.reachable) continue;
      // Two at once: the older timeline is a primary that came back after a failover.
      if (found === undefined || server.timeline > found.timeline) found = server;
    }
    return found ?? this.#presumed();
  }

  /** Like `primary`, and while there is none waits for one, within the bound since the last was lost. */
  async findPrimary(): Promise<Server> {
    for (;;) {
      if (this.ended) throw this.endedError();
      const primary = this.primary();
      if (primary !== undefined) return primary;
      const goneAt = (this.#primaryGoneAt ??= performance.now());
      const left = goneAt + this.#settings.failoverTimeoutMs - performance.now();
      if (left <= 0) throw this.#noPrimary();
      this.seek();
      await this.#change(left);
    }
  }

  /** Resolves when something was heard of a server, or after `ms`. */
  async #change(ms: number): Promise<void> {
    let wake: () => void = () => undefined;
    const timer = setTimeout(() => wake(), ms);
    await new Promise<void>((resolve) => {
      wake = resolve;
      this.#waiting.add(resolve);
    });
    clearTimeout(timer);
    this.#waiting.delete(wake);
  }

  /** Waits up to `ms` until `holds`, which is asked again whenever a server was heard. */
  async until(ms: number, holds: () => boolean): Promise<boolean> {
    const end = performance.now() + ms;
    while (!holds()) {
      const left = end - performance.now();
      if (left <= 0) return false;
      await this.#change(left);
    }
    return true;
  }

  /** The configured primary, until it has said what it is; and always where there is no other. */
  #presumed(): Server | undefined {
    const first = this.servers[0];
    if (this.servers.length === 1) return first;
    return first !== undefined && first.role === "unknown" && first.reachable ? first : undefined;
  }

  #heard(server: Server): void {
    if (server.role === "primary" && server.reachable) {
      this.#primaryGoneAt = undefined;
      this.timeline = Math.max(this.timeline, server.timeline);
    }
    // What one says of itself can decide about another.
    for (const one of this.servers) this.#judge(one);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  /** A server that is of another cluster, or the primary under a second address, is never read. */
  #judge(server: Server): void {
    const before = server.rejected;
    server.rejected = this.#objection(server);
    if (server.rejected !== undefined && server.rejected.code !== before?.code)
      warn("SPILLWAY_DATABASE_SERVER_UNUSABLE", server.rejected.message);
  }

  #objection(server: Server): SpillwayError | undefined {
    const first = this.servers[0];
    if (first === undefined || server === first) return undefined;
    const { setting, label } = server.address;
    const system = first.identity?.system;
    if (system !== undefined && server.identity !== undefined && server.identity.system !== system) {
      const data = { setting, server: label, primary: first.label };
      return new SpillwayError("SPILLWAY_DATABASE_OTHER_CLUSTER", data);
    }
    const same = first.role === "primary" && server.role === "primary" && first.timeline === server.timeline;
    if (!same || first.problem !== undefined || server.timeline === 0) return undefined;
    return new SpillwayError("SPILLWAY_DATABASE_REPLICA_IS_PRIMARY", { setting, server: label });
  }

  #noPrimary(): SpillwayError {
    const settings = this.servers.map(describe).join("; ");
    const seconds = this.#settings.failoverTimeoutMs / 1_000;
    return new SpillwayError("SPILLWAY_DATABASE_NO_PRIMARY", { settings, seconds });
  }
}

function describe({ label, address, problem, role }: Server): string {
  return `${label} (${address.setting}: ${problem ?? (role === "standby" ? "a standby" : role)})`;
}
