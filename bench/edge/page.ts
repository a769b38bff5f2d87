// The store's first page, answered by an edge and rendered by the servers each time, through the same door.

import { spawnSync } from "node:child_process";
import { quantile } from "../cache/measure.ts";
import { refuseIfUp, spillway } from "../store/command.ts";

/** Of each slice; the two are measured in turns. */
const seconds = 5;
const rounds = 3;
const connections = 16;

/** Who has a cookie is given nothing that is not said to be public: such a page is rendered. */
const cookie = "Cookie: theme=dark";

/** Requests per second of the one in those of the other. Needs wrk, since a client in Node.js is slower than an edge. */
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
      const [hit, rendered] = [requestsPerSecond(url), requestsPerSecond(url, ["-H", cookie])];
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

function requestsPerSecond(url: string, more: readonly string[] = []): number {
  // As every browser asks. Without it the edge would unpack the page for each request.
  const usual = ["-t", "1", "-c", String(connections), "-d", `${seconds}s`, "-H", "Accept-Encoding: gzip"];
  const args = [...usual, ...more, url];
  const { stdout, error } = spawnSync("wrk", args, { encoding: "utf8" });
  if (error !== undefined) throw new Error("wrk is missing: apt-get install -y wrk", { cause: error });
  const rate = /^Requests\/sec:\s+([\d.]+)/m.exec(stdout)?.[1];
  if (rate === undefined || stdout.includes("Non-2xx") || stdout.includes("Socket errors"))
    throw new Error(`wrk says: ${stdout}`);
  return Number(rate);
}
