// A thousand gets of a cold key, in four processes at the same moment: how many load.

import { now } from "./clock.ts";
import { type Child, startChildren } from "./children.ts";
import { progress } from "./measure.ts";
import { type PeerName, peerNames } from "./peers.ts";

const processes = 4;
const gets = 250;
const repetitions = 3;

export async function coldLoads(url: string): Promise<Record<string, number>> {
  progress("loads of a cold key");
  await using opened = new AsyncDisposableStack();
  const children = startChildren(processes, opened);
  const figures: Record<string, number> = { coldLoadsIn4Processes: await mostLoads(children, { url }) };
  for (const peer of peerNames)
    figures[`coldLoadsIn4Processes:${peer}`] = await mostLoads(children, { url, peer });
  return figures;
}

/** Of some repetitions. */
async function mostLoads(
  children: readonly Child[],
  subject: { url: string; peer?: PeerName },
): Promise<number> {
  await Promise.all(children.map((child) => child.run("openCache", subject)));
  const counts: number[] = [];
  for (let index = 0; index < repetitions; index++) {
    const rush = { key: `cold:${subject.peer}:${index}`, gets, at: now() + 50 };
    const loads = await Promise.all(children.map((child) => child.run("rush", rush)));
    counts.push(loads.reduce((sum, one) => sum + one, 0));
  }
  await Promise.all(children.map((child) => child.run("closeCache", null)));
  return Math.max(...counts);
}
