// How much of what is asked of the edges they answer by themselves, from Varnish's own counters (varnish-counters(7)).

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { counter } from "spillway/metrics";
import { findProgram } from "../programs.ts";

const run = promisify(execFile);
const timeoutMs = 1_000;
const fields = ["client_req", "s_synth", "s_pipe", "s_fetch"] as const;

type Counts = Record<(typeof fields)[number], number>;

export interface CountedEdge {
  name: string;
  /** The folder in which Varnish keeps its counters. */
  work: string;
}

/** Adds what came since the last time. An edge that does not run adds nothing. */
export async function countRequests(edges: readonly CountedEdge[]): Promise<void> {
  await Promise.all(edges.map(countEdge));
}

const before = new Map<string, Counts>();

async function countEdge({ name, work }: CountedEdge): Promise<void> {
  const now = await countsOf(work);
  if (now === undefined) return;
  const last = before.get(name);
  before.set(name, now);
  // One that was started anew counts from nothing.
  const since = last !== undefined && last.client_req <= now.client_req ? last : none;
  const answered = (counts: Counts): number => counts.client_req - counts.s_synth - counts.s_pipe;
  requests().inc({ edge: name }, Math.max(0, answered(now) - answered(since)));
  fetches().inc({ edge: name }, Math.max(0, now.s_fetch - since.s_fetch));
}

const none: Counts = { client_req: 0, s_synth: 0, s_pipe: 0, s_fetch: 0 };

const requests = (): ReturnType<typeof counter<"edge">> =>
  counter({
    name: "edge_requests_total",
    help: "Requests that an edge answered from what it stores or from a tier behind it.",
    labelNames: ["edge"],
  });

const fetches = (): ReturnType<typeof counter<"edge">> =>
  counter({
    name: "edge_fetches_total",
    help: "Requests for which an edge waited for a tier behind it; all others were hits.",
    labelNames: ["edge"],
  });

async function countsOf(work: string): Promise<Counts | undefined> {
  const program = findProgram("varnishstat") ?? findProgram("vinylstat");
  if (program === undefined) return undefined;
  try {
    const args = ["-1", "-j", "-t", "off", "-n", work, ...fields.flatMap((field) => ["-f", `MAIN.${field}`])];
    const { stdout } = await run(program, args, { timeout: timeoutMs });
    const { counters } = JSON.parse(stdout) as { counters: Record<string, { value: number } | undefined> };
    const read = (field: string): number => counters[`MAIN.${field}`]?.value ?? 0;
    return Object.fromEntries(fields.map((field) => [field, read(field)])) as Counts;
  } catch {
    return undefined;
  }
}
