// Tells what a run did, and each promise that was not kept with the history around it.

import type { Fault, History, Probe, Read, Write } from "./history.ts";
import { promises, type Violation } from "./judge.ts";
import { type Spread, stalenessOf } from "./staleness.ts";

export interface Outcome {
  seed: number;
  seconds: number;
  history: History;
  violations: readonly Violation[];
  /** Of all processes, as far as they have lived to tell. */
  counts: Readonly<Record<string, number>>;
}

const shown = 5;
const around = { before: 1_500, after: 200, faults: 1_500 } as const;
/** Before what is judged; after it a quarter as many. */
const mostLines = 40;

export function summaryOf({ seed, seconds, history, violations, counts }: Outcome): object {
  const { writes, reads, failures, probes, faults } = history;
  return {
    seed,
    seconds,
    operations: writes.length + reads.length,
    writes: writes.length,
    acknowledged: writes.filter(({ acknowledged }) => acknowledged !== undefined).length,
    leftToTailer: writes.filter((write) => write.acknowledged !== undefined && !write.announced).length,
    reads: reads.length,
    failed: failures.length,
    counts,
    probes: probes.length,
    faults: countBy(faults.map(({ kind }) => kind)),
    staleness: stalenessOf(history),
    violations: countBy(violations.map(({ promise }) => promise)),
  };
}

export function reportOf(outcome: Outcome): string {
  const { history, violations, counts, seed, seconds } = outcome;
  const { writes, reads, failures, probes, faults } = history;
  const unknown = writes.filter(({ acknowledged }) => acknowledged === undefined).length;
  const { calm, troubled } = stalenessOf(history);
  const lines = [
    `seed ${seed}, ${seconds} s: ${writes.length} writes, ${reads.length} reads, ${probes.length} probes at rest`,
    `outcome not known: ${unknown} writes; without an answer: ${failures.length} operations`,
    ...mostOf(failures.map(({ problem }) => problem)).map((line) => `  ${line}`),
    `answered by: ${listOf(counts)}`,
    `faults: ${listOf(countBy(faults.map(({ kind }) => kind)))}`,
    `stale without faults: ${spreadText(calm)}`,
    `stale under faults: ${spreadText(troubled)}`,
    violations.length === 0 ? "every promise was kept" : `${violations.length} VIOLATIONS`,
  ];
  const stories = violations.slice(0, shown).map((one) => `\n${storyOf(one, history).join("\n")}`);
  return [...lines, ...stories].join("\n");
}

/** The promise, and all that happened to the item around it. */
export function storyOf(violation: Violation, history: History): string[] {
  const { promise, problem, at, item, read, probe, lacking } = violation;
  const from = Math.min(at, lacking?.called ?? at) - around.before;
  const isNear = (time: number): boolean => time >= from && time <= at + around.after;
  const done = [
    ...history.writes.filter((one) => one.item === item && isNear(one.called)).map(tellWrite),
    ...history.reads
      .filter((one) => one.seen.some((seen) => seen.item === item) && isNear(one.called))
      .map((one) => tellRead(one, item)),
    ...(probe === undefined ? [] : [tellProbe(probe)]),
  ].toSorted(byTime);
  const was = ({ began, ended }: Fault): boolean =>
    began <= at && (ended ?? Infinity) >= from - around.faults;
  const judged = done.findIndex(({ of }) => of === (read ?? probe));
  const near = done.slice(Math.max(0, judged - mostLines), judged + mostLines / 4);
  const told = [...near, ...history.faults.filter(was).map(tellFault)].toSorted(byTime);
  const marked = ({ of }: Told): string => (of !== undefined && of === (read ?? probe) ? ">" : " ");
  const lines = told.map((event) => `${marked(event)} ${event.at.toFixed(1).padStart(9)} ${event.text}`);
  return [`${promise.toUpperCase()}: ${promises[promise]}`, `  ${problem}`, ...lines];
}

/** All that happened, for a history that is short. */
export function wholeStory({ writes, reads, faults }: History): string[] {
  const read = (one: Read): Told[] => one.seen.map(({ item }) => tellRead(one, item));
  const told = [...writes.map(tellWrite), ...reads.flatMap(read), ...faults.map(tellFault)];
  return told.toSorted(byTime).map(({ at, text }) => `  ${at.toFixed(1).padStart(9)} ${text}`);
}

interface Told {
  at: number;
  text: string;
  of?: object;
}

function byTime(one: Told, other: Told): number {
  return one.at - other.at;
}

function tellWrite(write: Write): Told {
  const { client, worker, version, called, acknowledged, announced } = write;
  const end = acknowledged === undefined ? "outcome not known" : `acknowledged at ${acknowledged.toFixed(1)}`;
  const log = acknowledged === undefined || announced ? "" : ", left to the tailer";
  return { at: called, text: `${client} writes ${version} through ${worker}: ${end}${log}`, of: write };
}

function tellRead(read: Read, item: number | undefined): Told {
  const version = read.seen.find((seen) => seen.item === item)?.version;
  const token =
    read.session === undefined ? "" : read.monotonic ? ", with tokens of its reads" : ", with its token";
  const way = `${read.worker} (${read.how})`;
  const text = `${read.client} reads ${version} in ${read.key} from ${way} until ${read.returned.toFixed(1)}${token}`;
  return { at: read.called, text, of: read };
}

function tellFault({ kind, target, began, ended }: Fault): Told {
  return { at: began, text: `FAULT ${kind} (${target}) until ${ended?.toFixed(1) ?? "the end"}` };
}

function tellProbe(probe: Probe): Told {
  const { at, where, key, version, truth } = probe;
  return { at, text: `at rest ${where} shows ${version} in ${key}; the database holds ${truth}`, of: probe };
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function listOf(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  return parts.length === 0 ? "none" : parts.join(", ");
}

/** The most frequent, with how often they came. */
function mostOf(problems: readonly string[]): string[] {
  const general = problems.map((problem) => problem.replaceAll(/\d+/g, "N").split("\n")[0]!);
  const counted = Object.entries(countBy(general)).toSorted(([, one], [, other]) => other - one);
  return counted.slice(0, shown).map(([problem, count]) => `${count} ${problem}`);
}

function spreadText({ reads, stale, p50, p99, max }: Spread): string {
  const times = [p50, p99, max].map((ms) => `${ms.toFixed(0)} ms`);
  return `${stale} of ${reads} reads; p50 ${times[0]}, p99 ${times[1]}, max ${times[2]}`;
}
