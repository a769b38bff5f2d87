// Names for prepared statements: the server plans each once per connection instead of once per use.

import type { Statement } from "../sql/statements.ts";
import type { Query } from "../routing/call.ts";

/** Prepared statements live in every connection of the server: beyond this many, texts are sent without a name. */
const mostNames = 1_000;

const names = new WeakMap<Statement, string>();
let given = 0;

/** A name from the second use on, for a query with parameters; a text that is built with its values comes once. */
export function nameOf(statement: Statement, query: Query): string | undefined {
  if (query.name !== undefined || statement.uses < 2 || !query.values?.length) return query.name;
  return names.get(statement) ?? (given < mostNames ? rename(statement) : undefined);
}

/** A new name: what was prepared under the old one no longer fits its tables. */
export function rename(statement: Statement): string {
  const name = `spillway_${++given}`;
  names.set(statement, name);
  return name;
}
