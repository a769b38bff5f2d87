// What happens when memory has no value: joins a search of this process, or asks Redis, or loads.

import type { CacheLog } from "../coherence/log.ts";
import { currentScope, runInThisScope, Scope } from "../coherence/scope.ts";
import { refused, requests } from "./counts.ts";
import type { Flights } from "./flights.ts";
import { lasting, type Lasts, type Shared } from "./lasting.ts";
import { type Load, type Loaded, loadCurrent, loadInto } from "./load.ts";
import type { MemoryTier } from "./memory-tier.ts";
import type { Permits } from "./permits.ts";
import type { RedisTier } from "./redis-tier.ts";

export interface SearchParts {
  memory: MemoryTier;
  log: CacheLog;
  /** Undefined where there is no Redis. */
  tier: RedisTier | undefined;
  flights: Flights;
  /** For loads while Redis is away. */
  permits: Permits;
}

export class Search {
  readonly #parts: SearchParts;

  constructor(parts: SearchParts) {
    this.#parts = parts;
  }

  /** The value for a reader in `scope`, in the form in which it is kept. */
  async run(load: Load, lasts: Lasts, scope: Scope | undefined): Promise<unknown> {
    const { log, flights, permits } = this.#parts;
    if (!(await log.reach(scope, load.tags))) {
      // One inside of another must not wait for a permit that the outer one holds.
      return await (scope?.dependsOn === undefined
        ? permits.run(() => this.loadApart(load))
        : this.loadApart(load));
    }
    // What is made of an old value would pass for new: a load is given none.
    const takesStale = scope?.dependsOn === undefined;
    const name = takesStale ? load.key : `fresh ${load.key}`;
    const { loaded, joined } = flights.run(name, load.tags, () => this.#fetch(load, lasts, takesStale));
    if (joined) requests.loader.joined++;
    const result = await loaded;
    scope?.dependsOn?.(result.tags);
    return result.kept;
  }

  /** Refreshes a value that is served meanwhile. If that fails, it is served for what is left of its grace. */
  behind(load: Load, lasts: Lasts): void {
    // Of no request: nobody waits for it, and what it reads may be as old as a stranger's.
    runInThisScope(new Scope(), () => this.run(load, lasts, undefined)).catch(() => undefined);
  }

  /**
   * Loads past the caches. Neither side may see the other: as inside a transaction, which has written what nobody else
   * may see, and may read an older state than others must. So nothing is taken from the cache, joined, or kept.
   */
  async loadApart(load: Load): Promise<unknown> {
    requests.loader.bypass++;
    const parent = currentScope();
    const scope = Scope.within(parent, this.#parts.log.table.fenceOf(load.tags));
    scope.transaction = parent?.transaction;
    // A load that is kept may be around it.
    const tags = new Set(load.tags);
    const value = await loadInto(load, scope, tags);
    parent?.dependsOn?.([...tags]);
    return load.keep(value).kept;
  }

  async #fetch(load: Load, lasts: Lasts, takesStale: boolean): Promise<Loaded> {
    const { tier, log, memory } = this.#parts;
    const keep = (shared: Shared): void => memory.keep(load.key, shared);
    const found =
      tier === undefined
        ? lasting(await loadCurrent(load, log), lasts)
        : await tier.findOrLoad(load, lasts, takesStale ? keep : undefined);
    if (found.current) keep(found);
    else refused.invalidated++;
    return found;
  }
}
