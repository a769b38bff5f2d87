// What the edge costs and how soon it knows: the CPU of a hit beside Varnish as it comes, the purge of a tag with many
// objects and what others feel of it, the time from an edit to both edges being fresh, under load, and how many more
// requests an edge answers with a page that it keeps than the servers behind it with the same page, rendered each time.

import type { RequestListener } from "node:http";
import { createCache } from "../packages/spillway/src/cache/index.ts";
import { type EdgeFleet, startEdges } from "../testing/edge-fleet.ts";
import { type RedisNode, startRedis } from "../testing/redis-node.ts";
import { forEach, progress, quantile } from "./cache/measure.ts";
import { cpuMicroseconds } from "./edge/cpu.ts";
import { latencies, loaderOf } from "./edge/load.ts";
import { manyEdits } from "./edge/edits.ts";
import { pageRates } from "./edge/page.ts";
import { startPurgerProcess } from "./edge/purger.ts";
import { startStock } from "./edge/stock.ts";
import { quietLog } from "../packages/stack/src/components/varnish.ts";

const pages = 1_000;
const atOnce = 16;
const objects = 100_000;
const edits = 1_000;
/** Slices of the contest for CPU; the kernel counts in hundredths of a second. */
const rounds = 7;
const requestsPerSlice = 10_000;
const filler = "x".repeat(1_000);

type Figures = Record<string, number>;

/** What the database would hold. */
const versions = new Map<string, number>();

const origin: RequestListener = (request, response) => {
  const page = request.url!.slice(1);
  const [group = ""] = page.split("-");
  response.setHeader("Cache-Control", "public, max-age=3600");
  response.setHeader("Surrogate-Key", `page:${page} group:${group} shop`);
  response.end(`${versions.get(page) ?? 0} ${filler}`);
};

export async function run(): Promise<Figures> {
  progress("a page of the store");
  return { ...(await pageRates()), ...(await edgeFigures()) };
}

async function edgeFigures(): Promise<Figures> {
  process.env["SPILLWAY_SECRET"] ??= "a secret for the bench alone";
  await using opened = new AsyncDisposableStack();
  const redis = opened.adopt(await startRedis(), (node) => node.remove());
  const fleet = opened.adopt(await startEdges({ count: 2, memoryMb: 640, origin }), (edges) => edges.close());
  const stop = await startPurgerProcess(fleet, redis.url);
  opened.defer(stop);
  await followed(fleet);
  const figures = {
    ...(await hits(fleet)),
    ...(await freshness(fleet, redis)),
    ...(await purge(fleet, redis)),
  };
  progress("10,000 edits");
  const cache = createCache({ redis: redis.url });
  opened.defer(() => cache.close());
  return { ...figures, ...(await manyEdits({ edges: fleet.edges, cache, versions })) };
}

/** Until it is, an edge passes what has tags. */
async function followed({ edges }: EdgeFleet): Promise<void> {
  for (const { web } of edges) {
    const { get, close } = loaderOf(web, 1);
    // The origin answers with the version of that moment.
    for (let version = 1; ; version++) {
      versions.set("first", version);
      const before = await get("/first");
      versions.set("first", version + 0.5);
      if ((await get("/first")) === before) break;
    }
    close();
  }
}

