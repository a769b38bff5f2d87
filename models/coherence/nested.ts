// A cached page whose loader reads a cached record: the page must not be newer than it claims. Redis and the
// database are taken to be right (the protocol's model shows that they are); what may lag is the process's L1.

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
  /** How far the process has followed the log. */
  position: number;
  /** The record in L1. */
  record: Kept | undefined;
  /** The page in Redis. */
  page: Kept | undefined;
  loads: (PageLoad | undefined)[];
  loadsLeft: number;
}

export interface NestedRules {
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
      position: 0,
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
  const { seq, position, record } = state;
  const next = position + 1;
  const steps: Step<NestedState>[] = [];
  if (seq < mostWrites)
    steps.push({ label: `write ${seq + 1} is acknowledged`, after: { ...state, seq: seq + 1 } });
  if (position < seq)
    steps.push({
      label: `the process follows the log to ${next}`,
      after: { ...state, position: next, record: record && record.stamp >= next ? record : undefined },
    });
  return steps;
}

function loadSteps(state: NestedState, load: number, rules: NestedRules): Step<NestedState>[] {
  const current = state.loads[load];
  if (current === undefined) return begin(state, load, rules);
  if (current.value === undefined) return readRecord(state, load, { current, rules });
  return [finish(state, load, rules)];
}

function begin(state: NestedState, load: number, rules: NestedRules): Step<NestedState>[] {
  const { seq, loadsLeft } = state;
  if (loadsLeft === 0 || isServed(state, rules)) return [];
  const loads = state.loads.with(load, { stamp: seq, value: undefined });
  return [
    {
      label: `load ${load} of the page takes stamp ${seq}`,
      after: { ...state, loads, loadsLeft: loadsLeft - 1 },
    },
  ];
}

function readRecord(
  state: NestedState,
  load: number,
  { current, rules }: { current: PageLoad; rules: NestedRules },
): Step<NestedState>[] {
  const { seq, position, record } = state;
  const known: Kept = { value: seq, stamp: seq };
  // What Redis answers may be kept by a process that has not followed so far: it carries its stamp.
  const steps = [take(state, load, { known, from: "Redis" })];
  const mayUseL1 = position >= current.stamp || !rules.loaderReadsUnderItsStamp;
  if (record !== undefined && mayUseL1) steps.push(take(state, load, { known: record, from: "L1" }));
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

function finish(state: NestedState, load: number, rules: NestedRules): Step<NestedState> {
  const { stamp, value } = state.loads[load]!;
  const page = { value: value!, stamp };
  const isVoid = rules.innerTagsPropagate && stamp < state.seq;
  const after = { ...state, loads: state.loads.with(load, undefined), page: isVoid ? state.page : page };
  return { label: `load ${load} fills Redis with ${value} under stamp ${stamp}`, after };
}

function isServed({ page, seq }: NestedState, rules: NestedRules): boolean {
  return page !== undefined && (page.stamp >= seq || !rules.innerTagsPropagate);
}

/** At rest a page that is served must be as new as the database. */
function stalePage(state: NestedState, rules: NestedRules): Violation[] {
  const { page, seq, position, loads } = state;
  const isAtRest = position === seq && loads.every((load) => load === undefined);
  if (!isAtRest || !isServed(state, rules) || page!.value === seq) return [];
  return [{ property: "freshAtRest", detail: `the page keeps write ${page!.value} of ${seq}` }];
}
