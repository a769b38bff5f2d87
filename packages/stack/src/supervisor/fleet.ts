// The servers of one group: how many run, which of them the balancer sends requests to, and how their number changes.

import type { Balancer } from "../components/balancer/balancer.ts";
import type { ManagedProcess, ProcessState } from "./managed-process.ts";

export class Fleet {
  readonly #slots: readonly ManagedProcess[];
  readonly #balancer: Balancer;
  #wanted = 0;

  /** `slots` are all the servers there may be, in order; the first ones are used first. */
  constructor(slots: readonly ManagedProcess[], balancer: Balancer) {
    this.#slots = slots;
    this.#balancer = balancer;
  }

  /** The servers that should run, and those that have not ended yet. */
  get members(): ManagedProcess[] {
    return this.#slots.filter((slot, index) => index < this.#wanted || slot.pid !== undefined);
  }

  /** How many should run. */
  get wanted(): number {
    return this.#wanted;
  }

  /** Whether one of them serves. */
  get answers(): boolean {
    return this.#slots.slice(0, this.#wanted).some((slot) => slot.state === "ready");
  }

  has(server: ManagedProcess): boolean {
    return this.#slots.includes(server);
  }

  /**
   * Starts or stops servers until `count` run; resolves when each new one is ready and each old one is gone. One change
   * at a time.
   */
  async resize(count: number): Promise<void> {
    const before = this.#wanted;
    this.#wanted = count;
    if (count >= before) {
      await this.#grow(this.#slots.slice(before, count), before);
      return;
    }
    await Promise.all(this.#slots.slice(count, before).map((slot) => this.#retire(slot)));
  }

  /** Ends all servers at once: the balancer takes no more requests by then. */
  async stopAll(): Promise<void> {
    this.#wanted = 0;
    await Promise.all(this.#slots.map((slot) => slot.stop()));
  }

  /** Keeps the balancer's view in step with what became of a server. */
  async follow(slot: ManagedProcess, before: ProcessState): Promise<void> {
    const { name } = slot.component;
    if (before === "starting") await this.#admitReady(slot);
    if (slot.state === "restarting" || slot.state === "failed") await this.#balancer.close(name);
  }

  /**
   * A server that is silent may be replaced while most of the others answer. When most are silent at once,
   * that is load, and killing them would make it worse.
   */
  mayReplace(slot: ManagedProcess): boolean {
    const others = this.members.filter((one) => one !== slot);
    const serving = others.filter((one) => one.state === "ready").length;
    return others.length === 0 || serving * 2 >= others.length;
  }

  async #grow(added: readonly ManagedProcess[], before: number): Promise<void> {
    const results = await Promise.allSettled(added.map((slot) => slot.start()));
    const failed = results.find((result) => result.status === "rejected");
    if (failed === undefined) {
      // It is told of each that becomes ready; here it is known to have heard.
      await Promise.all(added.map((slot) => this.#admitReady(slot)));
      return;
    }
    // All or nothing: the size asked for was not reached, so the old one stands.
    this.#wanted = before;
    await Promise.all(added.map((slot) => this.#retire(slot)));
    throw failed.reason;
  }

  async #admitReady({ state, component }: ManagedProcess): Promise<void> {
    if (state === "ready") await this.#balancer.admit(component.name);
  }

  async #retire(slot: ManagedProcess): Promise<void> {
    await this.#balancer.drain(slot.component.name);
    await slot.stop();
    await this.#balancer.close(slot.component.name);
  }
}
