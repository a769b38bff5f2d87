// One turn of the model: a state, and the steps that are found to be possible in it.

import type { Step } from "./explore.ts";
import type { Family } from "./families.ts";
import { copyState } from "./copy.ts";
import type { Rules } from "./rules.ts";
import type { Answer, State } from "./state.ts";

export interface ProtocolStep extends Step<State> {
  answers: Answer[];
}

export class Turn {
  readonly family: Family;
  readonly rules: Rules;
  readonly state: State;
  readonly steps: ProtocolStep[];

  constructor(family: Family, rules: Rules, state: State, steps: ProtocolStep[] = []) {
    this.family = family;
    this.rules = rules;
    this.state = state;
    this.steps = steps;
  }

  /** Adds a step: `change` is done to a copy of the state, and returns the reads that end with it. */
  can(label: string, change: (after: State) => Answer[] | void): void {
    const after = copyState(this.state);
    const answers = change(after) ?? [];
    this.steps.push({ label, after, answers });
  }

  /** The same turn after `change`, which is part of every step that is added there. */
  after(change: (after: State) => void): Turn {
    const state = copyState(this.state);
    change(state);
    return new Turn(this.family, this.rules, state, this.steps);
  }
}

export const processName = (process: number): string => `process ${"AB"[process]}`;
export const clientName = (client: number): string => `client ${client}`;
export const writerName = (writer: number): string => `writer ${writer}`;

export function rowsText(rows: number): string {
  const writers = [0, 1, 2].filter((writer) => rows & (1 << writer));
  return `{${writers.join(", ")}}`;
}
