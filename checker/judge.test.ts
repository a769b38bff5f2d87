// The judge, on histories made by hand.

import { expect, it } from "vitest";
import { type Fault, History, type Probe, type Read, type Write } from "./history.ts";
import { judge } from "./judge.ts";

function write(version: number, acknowledged: number | undefined, more: Partial<Write> = {}): Write {
  const called = (acknowledged ?? 10) - 5;
  const session = undefined;
  const who = { client: "writer", session, worker: "w1" };
  return { kind: "write", ...who, item: 1, version, called, acknowledged, announced: true, ...more };
}

function read(version: number, called: number, more: Partial<Read> = {}): Read {
  const who = { client: "reader", session: undefined, worker: "w2", key: "item:1", how: "memory" } as const;
  const seen = [{ item: 1, version }];
  return { kind: "read", ...who, called, returned: called + 5, seen, monotonic: false, ...more };
}

interface Given {
  writes?: Write[];
  reads?: Read[];
  faults?: Fault[];
  probes?: Probe[];
}

/** The promises that were not kept. */
function broken({ writes = [], reads = [], faults = [], probes = [] }: Given): string[] {
  const history = new History();
  history.writes.push(...writes);
  history.reads.push(...reads);
  history.faults.push(...faults);
  history.probes.push(...probes);
  return judge(history).map(({ promise }) => promise);
}

const session = "s1";

it("asks of a session that it sees its own acknowledged writes in every process", () => {
  const writes = [write(1, 100, { session })];
  expect(broken({ writes, reads: [read(0, 101, { session })] })).toEqual(["own write with token"]);
  expect(broken({ writes, reads: [read(1, 101, { session })] })).toEqual([]);
  expect(broken({ writes, reads: [read(0, 99, { session })] })).toEqual([]);
  expect(broken({ writes, reads: [read(0, 101, { session: "s2" })] })).toEqual([]);
});

it("asks of a process that its reads see what it has acknowledged", () => {
  const writes = [write(1, 100)];
  expect(broken({ writes, reads: [read(0, 101, { worker: "w1" })] })).toEqual(["own write in process"]);
  expect(broken({ writes, reads: [read(0, 101)] })).toEqual([]);
});

it("takes the newest acknowledged write, in whatever order they were acknowledged", () => {
  const writes = [write(2, 100, { session }), write(1, 110, { session })];
  expect(broken({ writes, reads: [read(1, 111, { session })] })).toEqual(["own write with token"]);
  expect(broken({ writes, reads: [read(2, 111, { session })] })).toEqual([]);
});

it("asks nothing for a write whose outcome is not known, and takes it for possible", () => {
  const writes = [write(1, undefined, { session })];
  const reads = [read(0, 9_000, { session }), read(1, 9_100, { session })];
  expect(broken({ writes, reads })).toEqual([]);
});

it("lets nobody go back past an acknowledged write who carries the token of having seen it", () => {
  const writes = [write(1, 100)];
  const back = (monotonic: boolean): Read[] => [
    read(1, 150, { session, monotonic }),
    read(0, 200, { session, worker: "w3" }),
  ];
  expect(broken({ writes, reads: back(true) })).toEqual(["no return"]);
  expect(broken({ writes, reads: back(false) })).toEqual([]);
});

it("asks no return of what was seen before it was acknowledged", () => {
  const writes = [write(1, 160, { called: 100 })];
  const reads = [read(1, 150, { session, monotonic: true }), read(0, 200, { session })];
  expect(broken({ writes, reads })).toEqual([]);
});

it("asks of strangers that they see what was announced a second ago", () => {
  const writes = [write(1, 100)];
  expect(broken({ writes, reads: [read(0, 1_050)] })).toEqual([]);
  expect(broken({ writes, reads: [read(0, 1_101)] })).toEqual(["bounded staleness"]);
});

it("gives those who hear nothing the time that memory and replicas are trusted for, and no more", () => {
  const writes = [write(1, 1_000)];
  const faults = [{ kind: "redis frozen", target: "redis", began: 900, ended: 90_000 }];
  expect(broken({ writes, faults, reads: [read(0, 3_400)] })).toEqual([]);
  expect(broken({ writes, faults, reads: [read(0, 3_600)] })).toEqual(["bounded staleness"]);
});

it("stops the clock for what only the tailer announces, while there is a fault and until all has recovered", () => {
  const writes = [write(1, 1_000, { announced: false, worker: "psql" })];
  const faults = [{ kind: "tailer stopped", target: "all", began: 900, ended: 10_000 }];
  expect(broken({ writes, faults, reads: [read(0, 14_000)] })).toEqual([]);
  expect(broken({ writes, faults, reads: [read(0, 15_000)] })).toEqual(["bounded staleness"]);
  expect(broken({ writes, reads: [read(0, 2_400)] })).toEqual([]);
  expect(broken({ writes, reads: [read(0, 2_600)] })).toEqual(["bounded staleness"]);
});

it("knows a version that nobody wrote, or only wrote later", () => {
  expect(broken({ reads: [read(7, 100)] })).toEqual(["nothing invented"]);
  expect(broken({ writes: [write(1, 500)], reads: [read(1, 100)] })).toEqual(["nothing invented"]);
});

it("asks of every tier at rest that it holds what the database holds, and of that what was acknowledged", () => {
  const probe = { at: 9_000, where: "w1, memory", key: "item:1", item: 1, version: 1, truth: 1 };
  expect(broken({ writes: [write(1, 100)], probes: [probe] })).toEqual([]);
  expect(broken({ writes: [write(1, 100)], probes: [{ ...probe, version: 0 }] })).toEqual(["fresh at rest"]);
  const newer = [write(1, 100), write(2, 200)];
  expect(broken({ writes: newer, probes: [probe] })).toEqual(["nothing lost"]);
});
