// A cached page whose loader reads a cached record through another process: the page must not be newer than it
// claims. Redis and the database are taken to be right (the protocol's model shows that they are); what may lag is
// each of the two processes.

import type { Model, Step, Violation } from "./explore.ts";
import { keyOf } from "./plain.ts";

/** A value is the number of the last write that it contains. */
interface Kept {
  readonly value: number;
  readonly stamp: number;
}

interface PageLoad {
  readonly stamp: number;
  /** Undefined until its loader has read the record. */
  readonly value: number | undefined;
}

export interface NestedState {
  /** Writes that were acknowledged; each took one place in the log. */
  seq: number;
  /** How far the process that loads the page has followed the log. */
  pagePosition: number;
  /** How far the one that is asked for the record has. */
  recordPosition: number;
  /** The record in the latter's L1. */
  record: Kept | undefined;
  /** The page in Redis. */
  page: Kept | undefined;
  loads: (PageLoad | undefined)[];
  loadsLeft: number;
}

export interface NestedRules {
  /** The stamp of the page is taken before its loader reads the record. */
  stampIsTakenBeforeLoad: boolean;
  /** The loader reads other caches under its own stamp as a token. */
  loaderReadsUnderItsStamp: boolean;
  /** The page has the record's tags as well as its own. */
  innerTagsPropagate: boolean;
}

const mostWrites = 3;

export function nested(rules: NestedRules): Model<NestedState> {
  return {
    initial: {
      seq: 0,
      pagePosition: 0,
      recordPosition: 0,
      record: undefined,
      page: undefined,
      loads: [undefined, undefined],
      loadsLeft: 4,
    },
    next: (state) => [...logSteps(state), ...state.loads.flatMap((_, load) => loadSteps(state, load, rules))],
    check: (_, { after }) => stalePage(after, rules),
    key: keyOf,
  };
}

function logSteps(state: NestedState): Step<NestedState>[] {
  const { seq, pagePosition, recordPosition, record } = state;
  const steps: Step<NestedState>[] = [];
  const add = (label: string, change: Partial<NestedState>): void => {
    steps.push({ label, after: { ...state, ...change } });
  };
  if (seq < mostWrites) add(`write ${seq + 1} is acknowledged`, { seq: seq + 1 });
  if (pagePosition < seq)
    add(`the page's process follows the log to ${pagePosition + 1}`, { pagePosition: pagePosition + 1 });
  if (recordPosition < seq) {
    const next = recordPosition + 1;
    const kept = record && record.stamp >= next ? record : undefined;
    add(`the record's process follows the log to ${next}`, { recordPosition: next, record: kept });
  }
  return steps;
}

function loadSteps(state: NestedState, load: number, rules: NestedRules): Step<NestedState>[] {
  const current = state.loads[load];
  if (current === undefined) return begin(state, load, rules);
  if (current.value === undefined) return readRecord(state, load, { current, rules });
  return [finish(state, load, { current, rules })];
}

function begin(state: NestedState, load: number, rules: NestedRules): Step<NestedState>[] {
  const { pagePosition: stamp, loadsLeft } = state;
  if (loadsLeft === 0 || isServed(state, rules)) return [];
  const loads = state.loads.with(load, { stamp, value: undefined });
  return [
    {
      label: `load ${load} of the page takes stamp ${stamp}`,
      after: { ...state, loads, loadsLeft: loadsLeft - 1 },
    },
  ];
}

function readRecord(
  state: NestedState,
  load: number,
  { current, rules }: { current: PageLoad; rules: NestedRules },
): Step<NestedState>[] {
  const { seq, recordPosition, record } = state;
  // What is newer than a process knows may be kept by it all the same: it carries its stamp.
  const steps = [take(state, load, { known: { value: seq, stamp: seq }, from: "Redis" })];
  const mayServe = recordPosition >= current.stamp || !rules.loaderReadsUnderItsStamp;
  if (!mayServe) return steps;
  // The replica need not have more than the process knows of.
  const least = { value: recordPosition, stamp: recordPosition };
  steps.push(take(state, load, { known: least, from: "the replica" }));
  if (record !== undefined) steps.push(take(state, load, { known: record, from: "L1" }));
  return steps;
}

function take(
  state: NestedState,
  load: number,
  { known, from }: { known: Kept; from: string },
): Step<NestedState> {
  const { stamp } = state.loads[load]!;
  const loads = state.loads.with(load, { stamp, value: known.value });
  return {
    label: `load ${load} reads the record from ${from}: ${known.value}`,
    after: { ...state, loads, record: known },
  };
}

function finish(
  state: NestedState,
  load: number,
  { current, rules }: { current: PageLoad; rules: NestedRules },
): Step<NestedState> {
  const stamp = rules.stampIsTakenBeforeLoad ? current.stamp : state.pagePosition;
  const page = { value: current.value!, stamp };
  const after = { ...state, loads: state.loads.with(load, undefined), page };
  return { label: `load ${load} fills Redis with ${page.value} under stamp ${stamp}`, after };
}

/** By the table of the page's process: each line of the log has the record's tag. */
function isServed({ page, pagePosition }: NestedState, rules: NestedRules): boolean {
  return page !== undefined && (page.stamp >= pagePosition || !rules.innerTagsPropagate);
}

/** At rest a page that is served must be as new as the database. */
function stalePage(state: NestedState, rules: NestedRules): Violation[] {
  const { page, seq, pagePosition, recordPosition, loads } = state;
  const isAtRest =
    pagePosition === seq && recordPosition === seq && loads.every((load) => load === undefined);
  if (!isAtRest || !isServed(state, rules) || page!.value === seq) return [];
  return [{ property: "freshAtRest", detail: `the page keeps write ${page!.value} of ${seq}` }];
}
