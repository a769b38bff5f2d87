// The drain: one per process, from not ready to nothing left.

import { reasonOf, warn } from "../warnings.ts";
import { announceClose, connectionsGone, cutConnections } from "./connections.ts";
import { closeListener } from "./listener.ts";
import type { DrainSettings } from "./settings.ts";
import { lifecycle, type DrainHook, type DrainResult } from "./state.ts";
import { traffic } from "./traffic.ts";

/** Starts the drain, or joins the one that is under way. */
export function startDrain(): Promise<DrainResult> {
  const state = lifecycle();
  // One turn later, so that hooks already find the process draining.
  return (state.result ??= Promise.resolve().then(() => runDrain(state.settings)));
}

async function runDrain(settings: DrainSettings): Promise<DrainResult> {
  const bound = new AbortController();
  const timer = setTimeout(() => bound.abort(), settings.timeoutMs);
  const hooks = new Set(lifecycle().hooks);
  announceClose();
  const all = Promise.all([runHooks(hooks, bound.signal), endTraffic(settings, bound.signal)]);
  await Promise.race([all, aborted(bound.signal)]);
  clearTimeout(timer);
  const result = {
    complete: !bound.signal.aborted,
    requestsCut: traffic().inFlight.size,
    hooksCut: hooks.size,
  };
  cutConnections();
  return result;
}

/** Runs all hooks side by side; each leaves `hooks` when it has ended. */
async function runHooks(hooks: Set<DrainHook>, signal: AbortSignal): Promise<void> {
  const run = async (hook: DrainHook) => {
    try {
      await hook(signal);
    } catch (cause) {
      warn("SPILLWAY_DRAIN_HOOK_FAILED", reasonOf(cause));
    }
    hooks.delete(hook);
  };
  await Promise.all([...hooks].map(run));
}

async function endTraffic(settings: DrainSettings, signal: AbortSignal): Promise<void> {
  const listening = [...traffic().servers].filter((server) => server.listening);
  if (listening.length > 0) await pause(settings.delayMs, signal);
  await Promise.all(listening.map(closeListener));
  if (!signal.aborted) await connectionsGone(settings.idleMs, signal);
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

async function aborted(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
