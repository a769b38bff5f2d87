// What happens when memory has no value: joins a search of this process, or begins one.

import { writtenSoFar } from "../coherence/floor.ts";
import type { CacheLog } from "../coherence/log.ts";
import { merged } from "../coherence/position.ts";
import { currentScope, runInThisScope, Scope } from "../coherence/scope.ts";
import { refused, requests } from "./counts.ts";
import type { Flights } from "./flights.ts";
import { lasting, type Lasts } from "./lasting.ts";
import { covers, type Load, type Loaded, loadCurrent, loadInto } from "./load.ts";
import type { MemoryTier } from "./memory-tier.ts";
import type { Permits } from "./permits.ts";
import type { SharedSearch } from "./shared-search.ts";

export interface SearchParts {
  memory: MemoryTier;
  log: CacheLog;
  /** Undefined where there is no Redis. */
  shared: SharedSearch | undefined;
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
    const { log, flights } = this.#parts;
    const isThere = log.suffices(scope) && !log.table.isBehind(load.tags);
    if (!isThere && !(await log.reach(scope, load.tags))) return await this.#loadWithoutRedis(load, scope);
    // What is made of an old value would pass for new: a load is given none.
    const takesStale = scope?.dependsOn === undefined;
    // The key's own tag is looked up in any case, and a text is hashed once.
    const name = takesStale ? load.tags[0]! : `fresh ${load.key}`;
    const joined = flights.join(name, load.tags);
    const found =
      (joined && (await this.#newEnough(joined))) ??
      (await (flights.join(name, load.tags) ??
        flights.begin(name, load, this.#fetch(name, load, { lasts, takesStale }))));
    scope?.dependsOn?.(found.tags);
    return found.kept;
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
    const { log } = this.#parts;
    // What the table has forgotten, this process may have written itself. And a bearer of whom it is not known what
    // must be seen is sure of the primary alone.
    const fence = merged(log.table.fenceOf(load.tags), writtenSoFar());
    const isUnsure = parent !== undefined && !log.meets(parent);
    const scope = Scope.within(parent, fence, { primary: isUnsure });
    const tags = new Set(load.tags);
    let value = await loadInto(load, scope, tags);
    // What the value depends on may have asked for more.
    const asked = log.table.fenceOf([...tags]);
    if (!isUnsure && !covers(scope.positions(), asked)) {
      const again = Scope.within(parent, asked, { primary: true });
      value = await loadInto(load, again, tags);
    }
    // A load that is kept may be around it.
    parent?.dependsOn?.([...tags]);
    return load.keep(value).kept;
  }

  /**
   * What a search that is under way comes to, if that is new enough for who asks now. Its tags may show only in the end:
   * one of them may have been invalidated since it was loaded, and before this was asked.
   */
  async #newEnough(joined: Promise<Loaded>): Promise<Loaded | undefined> {
    requests.loader.joined++;
    const found = await joined;
    return this.#parts.log.table.isValid(found.tags, found.stamp) ? found : undefined;
  }

  async #loadWithoutRedis(load: Load, scope: Scope | undefined): Promise<unknown> {
    // One inside of another must not wait for a permit that the outer one holds.
    if (scope?.dependsOn !== undefined) return await this.loadApart(load);
    return await this.#parts.permits.run(() => this.loadApart(load));
  }

  async #fetch(
    name: string,
    load: Load,
    { lasts, takesStale }: { lasts: Lasts; takesStale: boolean },
  ): Promise<Loaded> {
    const { shared, log, memory, flights } = this.#parts;
    try {
      const found =
        shared === undefined
          ? lasting(await loadCurrent(load, log), lasts)
          : await shared.run(load, lasts, takesStale ? memory : undefined);
      if (found.current) memory.keep(load.key, found);
      else refused.invalidated++;
      return found;
    } finally {
      flights.end(name, load);
    }
  }
}
