// How long each step of a drain may take.

import { integerSetting } from "../settings.ts";
import { warn } from "../warnings.ts";

export interface DrainSettings {
  /**
   * Milliseconds the listener stays open, answering while not ready, for
   * balancers that learn by polling readiness. Default 5000. Lower than their
   * poll interval and they send requests to a closed port; higher only delays
   * the exit. 0 when the balancer is told directly.
   */
  delayMs: number;
  /**
   * Milliseconds an idle keep-alive connection may stay after the listener is
   * closed, so that the balancer closes it first. Default 2500. It must exceed
   * the balancer's idle timeout (nginx upstream `keepalive_timeout 2s`): whoever
   * closes an idle connection while the other sends on it loses that request.
   */
  idleMs: number;
  /** Milliseconds from the signal to the forced end of everything. Default 30000. */
  timeoutMs: number;
}

export const drainDefaults: DrainSettings = { delayMs: 5000, idleMs: 2500, timeoutMs: 30_000 };

const dayMs = 86_400_000;

/** From `SPILLWAY_DRAIN_DELAY_MS`, `SPILLWAY_DRAIN_IDLE_MS` and `SPILLWAY_DRAIN_TIMEOUT_MS`. */
export function readDrainSettings(): DrainSettings {
  const read = (name: string, fallback: number) => integerSetting({ name, fallback, max: dayMs });
  const settings = {
    delayMs: read("SPILLWAY_DRAIN_DELAY_MS", drainDefaults.delayMs),
    idleMs: read("SPILLWAY_DRAIN_IDLE_MS", drainDefaults.idleMs),
    timeoutMs: read("SPILLWAY_DRAIN_TIMEOUT_MS", drainDefaults.timeoutMs),
  };
  warnOfShortBound(settings);
  return settings;
}

function warnOfShortBound({ delayMs, idleMs, timeoutMs }: DrainSettings): void {
  if (delayMs + idleMs < timeoutMs) return;
  warn(
    "SPILLWAY_SETTING_INVALID",
    `SPILLWAY_DRAIN_TIMEOUT_MS (${timeoutMs}) leaves no time for requests after ` +
      `SPILLWAY_DRAIN_DELAY_MS (${delayMs}) and SPILLWAY_DRAIN_IDLE_MS (${idleMs}); raise it or lower those`,
  );
}
