// Brings a stack up in the order its parts need each other, keeps it up, and takes it down.

import { setTimeout as sleep } from "node:timers/promises";
import { makeBalancer, makeComponent } from "../components/all.ts";
import { assetsOf } from "../components/app/assets/files.ts";
import { publishAssets } from "../components/app/assets/publish.ts";
import { build, needsBuild } from "../components/app/build.ts";
import { nextConcerns } from "../components/app/next.ts";
import { release } from "../components/app/release.ts";
import type { StackContext } from "../components/context.ts";
import { postgresVersion } from "../components/postgres/binaries.ts";
import { askHttp } from "../components/probe.ts";
import { SpillwayError } from "../errors.ts";
import { type Role, edgeUrl, nodesOf } from "../topology/topology.ts";
import type { Event } from "./events.ts";
import { Fleet } from "./fleet.ts";
import { watchHealth } from "./health.ts";
import { Journal } from "../process/journal.ts";
import { rotate } from "../process/log-tail.ts";
import { ManagedProcess, type ProcessState } from "./managed-process.ts";
import { type Redact, redactSecrets } from "./redact.ts";

export interface SupervisorOptions {
  context: StackContext;
  /** `Next.js 16.4.6`. */
  appTitle: string;
  journal: Journal;
  emit: (event: Event) => void;
}

/** How long the finished path may take to give its first answer. */
const pathTimeoutMs = 15_000;
const pathPauseMs = 50;
const logCheckMs = 60_000;

export class Supervisor {
  readonly context: StackContext;
  readonly fleet: Fleet;
  readonly #appTitle: string;
  readonly #emit: (event: Event) => void;
  readonly #journal: Journal;
  readonly #processes: readonly ManagedProcess[];
  readonly #stopping = new AbortController();
  readonly #startedAt = Date.now();
  readonly #ended: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #redact: Redact;
  #isUp = false;
  #down: Promise<void> | undefined;

  constructor({ context, appTitle, journal, emit }: SupervisorOptions) {
    this.context = context;
    this.#appTitle = appTitle;
    this.#journal = journal;
    this.#emit = emit;
    this.#redact = redactSecrets(context.secrets);
    const surroundings = {
      folder: context.folder,
      journal,
      redact: this.#redact,
      onState: (process: ManagedProcess, before: ProcessState) => this.#onState(process, before),
    };
    const balancer = makeBalancer(context);
    this.#processes = context.topology.nodes.map(
      (node) =>
        new ManagedProcess(node.role === "balancer" ? balancer : makeComponent(context, node), surroundings),
    );
    this.fleet = new Fleet(this.#of("app"), balancer);
  }

