// The statements of this process: each text is understood once.

import { analyse, type Analysis, type Operation, type StatementKind } from "./analyse.ts";
import { normalise } from "./normalise.ts";

export interface Statement extends Analysis {
  readonly text: string;
  /** Made when first asked for. */
  readonly normalised: string;
  /** How often this text was asked for since it was last forgotten. */
  uses: number;
}

/** Two generations of this many: the most texts that are kept is twice as much. */
const generationSize = 500;

/** Longer texts are mostly made for one use (a bulk insert); keeping them costs more than reading them again. */
const longestKeptText = 20_000;

let recent = new Map<string, Statement>();
let older = new Map<string, Statement>();

/** What is known of a text, from the cache if it was asked for lately. */
export function statementOf(text: string): Statement {
  const statement = recent.get(text) ?? settle(text);
  statement.uses++;
  return statement;
}

/** Brings a text into the recent generation; when that is full, the older one is forgotten. */
function settle(text: string): Statement {
  const statement = older.get(text) ?? new ReadStatement(text);
  if (text.length > longestKeptText) return statement;
  if (recent.size >= generationSize) {
    older = recent;
    recent = new Map();
  }
  recent.set(text, statement);
  return statement;
}

class ReadStatement implements Statement {
  readonly text: string;
  readonly kind: StatementKind;
  readonly operation: Operation;
  readonly reason: string | undefined;
  readonly functions: readonly string[];
  readonly sessionBound: boolean;
  uses = 0;
  #normalised: string | undefined;

  constructor(text: string) {
    const { kind, operation, reason, functions, sessionBound } = analyse(text);
    this.text = text;
    this.kind = kind;
    this.operation = operation;
    this.reason = reason;
    this.functions = functions;
    this.sessionBound = sessionBound;
  }

  get normalised(): string {
    return (this.#normalised ??= normalise(this.text));
  }
}
