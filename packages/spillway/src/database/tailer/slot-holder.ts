// One try to get the slot, and to work with it for as long as it is held.

import { Client, type ClientConfig, type PoolClient, types } from "pg";
import { type InvalidationLog, logs } from "../../coherence/log.ts";
import { warn } from "../../warnings.ts";
import type { PoolInsides } from "../insides.ts";
import { identityOf } from "../servers/identity.ts";
import type { Server } from "../servers/server.ts";
import { Control } from "./control.ts";
import { establish } from "./establish.ts";
import { applicationName, type Findings, inspect, isPublished, isTaken } from "./inspect.ts";
import type { TailerSettings } from "./options.ts";
import type { ParserOf } from "./row.ts";
import { Rules } from "./rules.ts";
import { Session } from "./session.ts";
import { Stream } from "./stream.ts";

export interface HolderParts {
  insides: PoolInsides;
  settings: TailerSettings;
  server: Server;
  /** Called when the server has begun to send. */
  onHeld: () => void;
}

let hasWarnedOfUnbounded = false;

export class SlotHolder {
  readonly #parts: HolderParts;
  readonly #config: ClientConfig;
  #control: Client | undefined;
  #stream: Stream | undefined;
  #session: Session | undefined;
  #stopped = false;

  constructor(parts: HolderParts) {
    this.#parts = parts;
    const { connection } = parts.insides.settings;
    this.#config = { ...connection, ...parts.server.address.config, application_name: applicationName };
  }

  /** What is in all logs, while it is held. */
  get handled(): number | undefined {
    return this.#session?.handled;
  }

  /** Resolves when it is held no more, and at once, to false, when another has it or there is nothing to fill. */
  async hold(): Promise<boolean> {
    const { slot } = this.#parts.settings;
    if (await this.#isTaken()) return false;
    try {
      const control = await this.#connect();
      const found = await inspect(control, this.#parts.server, {
        slot,
        keys: Object.keys(this.#parts.settings.rules),
      });
      warnOfUnbounded(found, this.#parts.server);
      const present = [...logs];
      // Without a log it would take what another process has one for.
      if (found.slot === "taken" || present.length === 0) return false;
      await establish(control, found, { slot, logs: present });
      await this.#work(control, found, present);
      return true;
    } finally {
      await this.#close();
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#session?.stop();
    if (this.#session === undefined) await this.#close();
  }

  /** Asked through the pool: those who wait need no connection of their own. */
  async #isTaken(): Promise<boolean> {
    const { server, settings } = this.#parts;
    const client = await new Promise<PoolClient>((resolve, reject) => {
      server.take((error: unknown, taken) => (taken === undefined ? reject(error) : resolve(taken)));
    });
    let isBroken = true;
    try {
      const taken = await isTaken(client, settings.slot);
      isBroken = false;
      return taken;
    } finally {
      server.pool.giveBack(client, isBroken);
    }
  }

  async #connect(): Promise<Client> {
    const control = new Client(this.#config);
    this.#control = control;
    control.on("error", () => undefined);
    await control.connect();
    (control as unknown as { unref(): void }).unref();
    await (this.#parts.insides.settings.connection.onConnect?.(control) as unknown as
      | Promise<void>
      | undefined);
    if (this.#stopped) throw new Error("Connection terminated: the tailer has been stopped");
    return control;
  }

  async #work(control: Client, { tables }: Findings, present: readonly InvalidationLog[]): Promise<void> {
    const { insides, settings, server, onHeld } = this.#parts;
    const { cluster } = insides;
    const questions = new Control(control);
    const session = new Session({
      cluster: insides.settings.name,
      rules: new Rules(settings.rules, tables, parserOf(this.#config)),
      control: questions,
      present,
      isPublished: () => questions.ask((client) => isPublished(client, settings.slot, tables)),
      isCurrent: () => !cluster.ended && (cluster.primary() ?? server) === server,
    });
    const stream = (this.#stream = new Stream(this.#config, session));
    control.once("end", () => stream.cut());
    await stream.connect();
    await refuseOthers(control, stream.client, server);
    await session.start(stream, settings.slot);
    this.#session = session;
    if (this.#stopped) void session.stop();
    onHeld();
    await session.run();
  }

  async #close(): Promise<void> {
    const [control, stream] = [this.#control, this.#stream];
    this.#control = undefined;
    this.#stream = undefined;
    await stream?.stop();
    this.#session = undefined;
    // Not asked to end: it may wait for others' transactions.
    control?.connection.stream.destroy();
  }
}

function parserOf({ types: own }: ClientConfig): ParserOf {
  const of = own ?? types;
  return of.getTypeParser.bind(of) as ParserOf;
}

function warnOfUnbounded({ isUnbounded }: Findings, { label }: Server): void {
  if (!isUnbounded || hasWarnedOfUnbounded) return;
  hasWarnedOfUnbounded = true;
  warn("SPILLWAY_TAILER_WAL_UNBOUNDED", `max_slot_wal_keep_size of ${label} is -1`);
}

/** What is visible on one server says nothing of the commits of another: an address can lead to several. */
async function refuseOthers(control: Client, streaming: Client, { label }: Server): Promise<void> {
  const [one, other] = await Promise.all([identityOf(control), identityOf(streaming)]);
  if (one.server !== other.server) throw new Error(`${label} leads to several servers`);
}