/** In turns, each round in the opposite order; the median of the rounds' ratios. */
async function hits(fleet: EdgeFleet): Promise<Figures> {
  progress("hits");
  const stock = await startStock(origin);
  const quiet = await startStock(origin, ["-p", `vsl_mask=${quietLog}`]);
  const [edge] = fleet.edges;
  const contestants = [
    { name: "ours", port: edge!.web, pid: edge!.process.pid! },
    { name: "stock", port: stock.port, pid: stock.pid },
    // As it comes but for its log, of which our edges write little.
    { name: "quiet", port: quiet.port, pid: quiet.pid },
  ];
  const ratios: Record<"stock" | "quiet", number[]> = { stock: [], quiet: [] };
  const ours: number[] = [];
  try {
    for (let round = -1; round < rounds; round++) {
      const spent: Figures = {};
      const order = round % 2 === 0 ? contestants : contestants.toReversed();
      for (const { name, port, pid } of order) {
        const { get, close } = loaderOf(port, atOnce);
        await forEach(pages, (index) => get(`/hit-${index}`), atOnce);
        const before = cpuMicroseconds(pid);
        await forEach(requestsPerSlice, (index) => get(`/hit-${index % pages}`), atOnce);
        spent[name] = (cpuMicroseconds(pid) - before) / requestsPerSlice;
        close();
      }
      if (round < 0) continue;
      for (const peer of ["stock", "quiet"] as const) ratios[peer].push(spent["ours"]! / spent[peer]!);
      ours.push(spent["ours"]!);
    }
  } finally {
    await Promise.all([stock.close(), quiet.close()]);
  }
  return {
    hitCpuVsVarnish: quantile(ratios.stock, 0.5),
    hitCpuVsQuietVarnish: quantile(ratios.quiet, 0.5),
    hitCpuMicroseconds: quantile(ours, 0.5),
  };
}

/** From the call that invalidates to the first answer of each edge that shows it, while others are asked for. */
async function freshness(fleet: EdgeFleet, redis: RedisNode): Promise<Figures> {
  progress("edits");
  const cache = createCache({ redis: redis.url });
  const loaders = fleet.edges.map(({ web }) => loaderOf(web, 8));
  let over = false;
  const noise = loaders.map(({ get }) =>
    latencies(
      2,
      () => over,
      (index) => get(`/noise-${index % 100}`),
    ),
  );
  const took: number[] = [];
  try {
    for (let count = 0; count < edits; count++) {
      const page = `fresh-${count % 50}`;
      await Promise.all(loaders.map(({ get }) => get(`/${page}`)));
      versions.set(page, count + 1);
      const began = performance.now();
      await cache.invalidate({ tags: [`page:${page}`] });
      const isNew = async ({ get }: (typeof loaders)[number]): Promise<void> => {
        while (!(await get(`/${page}`)).startsWith(`${count + 1} `));
      };
      await Promise.all(loaders.map(isNew));
      took.push(performance.now() - began);
    }
  } finally {
    over = true;
    await Promise.all(noise);
    for (const { close } of loaders) close();
    await cache.close();
  }
  return { freshP50Ms: quantile(took, 0.5), freshP99Ms: quantile(took, 0.99), freshMaxMs: Math.max(...took) };
}

/** A tag with 100,000 objects at one edge, as the edge sees it; others' hits before it and meanwhile. */
async function purge(fleet: EdgeFleet, redis: RedisNode): Promise<Figures> {
  progress(`${objects} objects`);
  const [edge] = fleet.edges;
  const loader = loaderOf(edge!.web, atOnce);
  await forEach(objects, (index) => loader.get(`/big-${index}`), atOnce);
  loader.close();
  const calm = loaderOf(edge!.web, 4);
  const cache = createCache({ redis: redis.url });
  const stop = performance.now() + 2_000;
  const before = await latencies(
    4,
    () => performance.now() > stop,
    (index) => calm.get(`/hit-${index % pages}`),
  );
  let over = false;
  const during = latencies(
    4,
    () => over,
    (index) => calm.get(`/hit-${index % pages}`),
  );
  versions.set("big-1", 1);
  const began = performance.now();
  await cache.invalidate({ tags: ["group:big"] });
  const other = loaderOf(edge!.web, 1);
  while (!(await other.get("/big-1")).startsWith("1 "));
  const tookMs = performance.now() - began;
  setTimeout(() => (over = true), 2_000);
  const meanwhile = await during;
  for (const { close } of [calm, other]) close();
  await cache.close();
  const [p99, p99Before] = [quantile(meanwhile, 0.99), quantile(before, 0.99)];
  return { purge100kMs: tookMs, othersP99WhilePurged: p99 / p99Before };
}
