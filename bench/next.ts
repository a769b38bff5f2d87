// Next.js on three servers behind two edges beside one process of plain `next start`, beside PM2 with two, and beside two
// with a Redis handler of others, with the same app: what a cached page costs a server, what a revalidation takes, and
// how many requests are answered where some of them must be rendered.

import { hits } from "./next/hits.ts";
import { mixes } from "./next/mixes.ts";
import { openPlaces } from "./next/places.ts";
import { revalidations } from "./next/revalidations.ts";
import { staleReads } from "./next/stale.ts";

export async function run(): Promise<Record<string, number>> {
  await using opened = new AsyncDisposableStack();
  const places = await openPlaces(opened);
  return {
    ...(await hits(places)),
    ...(await mixes(places)),
    ...(await staleReads(places)),
    ...(await revalidations()),
  };
}
