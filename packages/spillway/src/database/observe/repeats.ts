// Finds the query that a request runs once per row of another: the N+1 problem.

import type { Scope } from "../../coherence/scope.ts";
import { warn } from "../../warnings.ts";
import type { RepeatedQuery } from "../settings/config.ts";
import type { DatabaseSettings } from "../settings/settings.ts";
import type { Statement } from "../sql/statements.ts";
import { callSite } from "./call-site.ts";

interface Tally {
  count: number;
  sites: Map<string, number>;
}

/** A stack is only taken this shortly before the limit, for it costs microseconds. */
const sitesBefore = 2;
/** And no more often than this past it, where several lines run the same query. */
const sitesAfter = 20;
/** Lines that were reported; each is reported once per process. */
const mostReported = 500;

export class Repeats {
  readonly #settings: DatabaseSettings;
  readonly #reported = new Set<string>();

  constructor(settings: DatabaseSettings) {
    this.#settings = settings;
  }

  /** Counts a read of `scope`. */
  count(scope: Scope, statement: Statement): void {
    const limit = this.#settings.repeatedQueryLimit;
    if (limit === 0 || statement.kind !== "read") return;
    const tallies = scope.keep(this, () => new Map<string, Tally>());
    const tally = tallies.get(statement.normalised) ?? { count: 0, sites: new Map<string, number>() };
    tallies.set(statement.normalised, tally);
    tally.count++;
    if (tally.count < limit - sitesBefore || tally.count > limit + sitesAfter) return;
    const site = callSite() ?? "";
    const seen = (tally.sites.get(site) ?? 0) + 1;
    tally.sites.set(site, seen);
    if (tally.count >= limit && seen > sitesBefore)
      this.#report(scope, statement, { site, count: tally.count });
  }

  #report(
    scope: Scope,
    { normalised: sql }: Statement,
    { site, count }: { site: string; count: number },
  ): void {
    const key = `${site}\n${sql}`;
    if (this.#reported.has(key) || this.#reported.size >= mostReported) return;
    this.#reported.add(key);
    const route = scope.origin.route?.();
    const repeated = { sql, site: site || undefined, count, route, advice: adviceFor(sql) };
    (this.#settings.onRepeatedQuery ?? warnOf)(repeated);
  }
}

/** Of an ORM's way to ask for one row; with it, one of all would come back. */
const limit = / limit (?:\$\d+|\?)(?: offset (?:\$\d+|\?))?$/i;

/** The last comparison with one value becomes one with all of them. */
export function adviceFor(sql: string): string {
  const at = [...sql.matchAll(/((?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))*) = (\$\d+|\?)/g)].at(-1);
  if (at === undefined) return "join it to the query that gives its values, or read all rows at once";
  const [whole, column, value] = at;
  const list = value === "?" ? "$1" : value;
  const once = `${sql.slice(0, at.index)}${column} = any(${list})${sql.slice(at.index + whole.length).replace(limit, "")}`;
  return `collect the values and run once: ${once}`;
}

function warnOf({ sql, site, count, route, advice }: RepeatedQuery): void {
  const where = `${site ?? "an unknown line"}${route === undefined ? "" : ` (${route})`}`;
  warn("SPILLWAY_DATABASE_REPEATED_QUERY", `${where} ran ${count} times in one request: ${sql}; ${advice}`);
}
