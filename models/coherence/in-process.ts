// The cache of one process without Redis: the table is the log, and nobody else writes. What is left of the rules
// are stamps, fences and joins.

import type { Model, Step, Violation } from "./explore.ts";
import { keyOf } from "./plain.ts";

/** A value is the number of commits that it contains, which is also its lsn. */
interface Loading {
  readonly phase: "loading" | "storing" | "joined";
  /** Acknowledged when the read began: its answer must have them. */
  readonly must: number;
  readonly stamp: number;
  readonly fence: number;
  readonly value: number;
}

export interface InProcessState {
  flushed: number;
  replica: number;
  /** Commits whose tags were invalidated, and which were acknowledged. */
  acknowledged: number;
  seq: number;
  marker: { readonly seq: number; readonly fence: number };
  entry: { readonly value: number; readonly stamp: number } | undefined;
  reads: (Loading | undefined)[];
  readsLeft: number;
}

export interface InProcessRules {
  stampIsTakenBeforeLoad: boolean;
  loadsAreFenced: boolean;
  readsCompareStamps: boolean;
  joinsAreNotOlder: boolean;
}

interface Answered extends Step<InProcessState> {
  /** Values that readers got, and what they had to have. */
  answers: { value: number; must: number }[];
}

const mostCommits = 2;

export function inProcess(rules: InProcessRules): Model<InProcessState, Answered> {
  const start = { flushed: 0, replica: 0, acknowledged: 0, seq: 0, marker: { seq: 0, fence: 0 } };
  return {
    initial: { ...start, entry: undefined, reads: [undefined, undefined], readsLeft: 4 },
    next: (state) => [
      ...writeSteps(state),
      ...state.reads.flatMap((_, reader) => readSteps(state, reader, rules)),
    ],
    check: (_, step) => judge(step, rules),
    key: keyOf,
  };
}

const step = (label: string, after: InProcessState, answers: Answered["answers"] = []): Answered => ({
  label,
  after,
  answers,
});

function writeSteps(state: InProcessState): Answered[] {
  const { flushed, replica, acknowledged } = state;
  const steps: Answered[] = [];
  if (flushed < mostCommits && acknowledged === flushed)
    steps.push(step(`commit ${flushed + 1}`, { ...state, flushed: flushed + 1 }));
  if (acknowledged < flushed) {
    const seq = state.seq + 1;
    const after = { ...state, seq, marker: { seq, fence: flushed }, acknowledged: flushed };
    steps.push(step(`commit ${flushed} is invalidated and acknowledged`, after));
  }
  if (replica < flushed)
    steps.push(step(`the replica replays ${replica + 1}`, { ...state, replica: replica + 1 }));
  return steps;
}

function readSteps(state: InProcessState, reader: number, rules: InProcessRules): Answered[] {
  const read = state.reads[reader];
  if (read === undefined) return state.readsLeft > 0 ? begin(state, reader, rules) : [];
  if (read.phase === "loading") return load(state, reader, read);
  if (read.phase === "storing") return [store(state, { reader, read, rules })];
  return [];
}

function begin(state: InProcessState, reader: number, rules: InProcessRules): Answered[] {
  const { acknowledged: must, entry, marker, reads, seq } = state;
  const readsLeft = state.readsLeft - 1;
  if (isServed(state, rules))
    return [step(`reader ${reader} hits`, { ...state, readsLeft }, [{ value: entry!.value, must }])];
  const leader = reads.find((read) => read !== undefined && read.phase !== "joined");
  const fence = rules.loadsAreFenced ? marker.fence : 0;
  if (leader !== undefined && (leader.stamp >= marker.seq || !rules.joinsAreNotOlder)) {
    const joined: Loading = { phase: "joined", must, stamp: 0, fence: 0, value: 0 };
    return [step(`reader ${reader} joins`, { ...state, readsLeft, reads: reads.with(reader, joined) })];
  }
  const loading: Loading = { phase: "loading", must, stamp: seq, fence, value: 0 };
  return [
    step(`reader ${reader} takes stamp ${seq}`, { ...state, readsLeft, reads: reads.with(reader, loading) }),
  ];
}

function load(state: InProcessState, reader: number, read: Loading): Answered[] {
  const from = (value: number, where: string): Answered => {
    const loaded: Loading = { ...read, phase: "storing", value };
    return step(`reader ${reader} loads ${value} from ${where}`, {
      ...state,
      reads: state.reads.with(reader, loaded),
    });
  };
  const steps = [from(state.flushed, "the primary")];
  if (state.replica >= read.fence) steps.push(from(state.replica, "the replica"));
  return steps;
}

function store(
  state: InProcessState,
  { reader, read, rules }: { reader: number; read: Loading; rules: InProcessRules },
): Answered {
  const stamp = rules.stampIsTakenBeforeLoad ? read.stamp : state.seq;
  const { entry } = state;
  const isNewer = entry === undefined || stamp >= entry.stamp;
  const joined = state.reads.filter((other) => other?.phase === "joined");
  const reads = state.reads.map((other, index) =>
    index === reader || other?.phase === "joined" ? undefined : other,
  );
  const kept = isNewer ? { value: read.value, stamp } : entry;
  const answers = [read, ...joined].map((other) => ({ value: read.value, must: other!.must }));
  return step(
    `reader ${reader} keeps ${read.value} under stamp ${stamp}`,
    { ...state, reads, entry: kept },
    answers,
  );
}

function isServed({ entry, marker }: InProcessState, rules: InProcessRules): boolean {
  return entry !== undefined && (entry.stamp >= marker.seq || !rules.readsCompareStamps);
}

function judge({ after, answers }: Answered, rules: InProcessRules): Violation[] {
  const found: Violation[] = answers
    .filter(({ value, must }) => value < must)
    .map(({ value, must }) => ({
      property: "ownWriteInProcess",
      detail: `got ${value} where ${must} was due`,
    }));
  const { entry, flushed, acknowledged, reads } = after;
  const isAtRest = acknowledged === flushed && reads.every((read) => read === undefined);
  if (isAtRest && isServed(after, rules) && entry!.value !== flushed)
    found.push({ property: "freshAtRest", detail: `the entry keeps ${entry!.value} of ${flushed}` });
  return found;
}
