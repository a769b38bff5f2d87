// The supervisor's process. `up` starts it in a session of its own, hands it the settings, and hears of what
// happens; with --detach it goes on alone.

import { setTimeout as sleep } from "node:timers/promises";
import type { StackContext } from "./components/context.ts";
import type { Resolved } from "./config/resolve.ts";
import { serveControl } from "./control/server.ts";
import { SpillwayError, asSpillwayError, plainError } from "./errors.ts";
import { StackFolder, makeRuntimeFolder, runtimeFolder } from "./state/folder.ts";
import { lockHolder, releaseLock, takeLock } from "./state/lock.ts";
import { ensureSecrets } from "./state/secrets.ts";
import { newState, readState, writeState } from "./state/state.ts";
import { type Node, drawTopology, indexOf, portRequests } from "./topology/topology.ts";
import { type Event } from "./supervisor/events.ts";
import { Journal } from "./process/journal.ts";
import { endLeftovers } from "./process/leftovers.ts";
import { findPorts } from "./supervisor/ports.ts";
import { Supervisor } from "./supervisor/supervisor.ts";

/** What `up` sends first. */
export interface Order {
  dir: string;
  resolved: Resolved;
  /** Settings by dotted path, as typed. */
  flags: Record<string, string>;
  /** Go on when the one who started it is gone. */
  detach: boolean;
}

/** Two that took the lock at the same moment see it within this. */
const lockSettleMs = 30;
/** Whoever asked for the end hears of it before the process goes. */
const replyMs = 500;

function emit(event: Event): void {
  if (process.connected) process.send!(event);
  else if (event.type === "failed" || event.type === "note" || event.type === "state")
    console.log(JSON.stringify(event));
}

async function openStack({
  dir,
  resolved,
  flags,
}: Order): Promise<{ context: StackContext; journal: Journal }> {
  const { settings } = resolved;
  const folder = new StackFolder(dir);
  const known = readState(folder);
  const state = known ?? newState(dir);
  const runtime = runtimeFolder(state.id);
  const holder = takeLock(folder, runtime);
  await sleep(lockSettleMs);
  const winner = holder ?? lockHolder(folder);
  if (winner?.pid !== process.pid) throw new SpillwayError("SPW_ALREADY_RUNNING", { pid: winner?.pid ?? 0 });

  const journal = new Journal(folder.journal);
  const ended = await endLeftovers(journal);
  if (ended.length > 0)
    emit({ type: "note", text: `ended what an earlier run left behind: ${ended.join(", ")}` });
  const ports = await findPorts(portRequests(settings), state.ports);
  const topology = drawTopology(settings, ports);
  const isUsed = ({ name, role }: Node): boolean => role !== "app" || indexOf(name) <= settings.app.instances;
  const components = topology.nodes.filter(isUsed).map(({ name, role }) => ({ name, role }));
  writeState(folder, { ...state, name: settings.name, ports, flags, components });
  // Once the state names it: a folder that no state knows would never be deleted.
  makeRuntimeFolder(state.id);
  const { app } = settings;
  const context: StackContext = {
    id: state.id,
    folder,
    runtime,
    settings,
    topology,
    secrets: ensureSecrets(folder),
    versions: { blue: { app }, green: { app } },
  };
  return { context, journal };
}

async function run(order: Order): Promise<void> {
  const { context, journal } = await openStack(order);
  const supervisor = new Supervisor({ context, journal, appTitle: order.resolved.app.title, emit });
  const control = await serveControl(supervisor);
  const stop = (): void => void supervisor.down();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  process.on("message", (message) => message === "down" && stop());
  process.once("disconnect", () => {
    if (!order.detach) stop();
  });
  try {
    await supervisor.up();
    await supervisor.whenDown;
  } finally {
    journal.clear();
    await Promise.race([new Promise((done) => control.close(done)), sleep(replyMs)]);
    releaseLock(context.folder);
  }
}

process.once("message", (order: Order) => {
  run(order).then(
    () => process.exit(0),
    (error: unknown) => {
      emit({ type: "failed", error: plainError(asSpillwayError(error)) });
      // The event is on its way to another process; the exit code says the same to everyone else.
      setImmediate(() => process.exit(1));
    },
  );
});
