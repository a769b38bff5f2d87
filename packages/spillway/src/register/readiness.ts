// Whether this process can serve: asked of the serving path itself, not of a flag.

import { request } from "node:http";
import { loopbackAddress } from "../lifecycle/listener.ts";
import { lifecycle } from "../lifecycle/state.ts";
import { traffic } from "../lifecycle/traffic.ts";
import { reasonOf } from "../warnings.ts";
import { probeHeaders } from "./probe-mark.ts";

/** Milliseconds the app may take to begin its answer. */
const probeTimeoutMs = 1000;

/** Milliseconds an answer holds: many pollers cost the app no more than one. */
const cacheMs = 250;

interface Readiness {
  ready: boolean;
  /** Why not ready, or the status that the app answered with. */
  reason: string;
}

type Ask = () => Promise<Readiness>;

/** Readiness for `healthPath`; calls at the same time share one probe. */
export function readiness(healthPath: string): Ask {
  let answer: Promise<Readiness> | undefined;
  let answeredAt = Number.NEGATIVE_INFINITY;
  let asking = false;
  return async () => {
    if (lifecycle().result !== undefined) return { ready: false, reason: "draining" };
    if (answer === undefined || (!asking && performance.now() - answeredAt >= cacheMs)) {
      asking = true;
      answer = probe(healthPath).finally(() => {
        asking = false;
        answeredAt = performance.now();
      });
    }
    return await answer;
  };
}

async function probe(path: string): Promise<Readiness> {
  const server = [...traffic().servers].find(({ listening }) => listening);
  const address = server === undefined ? undefined : loopbackAddress(server);
  if (address === undefined) return { ready: false, reason: "not listening" };
  try {
    const status = await statusOf({ ...address, path });
    return { ready: status < 500, reason: `${path} answered ${status}` };
  } catch (cause) {
    return { ready: false, reason: `${path}: ${reasonOf(cause)}` };
  }
}

function statusOf(target: { host: string; port: number; path: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    // The signal also ends a body that never does.
    const signal = AbortSignal.timeout(probeTimeoutMs);
    const timedOut = () => reject(new Error(`no answer within ${probeTimeoutMs} ms`));
    signal.addEventListener("abort", timedOut);
    const probing = request({ ...target, headers: probeHeaders, agent: false, signal });
    probing.on("response", (response) => {
      // Read to the end: an app whose client leaves early may log an error each time.
      response.on("error", () => undefined).resume();
      resolve(response.statusCode ?? 0);
    });
    probing.on("error", reject);
    probing.end();
  });
}