  /** Every process that runs or should, in the order of the topology. */
  get members(): ManagedProcess[] {
    const servers = new Set(this.fleet.members);
    return this.#processes.filter((one) => one.component.role !== "app" || servers.has(one));
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Resolves when everything was taken down, whoever asked for it. */
  get whenDown(): Promise<void> {
    return this.#ended.promise;
  }

  /** Starts everything; resolves when a request goes all the way. Throws the first cause, with all of it ended. */
  async up(): Promise<void> {
    try {
      await this.#startTiers();
      await this.#checkPath();
    } catch (error) {
      // What fails because it was called off is no failure.
      const calledOff = this.#stopping.signal.aborted;
      await this.down();
      if (!calledOff) throw error;
    }
    if (this.#stopping.signal.aborted) return;
    this.#isUp = true;
    void this.#keepLogsShort();
    this.#emit({ type: "ready", tookMs: Date.now() - this.#startedAt, facts: this.#facts() });
  }

  /** Takes everything down: callers that come later wait for the same end. */
  down(): Promise<void> {
    this.#down ??= this.#takeDown();
    return this.#down;
  }

  async #startTiers(): Promise<void> {
    const { settings } = this.context;
    const cache = this.#tier(
      "cache",
      "cache",
      `Redis, ${settings.cache.memoryMb} MB, ${settings.cache.evictionPolicy}`,
    );
    const data = [
      cache,
      this.#tier("primary", "primary", `Postgres ${postgresVersion()}`).then(() =>
        this.#tier("replica", "replica", "streaming"),
      ),
      this.#tier("storage", "storage", `S3, bucket ${settings.storage.bucket}`),
    ];
    const front = [
      this.#tier("balancer", "balancer", settings.balancer.engine === "nginx" ? "nginx" : "HAProxy"),
      this.#tier("edge", "edge", "Varnish"),
      this.#tier("purger", "purger", "cache → edges"),
    ];
    // What it renders is as new as the log of that moment says.
    const built = cache.then(() => this.#build());
    await allOrFirstError([...data, ...front, built]);
    this.#tellConcerns();
    await allOrFirstError([this.#release(), this.#publish()]);
    if (this.#stopping.signal.aborted) return;
    const began = Date.now();
    await this.fleet.resize(settings.app.instances);
    for (const server of this.#of("app")) void this.#watch(server);
    this.#reportTier("app", this.#appTitle, settings.app.instances, Date.now() - began);
  }

  async #tier(tier: string, role: Role, detail: string): Promise<void> {
    const members = this.#of(role);
    if (members.length === 0) return;
    const began = Date.now();
    await allOrFirstError(members.map((one) => one.start()));
    if (this.#stopping.signal.aborted) return;
    for (const one of members) void this.#watch(one);
    this.#reportTier(tier, detail, members.length, Date.now() - began);
  }

  #reportTier(tier: string, detail: string, count: number, tookMs: number): void {
    if (this.#stopping.signal.aborted) return;
    this.#emit({ type: "tier", tier: count > 1 ? `${tier} ×${count}` : tier, detail, tookMs });
  }

  async #build(): Promise<void> {
    if (!needsBuild(this.context)) return;
    const began = Date.now();
    this.#emit({ type: "note", text: `building (${String(this.context.settings.app.build)})` });
    await build(this.context, this.#journal, this.#stopping.signal);
    this.#reportTier("build", this.#appTitle, 1, Date.now() - began);
  }

  async #release(): Promise<void> {
    const { release: commands } = this.context.settings.app;
    if (commands.length === 0 || this.#stopping.signal.aborted) return;
    const began = Date.now();
    await release(this.context, {
      journal: this.#journal,
      signal: this.#stopping.signal,
      redact: this.#redact,
      onProgress: (label, percent) => this.#emit({ type: "progress", label, percent }),
    });
    const detail = commands.length === 1 ? commands[0]! : `${commands.length} commands`;
    this.#reportTier("release", detail, 1, Date.now() - began);
  }

  #tellConcerns(): void {
    for (const text of nextConcerns(this.context)) this.#emit({ type: "note", text });
  }

  async #publish(): Promise<void> {
    if (assetsOf(this.context.folder.app).length === 0 || this.#stopping.signal.aborted) return;
    const began = Date.now();
    const { signal } = this.#stopping;
    const detail = await publishAssets(this.context, { journal: this.#journal, signal });
    this.#reportTier("assets", detail, 1, Date.now() - began);
  }

  /** One request from the outermost tier to a server and back. */
  async #checkPath(): Promise<void> {
    const edge = nodesOf(this.context.topology, "edge")[0];
    if (edge === undefined) return;
    const { path } = this.context.settings.app.health;
    const deadline = Date.now() + pathTimeoutMs;
    while (!this.#stopping.signal.aborted) {
      const result = await askHttp({
        port: edge.ports["main"]!,
        path,
        timeoutMs: pathTimeoutMs,
        host: this.#edgeHost(),
      });
      if (result.state === "ready") return;
      if (Date.now() < deadline) {
        await sleep(pathPauseMs);
        continue;
      }
      throw new SpillwayError("SPW_COMPONENT_NOT_READY", {
        name: "the path edge → balancer → app",
        seconds: pathTimeoutMs / 1000,
        log: this.context.folder.log(edge.name),
        cause: result.reason,
      });
    }
  }

  #edgeHost(): string {
    return new URL(edgeUrl(this.context.settings, this.context.topology)!).hostname.replaceAll(/[[\]]/g, "");
  }

  async #takeDown(): Promise<void> {
    this.#emit({ type: "stopping" });
    const began = Date.now();
    this.#stopping.abort();
    // From the outside in. The balancer takes no new requests and lets those in flight finish, which the
    // servers do at the same time; then nothing is left to be cut off at the edges.
    const balancer = this.#stop("balancer");
    await this.fleet.stopAll();
    await balancer;
    await Promise.all(
      (["purger", "edge", "storage", "cache", "primary", "replica"] as const).map((role) => this.#stop(role)),
    );
    this.#emit({ type: "stopped", tookMs: Date.now() - began });
    this.#ended.resolve();
  }

  async #stop(role: Role): Promise<void> {
    await Promise.all(this.#of(role).map((one) => one.stop()));
  }

  async #keepLogsShort(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      for (const one of this.#processes) rotate(one.log);
      await sleep(logCheckMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #watch(process: ManagedProcess): Promise<void> {
    const mayReplace = (one: ManagedProcess): boolean =>
      one.component.role !== "app" || this.fleet.mayReplace(one);
    return watchHealth(process, { signal: this.#stopping.signal, mayReplace });
  }

  #onState(process: ManagedProcess, before: ProcessState): void {
    if (process.component.role === "app") {
      void this.fleet
        .follow(process, before)
        .catch((error: Error) => this.#emit({ type: "note", text: error.message }));
    }
    if (!this.#isUp || this.#stopping.signal.aborted) return;
    this.#emit({
      type: "state",
      component: process.component.name,
      state: process.state,
      reason: process.reason,
    });
  }

  #of(role: Role): ManagedProcess[] {
    return this.#processes.filter((one) => one.component.role === role);
  }

  #facts(): [string, string][] {
    const { settings, topology, folder } = this.context;
    return [
      [settings.name, edgeUrl(settings, topology) ?? ""],
      [
        "path",
        `edge ×${settings.edge.instances} → ${settings.balancer.engine} → app ×${settings.app.instances} → Postgres`,
      ],
      ["status", "npx spillway status"],
      ["logs", `npx spillway logs -f   (${folder.root})`],
      ["scale", `npx spillway scale app=${Math.min(settings.app.maxInstances, settings.app.instances + 2)}`],
      ["stop", "Ctrl-C, or npx spillway down"],
    ];
  }
}

/** Like Promise.all, but what is still under way when one fails is waited for by `down`, not left unhandled. */
async function allOrFirstError(work: Promise<void>[]): Promise<void> {
  for (const one of work) one.catch(() => undefined);
  await Promise.all(work);
}
