// What a killed supervisor left running is found by its journal and ended, before anything new is started.

import { endGroup } from "./end-group.ts";
import type { Journal } from "./journal.ts";

/** Ends every recorded process that still runs; returns the names of those there were. */
export async function endLeftovers(journal: Journal): Promise<string[]> {
  const living = journal.living();
  await Promise.all(living.map(({ entry }) => endGroup(entry, entry.stop)));
  journal.clear();
  return [...new Set(living.map(({ entry }) => entry.name))];
}
