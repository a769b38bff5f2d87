// Each must be convicted by its play, which with all rules goes well.

import { cacheMutants } from "./caches.ts";
import { commitMutants } from "./commits.ts";
import { logMutants } from "./log.ts";
import type { Mutant } from "./mutant.ts";

export type { Mutant };

export const mutants: readonly Mutant[] = [...cacheMutants, ...logMutants, ...commitMutants];
