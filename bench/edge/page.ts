// The store's first page, answered by an edge and rendered by the servers each time, through the same door.

import { quantile } from "../cache/measure.ts";
import { rateOf } from "../http/wrk.ts";
import { refuseIfUp, spillway } from "../store/command.ts";

/** Of each slice; the two are measured in turns. */
const seconds = 5;
const rounds = 3;

/** Who has a cookie is given nothing that is not said to be public: such a page is rendered. */
const cookie = "Cookie: theme=dark";

/** Requests per second of the one in those of the other. */
export async function pageRates(): Promise<Record<string, number>> {
  refuseIfUp();
  spillway("up", "--detach");
  try {
    const { url } = JSON.parse(spillway("status", "--json")) as { url: string };
    await expectStatus(url, {}, /; hit/);
    await expectStatus(url, { cookie: cookie.slice("Cookie: ".length) }, /; fwd=/);
    const ratios: number[] = [];
    const hits: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const hit = rateOf(url, seconds).perSecond;
      const rendered = rateOf(url, seconds, ["-H", cookie]).perSecond;
      ratios.push(hit / rendered);
      hits.push(hit);
    }
    return { hitVsUncached: quantile(ratios, 0.5), hitsPerSecond: quantile(hits, 0.5) };
  } finally {
    spillway("down");
  }
}

/** The second answer counts: the first fills the edge. */
async function expectStatus(url: string, headers: Record<string, string>, expected: RegExp): Promise<void> {
  await (await fetch(url, { headers })).text();
  const answer = await fetch(url, { headers });
  await answer.text();
  const found = answer.headers.get("cache-status") ?? "";
  if (answer.status !== 200 || !expected.test(found)) throw new Error(`${answer.status}, ${found}`);
}
