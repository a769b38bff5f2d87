// The library without one of its rules.

import type { Patch } from "../patched-source.ts";
import type { Play } from "../stage.ts";

export interface Mutant {
  /** What is lacking, in the words of `models/coherence/rules.ts` where the model has it. */
  rule: string;
  play: Play;
  patches: readonly Patch[];
  /** Settings that make what is rare frequent; with these alone the play must go well. */
  arranged?: readonly Patch[];
}
