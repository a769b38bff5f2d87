// Which SQL functions can have effects. The server knows: PostgreSQL's catalogue marks every function that may
// do more than compute as volatile (manual, 36.7).

import type { Cluster } from "../servers/cluster.ts";

const catalogueQuery = `SELECT proname::text AS name, bool_and(provolatile <> 'v') AS harmless
FROM pg_proc WHERE proname = ANY ($1) GROUP BY 1`;

interface CatalogueRow {
  name: string;
  harmless: boolean;
}

/** How long a name that the catalogue did not have is taken as volatile before it is asked for again. */
const askAgainMs = 10_000;

export class FunctionCatalogue {
  readonly #ask: (names: readonly string[]) => Promise<readonly CatalogueRow[]>;
  readonly #harmless = new Map<string, boolean>();
  readonly #askedAt = new Map<string, number>();

  constructor(ask: (names: readonly string[]) => Promise<readonly CatalogueRow[]>) {
    this.#ask = ask;
  }

  /** The first of `names` that is not known to be harmless. */
  firstDoubtful(names: readonly string[]): string | undefined {
    for (const name of names) if (this.#harmless.get(name) !== true) return name;
    return undefined;
  }

  /** Asks for those of `names` that are not known; undefined if there are none. Never rejects. */
  learning(names: readonly string[]): Promise<void> | undefined {
    for (const name of names)
      if (this.#isDue(name)) return this.#learn(names.filter((one) => this.#isDue(one)));
    return undefined;
  }

  #isDue(name: string): boolean {
    if (this.#harmless.has(name)) return false;
    return performance.now() - (this.#askedAt.get(name) ?? -Infinity) > askAgainMs;
  }

  async #learn(names: readonly string[]): Promise<void> {
    for (const name of names) this.#askedAt.set(name, performance.now());
    try {
      for (const { name, harmless } of await this.#ask(names)) this.#harmless.set(name, harmless);
    } catch {
      // The statements that call them go to the primary, and the next one asks again.
      for (const name of names) this.#askedAt.delete(name);
    }
  }
}

/** Asks the primary, which alone is sure to have the newest functions. */
export async function askCatalogue(cluster: Cluster, names: readonly string[]): Promise<CatalogueRow[]> {
  const { pool } = await cluster.findPrimary();
  const client = await pool.borrowed();
  try {
    return (await client.query<CatalogueRow>(catalogueQuery, [names])).rows;
  } finally {
    pool.giveBack(client, false);
  }
}
