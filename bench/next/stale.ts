// After each revalidation everybody asks everywhere: at both edges and at all servers, for the page and for its data.

import type { NextStack } from "../../packages/stack/test/helpers/next-stack.ts";
import { progress, quantile } from "../cache/measure.ts";

const edits = 100;
const path = "/plain/edited";

/** Reads that began after the answer to the revalidation and show what was before it. */
export async function staleReads(stack: NextStack): Promise<Record<string, number>> {
  progress(`${edits} revalidations`);
  const doors = [...stack.doors, ...stack.servers.map(({ door }) => door)];
  const took: number[] = [];
  let [reads, stale] = [0, 0];
  for (let edit = 0; edit < edits; edit++) {
    const version = `version-${edit}-of-it`;
    stack.origin.set("edited", version);
    const began = performance.now();
    const answer = await fetch(`${stack.doors[edit % 2]}/api/revalidate`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ path }),
    });
    await answer.text();
    took.push(performance.now() - began);
    const asked = doors.flatMap((door) => [ask(door), ask(door, { rsc: "1" })]);
    for (const text of await Promise.all(asked)) {
      reads++;
      if (!text.includes(version)) stale++;
    }
  }
  return { stale, reads, revalidateP50Ms: quantile(took, 0.5) };
}

async function ask(door: string, headers: Record<string, string> = {}): Promise<string> {
  // Next.js sends a request for data without its address to the right one.
  return await (await fetch(door + path, { headers })).text();
}
