// Requests per second, in those of plain `next start`, where one of so many is rendered for its visitor.

import { quantile, progress } from "../cache/measure.ts";
import { rateOfPaths } from "../http/wrk.ts";
import { inTurn, type Places, warm } from "./places.ts";

const seconds = 3;
const rounds = 5;
const pages = 50;

/** At one edge of the stack, and at the one port of all others. */
export async function mixes({ plain, stack, pm2, handler }: Places): Promise<Record<string, number>> {
  const contestants = Object.entries({ plain, stack, pm2, handler }).map(
    ([name, { doors }]) => [name, doors[0]!] as const,
  );
  const figures: Record<string, number> = {};
  for (const [suffix, paths] of [["", pathsOf(0.02)] as const, ["20", pathsOf(0.2)] as const]) {
    progress(`VsNextStart${suffix}`);
    for (const [, door] of contestants) await warm(door, paths);
    const ratios: Record<string, number[]> = { stack: [], pm2: [], handler: [] };
    for (let round = 0; round < rounds; round++) {
      const rates = new Map<string, number>();
      for (const [name, door] of inTurn(contestants, round))
        rates.set(name, rateOfPaths(door, seconds, { paths }).perSecond);
      for (const [name, all] of Object.entries(ratios)) all.push(rates.get(name)! / rates.get("plain")!);
    }
    for (const [name, all] of Object.entries(ratios))
      figures[`${name}VsNextStart${suffix}`] = quantile(all, 0.5);
  }
  return figures;
}

function pathsOf(share: number): string[] {
  return Array.from({ length: pages }, (_, at) =>
    at % Math.round(1 / share) === 0 ? "/dynamic" : `/plain/mix-${at}`,
  );
}
