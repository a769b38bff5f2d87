// Gives each mutant its play, and the play without the mutant.

import type { Promised } from "./judge.ts";
import { mutants, type Mutant } from "./mutants/index.ts";
import { PatchedSource, type Patch } from "./patched-source.ts";
import { storyOf, wholeStory } from "./report.ts";
import type { Servers } from "./servers.ts";
import { give, type Given, type Play } from "./stage.ts";
import { reasonOf } from "../packages/spillway/src/warnings.ts";

/** A play depends on timing: which replica is read, who hears first. With all rules it must go well at once. */
const mostTries = 3;

export interface Trial {
  rule: string;
  /** The promises that the mutant broke. */
  broken: readonly Promised[];
  /** What went wrong with all rules, or could not be tried. */
  problem: string | undefined;
  seconds: number;
}

export interface TrialOptions {
  chosen?: readonly Mutant[];
  /** The folder of the source that is changed; default: the one that is there. */
  original?: string | undefined;
  onTrial?: (trial: Trial) => void;
}

/** A mutant that nothing convicts, or a play that goes wrong without one, is a problem. */
export async function tryMutants(
  servers: Servers,
  { chosen = mutants, original, onTrial }: TrialOptions = {},
): Promise<Trial[]> {
  const stand = new Stand(servers, original);
  const trials: Trial[] = [];
  for (const mutant of chosen) {
    const trial = await stand.tryOne(mutant);
    trials.push(trial);
    onTrial?.(trial);
  }
  return trials;
}

class Stand {
  readonly #servers: Servers;
  readonly #original: string | undefined;
  /** What went wrong with all rules. */
  readonly #controls = new Map<Play, string | undefined>();

  constructor(servers: Servers, original: string | undefined) {
    this.#servers = servers;
    this.#original = original;
  }

  async tryOne({ rule, play, arranged = [], patches }: Mutant): Promise<Trial> {
    const began = performance.now();
    if (!this.#controls.has(play)) this.#controls.set(play, await this.#control(play, arranged));
    let broken: Promised[] = [];
    const failed = await attempt(async () => {
      let story = "";
      for (let tries = 0; tries < mostTries && broken.length === 0; tries++) {
        const given = await this.#give(play, [...arranged, ...patches]);
        broken = brokenIn(given);
        story = wholeStory(given.history).join("\n");
      }
      return broken.length === 0 ? `it survives:\n${story}` : undefined;
    });
    const problem = this.#controls.get(play) ?? failed;
    return { rule, broken, problem, seconds: (performance.now() - began) / 1_000 };
  }

  async #control(play: Play, arranged: readonly Patch[]): Promise<string | undefined> {
    return await attempt(async () => {
      const { violations, history } = await this.#give(play, arranged);
      const [first] = violations;
      return first && `with all rules:\n${storyOf(first, history).join("\n")}`;
    });
  }

  async #give(play: Play, patches: readonly Patch[]): Promise<Given> {
    using source = new PatchedSource(patches, this.#original);
    return await give(play, this.#servers, source.path);
  }
}

function brokenIn({ violations }: Given): Promised[] {
  const promises = new Set(violations.map(({ promise }) => promise));
  // That little was answered convicts nobody: a mutant that does not even start would be.
  promises.delete("is answered");
  return [...promises];
}

async function attempt(work: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await work();
  } catch (error) {
    return reasonOf(error);
  }
}
