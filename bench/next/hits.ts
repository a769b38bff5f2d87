// What a cached page costs a server past edges and balancer: CPU of its processes for each request, Redis left out. Many
// pages, because Next.js joins requests for one page that are under way: with a single one, a handler that asks Redis would
// be spared most of its work.

import { quantile, progress } from "../cache/measure.ts";
import { cpuMicroseconds } from "../edge/cpu.ts";
import { rateOfPaths } from "../http/wrk.ts";
import { inTurn, type Places, warm } from "./places.ts";

const seconds = 3;
const rounds = 5;
const paths = Array.from({ length: 50 }, (_, at) => `/plain/hit-${at}`);

/** As a browser asks, where all but the stack's servers compress each answer; and as who can read nothing compressed. */
const encodings = { "": "gzip", Uncompressed: "identity" } as const;

interface Contestant {
  name: string;
  door: string;
  pid: number;
}

export async function hits({ plain, stack, pm2, handler }: Places): Promise<Record<string, number>> {
  const server = stack.servers[0]!;
  const contestants = [
    { name: "plain", door: plain.doors[0]!, pid: plain.pid },
    { name: "shared", door: server.door, pid: server.pid },
    { name: "pm2", door: pm2.doors[0]!, pid: pm2.pid },
    { name: "handler", door: handler.doors[0]!, pid: handler.pid },
  ];
  for (const { door } of contestants) await warm(door, paths);
  const figures: Record<string, number> = {};
  for (const [suffix, encoding] of Object.entries(encodings)) {
    progress(`hits, ${encoding}`);
    const spent = spentBy(contestants, encoding);
    for (const name of ["shared", "pm2", "handler"])
      figures[`${name}HitVsMemory${suffix}`] = quantile(
        spent[name]!.map((cost, round) => cost / spent["plain"]![round]!),
        0.5,
      );
    figures[`sharedHitMicroseconds${suffix}`] = quantile(spent["shared"]!, 0.5);
  }
  return figures;
}

/** Microseconds for each request, by contestant and round. */
function spentBy(contestants: readonly Contestant[], encoding: string): Record<string, number[]> {
  const spent: Record<string, number[]> = Object.fromEntries(contestants.map(({ name }) => [name, []]));
  // The first round, in which code is compiled, does not count.
  for (let round = -1; round < rounds; round++) {
    for (const { name, door, pid } of inTurn(contestants, round)) {
      const before = cpuMicroseconds(pid);
      const { requests } = rateOfPaths(door, seconds, {
        paths,
        headers: [`Accept-Encoding: ${encoding}`],
      });
      if (round >= 0) spent[name]!.push((cpuMicroseconds(pid) - before) / requests);
    }
  }
  return spent;
}
