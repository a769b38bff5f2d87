// After each revalidation everybody asks everywhere, ten times in all: at both edges and at all servers, for the page and
// for its data. Those with one port are asked as often there, on connections that PM2 deals out to both processes.

import type { Origin } from "../../testing/next-table/origin.ts";
import { progress, quantile } from "../cache/measure.ts";
import type { Places } from "./places.ts";

const edits = 100;
const path = "/plain/edited";

interface Edited {
  origin: Origin;
  /** Where revalidations are sent, in turn. */
  entrances: readonly string[];
  /** Each is asked twice. */
  asked: readonly string[];
}

/** Reads that began after the answer to the revalidation and show what was before it. */
export async function staleReads({ stack, pm2, handler }: Places): Promise<Record<string, number>> {
  progress(`${edits} revalidations`);
  const asked = [...stack.doors, ...stack.servers.map(({ door }) => door)];
  const atOnePort = ({ origin, doors }: Places["pm2"]): Edited => ({
    origin,
    entrances: doors,
    asked: asked.map(() => doors[0]!),
  });
  const [ours, plainPm2, withHandler] = [
    { origin: stack.origin, entrances: stack.doors, asked },
    atOnePort(pm2),
    atOnePort(handler),
  ].map((place) => ({ place, stale: 0, reads: 0, took: [] as number[] }));
  const all = [ours!, plainPm2!, withHandler!];
  for (let edit = 0; edit < edits; edit++) {
    for (const one of all) {
      const { took, seen, version } = await revalidated(one.place, edit);
      one.took.push(took);
      one.reads += seen.length;
      one.stale += seen.filter((text) => !text.includes(version)).length;
    }
  }
  return {
    stale: ours!.stale,
    reads: ours!.reads,
    pm2StaleOf1000: plainPm2!.stale,
    handlerStaleOf1000: withHandler!.stale,
    revalidateP50Ms: quantile(ours!.took, 0.5),
    pm2RevalidateP50Ms: quantile(plainPm2!.took, 0.5),
    handlerRevalidateP50Ms: quantile(withHandler!.took, 0.5),
  };
}

interface Revalidated {
  took: number;
  seen: string[];
  version: string;
}

async function revalidated({ origin, entrances, asked }: Edited, edit: number): Promise<Revalidated> {
  const version = `version-${edit}-of-it`;
  origin.set("edited", version);
  const began = performance.now();
  const answer = await fetch(`${entrances[edit % entrances.length]}/api/revalidate`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ path }),
  });
  await answer.text();
  if (!answer.ok) throw new Error(`a revalidation has status ${answer.status}`);
  const took = performance.now() - began;
  const seen = await Promise.all(asked.flatMap((door) => [ask(door), ask(door, { rsc: "1" })]));
  return { took, seen, version };
}

async function ask(door: string, headers: Record<string, string> = {}): Promise<string> {
  // Next.js sends a request for data without its address to the right one.
  const answer = await fetch(door + path, { headers });
  if (!answer.ok) throw new Error(`${door} answers with status ${answer.status}`);
  return await answer.text();
}
