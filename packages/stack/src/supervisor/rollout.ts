// Both groups of servers: one has the current version of the app, the other takes the next one.

import type { Balancer } from "../components/balancer/balancer.ts";
import type { StackContext } from "../components/context.ts";
import type { Version } from "../components/app/version.ts";
import { type Group, groups, slotsOf } from "../topology/topology.ts";
import { Fleet } from "./fleet.ts";
import type { ManagedProcess, ProcessState } from "./managed-process.ts";

export class Rollout {
  readonly #context: StackContext;
  readonly #balancer: Balancer;
  readonly #fleets: Readonly<Record<Group, Fleet>>;
  /** Deployments that are not current any more, and that the edges have not been told of yet. */
  readonly overtaken: Set<string> = new Set();
  #current: Group = groups[0];
  /** Whether the other group still answers what pages of its version ask for. */
  #servesPrevious = false;
  #previousEnds: NodeJS.Timeout | undefined;
  /** One change at a time: of the number of servers, of the version, of what is left of the one before. */
  #queue: Promise<unknown> = Promise.resolve();

  /** `servers` are the slots of both groups. */
  constructor(context: StackContext, servers: readonly ManagedProcess[], balancer: Balancer) {
    this.#context = context;
    this.#balancer = balancer;
    const fleetOf = (group: Group): Fleet => {
      const names = new Set(slotsOf(context.topology, group).map(({ name }) => name));
      return new Fleet(
        servers.filter(({ component }) => names.has(component.name)),
        balancer,
      );
    };
    this.#fleets = { blue: fleetOf("blue"), green: fleetOf("green") };
  }

  /** The servers of either group that should run, and those that have not ended yet. */
  get members(): ManagedProcess[] {
    return groups.flatMap((group) => this.#fleets[group].members);
  }

  /** How many servers should run the current version. */
  get size(): number {
    return this.#fleets[this.#current].wanted;
  }

  get current(): Version {
    return this.#context.versions[this.#current];
  }

  /** The versions that are served, the current one first. */
  get versions(): Version[] {
    return [this.current, ...(this.#servesPrevious ? [this.#context.versions[this.#other]] : [])];
  }

  /** Starts the first servers of a version. */
  async begin(version: Version, count: number): Promise<void> {
    this.#context.versions[this.#current] = version;
    await this.#route();
    await this.resize(count);
  }

  /** Changes the number of servers of the current version. */
  resize(count: number): Promise<void> {
    return this.#next(() => this.#fleets[this.#current].resize(count));
  }

  /**
   * Starts as many servers of a version as the current one has, beside them, and makes it the current one once all of them
   * answer. Throws the cause where one of them does not; then nothing has changed.
   */
  replace(version: Version): Promise<void> {
    return this.#next(async () => {
      await this.#endPrevious();
      const next = this.#other;
      const { deployment } = this.current;
      this.#context.versions[next] = version;
      await this.#fleets[next].resize(this.size);
      this.#servesPrevious = true;
      this.#current = next;
      await this.#route();
      if (deployment !== undefined) this.overtaken.add(deployment);
      if (version.deployment !== undefined) this.overtaken.delete(version.deployment);
    });
  }

  /**
   * Ends the servers of the version before, once their requests are answered. If its pages can be told from those of the
   * current one, a single server goes on answering them for so many milliseconds.
   */
  retirePrevious(keptMs: number): Promise<void> {
    return this.#next(async () => {
      const { deployment } = this.#context.versions[this.#other];
      const isKept = keptMs > 0 && deployment !== undefined && deployment !== this.current.deployment;
      if (!isKept) return this.#endPrevious();
      await this.#fleets[this.#other].resize(1);
      const end = (): void => void this.#next(() => this.#endPrevious()).catch(() => undefined);
      this.#previousEnds = setTimeout(end, keptMs).unref();
    });
  }

  /** Ends all servers at once: the balancer takes no more requests by then. */
  async stopAll(): Promise<void> {
    clearTimeout(this.#previousEnds);
    await Promise.all(groups.map((group) => this.#fleets[group].stopAll()));
  }

  /** Keeps the balancer's view in step with what became of a server. */
  async follow(server: ManagedProcess, before: ProcessState): Promise<void> {
    await this.#fleetOf(server).follow(server, before);
    if (this.#servesPrevious) await this.#route();
  }

  mayReplace(server: ManagedProcess): boolean {
    return this.#fleetOf(server).mayReplace(server);
  }

  get #other(): Group {
    return groups.find((group) => group !== this.#current)!;
  }

  #fleetOf(server: ManagedProcess): Fleet {
    return groups.map((group) => this.#fleets[group]).find((fleet) => fleet.has(server))!;
  }

  async #endPrevious(): Promise<void> {
    clearTimeout(this.#previousEnds);
    this.#servesPrevious = false;
    // Before they end: a request on its way to them would find nobody.
    await this.#route();
    await this.#fleets[this.#other].resize(0);
  }

  /** A version is only named where one of its servers answers; requests for any other go to the current one. */
  #route(): Promise<void> {
    const named: [string, Group][] = [];
    const name = (group: Group): void => {
      const { deployment } = this.#context.versions[group];
      if (deployment !== undefined) named.push([deployment, group]);
    };
    if (this.#servesPrevious && this.#fleets[this.#other].answers) name(this.#other);
    name(this.#current);
    return this.#balancer.route({ current: this.#current, versions: Object.fromEntries(named) });
  }

  #next<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(change);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}
