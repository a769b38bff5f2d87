/** What every check of user input gives back. */
export type Errors = Readonly<Record<string, string>>;

export type Parsed<T> = { ok: true; value: T } | { ok: false; errors: Errors };

/** Success if no rule found anything to say. */
export function settle<T>(value: T, problems: Readonly<Record<string, string | undefined>>): Parsed<T> {
  const found = Object.entries(problems).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return found.length === 0 ? { ok: true, value } : { ok: false, errors: Object.fromEntries(found) };
}
