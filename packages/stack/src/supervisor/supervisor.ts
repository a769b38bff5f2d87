// Brings a stack up in the order its parts need each other, keeps it up, and takes it down.

import { setTimeout as sleep } from "node:timers/promises";
import { makeBalancer, makeComponent } from "../components/all.ts";
import { type Version, forgetVersions } from "../components/app/version.ts";
import type { StackContext } from "../components/context.ts";
import type { Settings } from "../config/settings.ts";
import { postgresVersion } from "../components/postgres/binaries.ts";
import { askHttp } from "../components/probe.ts";
import { SpillwayError } from "../errors.ts";
import { type Role, edgeUrl, nodesOf } from "../topology/topology.ts";
import { allOrFirstError } from "./all-or-first-error.ts";
import type { Event } from "./events.ts";
import { deployVersion, fixedChanges } from "./deploy.ts";
import { watchHealth } from "./health.ts";
import { Journal } from "../process/journal.ts";
import { rotate } from "../process/log-tail.ts";
import { ManagedProcess, type ProcessState } from "./managed-process.ts";
import { type Redact, redactSecrets } from "./redact.ts";
import { Rollout } from "./rollout.ts";
import { type Steps, buildStep, finishStep } from "./version-steps.ts";

export interface SupervisorOptions {
  context: StackContext;
  /** `Next.js 16.4.6`. */
  appTitle: string;
  journal: Journal;
  emit: (event: Event) => void;
}

export interface Deploy {
  /** As the config says it now. */
  settings: Settings;
  title: string;
  emit: (event: Event) => void;
}

/** How long the finished path may take to give its first answer. */
const pathTimeoutMs = 15_000;
const pathPauseMs = 50;
const logCheckMs = 60_000;

export class Supervisor {
  readonly context: StackContext;
  readonly rollout: Rollout;
  readonly #appTitle: string;
  readonly #emit: (event: Event) => void;
  readonly #journal: Journal;
  readonly #processes: readonly ManagedProcess[];
  readonly #stopping = new AbortController();
  readonly #startedAt = Date.now();
  readonly #ended: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #redact: Redact;
  #isUp = false;
  #isDeploying = false;
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
    this.rollout = new Rollout(context, this.#of("app"), balancer);
  }

  /** Every process that runs or should, in the order of the topology. */
  get members(): ManagedProcess[] {
    const servers = new Set(this.rollout.members);
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

  /** Puts the app as it is now in the place of what runs. Throws SPW_DEPLOY_BUSY, and what `deployVersion` throws. */
  async deploy({ settings, title, emit }: Deploy): Promise<Version> {
    if (this.#isDeploying || !this.#isUp) throw new SpillwayError("SPW_DEPLOY_BUSY", { isUp: this.#isUp });
    this.#isDeploying = true;
    try {
      for (const key of fixedChanges(this.context.settings, settings))
        emit({
          type: "note",
          text: `${key} was changed: that takes effect after \`spillway down\` and \`up\``,
        });
      return await deployVersion(this.rollout, this.#steps({ app: settings.app, title, emit }));
    } finally {
      this.#isDeploying = false;
    }
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
    const steps = this.#steps({ app: settings.app, title: this.#appTitle, emit: this.#emit });
    const built = cache.then(() => buildStep(steps));
    await allOrFirstError([...data, ...front, built]);
    const version = await finishStep(steps);
    if (this.#stopping.signal.aborted) return;
    forgetVersions(this.context.folder, [version]);
    const began = Date.now();
    await this.rollout.begin(version, settings.app.instances);
    for (const server of this.#of("app")) void this.#watch(server);
    this.#reportTier("app", this.#appTitle, settings.app.instances, Date.now() - began);
  }

  #steps(given: Pick<Steps, "app" | "title" | "emit">): Steps {
    const { context } = this;
    const { signal } = this.#stopping;
    return { context, journal: this.#journal, redact: this.#redact, signal, ...given };
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
    await this.rollout.stopAll();
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
      one.component.role !== "app" || this.rollout.mayReplace(one);
    return watchHealth(process, { signal: this.#stopping.signal, mayReplace });
  }

  #onState(process: ManagedProcess, before: ProcessState): void {
    if (process.component.role === "app") {
      void this.rollout
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
