// Puts the drain in front of whatever the app itself does on SIGTERM.

import { warn } from "../warnings.ts";
import { startDrain } from "./drain.ts";
import { readDrainSettings } from "./settings.ts";
import { lifecycle, type DrainResult } from "./state.ts";

type Emit = (this: NodeJS.Process, event: string | symbol, ...values: unknown[]) => boolean;

/**
 * From now on SIGTERM drains first; then the app's own listeners run, or the
 * process exits if it has none.
 *
 * The signal is caught where it enters, at `process.emit`, so that the app's
 * listeners stay its own: `off`, `once` and `listeners` work as ever. Node binds
 * `process.emit` when the first listener of a signal is added, hence those that
 * exist already are taken off and put back (as their raw selves: a `once` stays one).
 */
export function armSignal(): void {
  const state = lifecycle();
  if (state.signalArmed) return;
  state.signalArmed = true;
  state.settings = readDrainSettings();
  const existing = process.rawListeners("SIGTERM");
  process.removeAllListeners("SIGTERM");
  interceptEmit();
  process.on("SIGTERM", keepSignalCaught);
  for (const listener of existing) process.on("SIGTERM", listener as NodeJS.SignalsListener);
}

/** Without any listener Node would leave the signal to its default, which kills. */
function keepSignalCaught(): void {
  // Never reached while armed: the signal is intercepted before listeners run.
}

function interceptEmit(): void {
  const { emit: original } = process as unknown as { emit: Emit };
  let signalledAt: number | undefined;
  let handedOver = false;

  const emit: Emit = function emit(event, ...values) {
    if (event !== "SIGTERM" || handedOver) return Reflect.apply(original, this, [event, ...values]);
    // A second signal joins the drain that the first one began.
    if (signalledAt === undefined) void drainThenHandOver((signalledAt = performance.now()));
    return true;
  };
  process.emit = emit as typeof process.emit;

  async function drainThenHandOver(startedAt: number): Promise<void> {
    const result = await startDrain();
    if (!result.complete) return force(describeCut(result));
    handedOver = true;
    process.off("SIGTERM", keepSignalCaught);
    if (process.listenerCount("SIGTERM") === 0) process.exit();
    boundOwnShutdown(startedAt);
    process.emit("SIGTERM", "SIGTERM", 15);
  }
}

/** The app's own shutdown shares the one bound on everything after the signal. */
function boundOwnShutdown(startedAt: number): void {
  const leftMs = lifecycle().settings.timeoutMs - (performance.now() - startedAt);
  const cut = () => force("the app's own SIGTERM listeners had not ended the process");
  setTimeout(cut, Math.max(0, leftMs)).unref();
}

function describeCut({ requestsCut, hooksCut }: DrainResult): string {
  return `${requestsCut} requests had no whole response, ${hooksCut} onDrain functions had not ended`;
}

function force(found: string): void {
  warn("SPILLWAY_DRAIN_CUT", `${found} (SPILLWAY_DRAIN_TIMEOUT_MS is ${lifecycle().settings.timeoutMs})`);
  // A warning is printed in the next tick; an exit now would swallow it.
  setImmediate(() => process.exit(1));
}
