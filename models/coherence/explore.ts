// A breadth-first search through every state that a model can reach. Breadth first, so that the first history
// found to violate a property is also a shortest one.

export interface Step<State> {
  /** What happened, in words. */
  label: string;
  after: State;
}

export interface Violation {
  property: string;
  /** What was seen, in words: the last line of the history. */
  detail: string;
}

export interface Model<State, Taken extends Step<State> = Step<State>> {
  initial: State;
  next(state: State): Taken[];
  /** What is wrong with `step`, taken in `state`. */
  check(state: State, step: Taken): Violation[];
  /** The same text for two states if and only if they are the same. */
  key(state: State): string;
}

export interface Exploration {
  states: number;
  /** Whether every reachable state was seen. */
  complete: boolean;
  /** For each violated property a shortest history that ends in it. */
  histories: Map<string, string[]>;
}

export interface Bounds {
  /** Stop as soon as this property is violated. */
  until?: string;
  /** A search that grows beyond this is given up as incomplete. */
  mostStates?: number;
}

interface Search<State, Taken extends Step<State>> {
  model: Model<State, Taken>;
  /** The number of each state seen, in the order of discovery. */
  numbers: Map<string, number>;
  /** For each number, that of the state from which it was reached first. */
  parents: number[];
  /** States whose steps are still to be taken. */
  frontier: State[];
  histories: Map<string, string[]>;
}

export function explore<State, Taken extends Step<State>>(
  model: Model<State, Taken>,
  { until, mostStates = 5_000_000 }: Bounds = {},
): Exploration {
  const search: Search<State, Taken> = {
    model,
    numbers: new Map([[model.key(model.initial), 0]]),
    parents: [0],
    frontier: [model.initial],
    histories: new Map(),
  };
  let number = 0;
  while (search.frontier.length > 0 && search.parents.length <= mostStates) {
    const layer = search.frontier;
    search.frontier = [];
    for (const state of layer) {
      visit(search, state, number++);
      if (until !== undefined && search.histories.has(until)) return result(search, false);
    }
  }
  return result(search, search.frontier.length === 0);
}

function visit<State, Taken extends Step<State>>(
  search: Search<State, Taken>,
  state: State,
  number: number,
): void {
  const { model, numbers, parents, frontier, histories } = search;
  for (const step of model.next(state)) {
    for (const { property, detail } of model.check(state, step))
      if (!histories.has(property)) histories.set(property, [...history(search, number), step.label, detail]);
    const key = model.key(step.after);
    if (numbers.has(key)) continue;
    numbers.set(key, parents.length);
    parents.push(number);
    frontier.push(step.after);
  }
}

/** The labels on the way to a state: walked again from the start, so that no label has to be kept. */
function history<State, Taken extends Step<State>>(search: Search<State, Taken>, number: number): string[] {
  const { model, numbers, parents } = search;
  const way: number[] = [];
  for (let at = number; at !== 0; at = parents[at]!) way.unshift(at);
  let state = model.initial;
  return way.map((wanted) => {
    const step = model.next(state).find(({ after }) => numbers.get(model.key(after)) === wanted)!;
    state = step.after;
    return step.label;
  });
}

function result<State, Taken extends Step<State>>(
  { numbers, histories }: Search<State, Taken>,
  complete: boolean,
): Exploration {
  return { states: numbers.size, complete, histories };
}
