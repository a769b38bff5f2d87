// Next.js on three servers behind two edges beside one process of plain `next start`, with the same app: what a cached
// page costs a server, what a revalidation takes, and how many requests are answered where some of them must be rendered.

import { NextStack } from "../packages/stack/test/helpers/next-stack.ts";
import { PlainWorld } from "../testing/next-table/plain-world.ts";
import { quantile, progress } from "./cache/measure.ts";
import { cpuMicroseconds } from "./edge/cpu.ts";
import { loaderOf } from "./edge/load.ts";
import { rateOf, rateOfPaths } from "./http/wrk.ts";
import { revalidations } from "./next/revalidations.ts";
import { staleReads } from "./next/stale.ts";

const seconds = 4;
const rounds = 5;
const pages = 50;

type Figures = Record<string, number>;

export async function run(): Promise<Figures> {
  await using opened = new AsyncDisposableStack();
  const plain = opened.adopt(new PlainWorld("classic"), (world) => world.stop());
  await plain.start();
  const stack = opened.adopt(new NextStack("classic"), (world) => world.stop());
  await stack.start();
  return {
    ...(await hits(plain, stack)),
    ...(await mixes(plain, stack)),
    ...(await staleReads(stack)),
    ...(await revalidations()),
  };
}

/** A cached page at one server, past edges and balancer; CPU of the server for each request. */
async function hits(plain: PlainWorld, stack: NextStack): Promise<Figures> {
  progress("hits");
  const server = stack.servers[0]!;
  const path = "/plain/hit";
  const contestants = [
    { name: "plain", url: `${plain.doors[0]}${path}`, pid: plain.pid },
    { name: "ours", url: `${server.door}${path}`, pid: server.pid },
  ] as const;
  for (const { url } of contestants) await warm(new URL(url).origin, [path]);
  const ratios: number[] = [];
  const costs: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const spent = { plain: 0, ours: 0 };
    for (const { name, url, pid } of round % 2 === 0 ? contestants : contestants.toReversed()) {
      const before = cpuMicroseconds(pid);
      const { requests } = rateOf(url, seconds);
      spent[name] = (cpuMicroseconds(pid) - before) / requests;
    }
    if (round < 0) continue;
    ratios.push(spent.ours / spent.plain);
    costs.push(spent.ours);
  }
  return { sharedHitVsMemory: quantile(ratios, 0.5), sharedHitMicroseconds: quantile(costs, 0.5) };
}

/** Requests per second at an edge, and at plain `next start`, where one of so many is rendered for its visitor. */
async function mixes(plain: PlainWorld, stack: NextStack): Promise<Figures> {
  const of = (share: number): string[] =>
    Array.from({ length: pages }, (_, at) =>
      at % Math.round(1 / share) === 0 ? "/dynamic" : `/plain/mix-${at}`,
    );
  const figures: Figures = {};
  for (const [name, paths] of Object.entries({ stackVsNextStart: of(0.02), stackVsNextStart20: of(0.2) })) {
    progress(name);
    for (const door of [plain.doors[0]!, stack.doors[0]!]) await warm(door, paths);
    const ratios: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const alone = rateOfPaths(plain.doors[0]!, seconds, paths).perSecond;
      ratios.push(rateOfPaths(stack.doors[0]!, seconds, paths).perSecond / alone);
    }
    figures[name] = quantile(ratios, 0.5);
  }
  return figures;
}

/** On connections of its own: those that were kept from before have ended while nobody looked. */
async function warm(door: string, paths: readonly string[]): Promise<void> {
  const { get, close } = loaderOf(Number(new URL(door).port), 2);
  for (const path of paths) await get(path);
  close();
}
