// state.json: who this stack is and which ports it had, so that its addresses stay the same.

import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { SpillwayError } from "../errors.ts";
import { readIfPresent, writeAtomically } from "./files.ts";
import { StackFolder } from "./folder.ts";

/** Raised when an older Spillway could no longer read the folder. */
const stateVersion = 1;

export interface State {
  version: number;
  /** Random; names the folders outside the app. */
  id: string;
  /** The app's folder, to tell a moved stack from a copied one. */
  dir: string;
  name: string;
  /** Chosen ports by name (`edge-1`, `app-2.private`). */
  ports: Record<string, number>;
  /** Settings that `up` was given by flags, as typed: they hold until the next one. */
  flags?: Record<string, string>;
  /** Every component the stack had last time, in order, for commands that run without a supervisor. */
  components: { name: string; role: string }[];
}

export function newState(dir: string): State {
  return {
    version: stateVersion,
    id: randomBytes(4).toString("hex"),
    dir,
    name: "",
    ports: {},
    components: [],
  };
}

/**
 * Reads the state, or undefined where the stack never ran. Throws SPW_STATE_NEWER, SPW_STATE_DAMAGED or
 * SPW_STATE_COPIED, each before anything was changed.
 */
export function readState(folder: StackFolder): State | undefined {
  const text = readIfPresent(folder.state);
  if (text === undefined) return undefined;
  const state = parse(folder.state, text);
  if (state.dir !== folder.app) refuseCopy(folder, state);
  return { ...state, dir: folder.app };
}

export function writeState(folder: StackFolder, state: State): void {
  writeAtomically(folder.state, `${JSON.stringify(state, null, 2)}\n`);
}

function parse(file: string, text: string): State {
  let state: State;
  try {
    state = JSON.parse(text) as State;
  } catch (error) {
    throw new SpillwayError(
      "SPW_STATE_DAMAGED",
      { file, problem: (error as Error).message },
      { cause: error },
    );
  }
  // First, since a newer version may have another form.
  if (typeof state?.version === "number" && state.version > stateVersion) {
    throw new SpillwayError("SPW_STATE_NEWER", { file, found: state.version, known: stateVersion });
  }
  if (typeof state?.version !== "number" || !/^[0-9a-f]{8}$/.test(state.id)) {
    throw new SpillwayError("SPW_STATE_DAMAGED", { file, problem: "it is not a state of Spillway" });
  }
  return state;
}

// A moved folder keeps its data. A copied one would share it with the original, and both would write.
function refuseCopy(folder: StackFolder, state: State): void {
  const original = new StackFolder(state.dir).state;
  if (!existsSync(original)) return;
  const theirs = parse(original, readIfPresent(original) ?? "");
  if (theirs.id !== state.id) return;
  throw new SpillwayError("SPW_STATE_COPIED", { file: folder.state, original: state.dir });
}
