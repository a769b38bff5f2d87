// A changed row, as a rule is given it.

import type { QueryResultRow } from "pg";

/** Makes a value of the text of a column, as the pool's queries do. */
export type ParserOf = (type: number) => (text: string) => unknown;

export interface Column {
  name: string;
  /** Whether the replica identity of the table has it: what is known of an old row. */
  isKey: boolean;
  type: number;
}

/** The bytes of each column: null for NULL, undefined for what the WAL does not tell. */
export type Tuple = readonly (Buffer | null | undefined)[];

/** A rule has asked for what the WAL does not tell. */
class UnknownColumnError extends Error {
  constructor(column: string) {
    super(`it reads ${column}, which is not known of every changed row`);
  }
}

/** Values are made when they are read: most rules read one column of many. */
export function rowOf(columns: readonly Column[], tuple: Tuple, parserOf: ParserOf): QueryResultRow {
  const row: QueryResultRow = {};
  columns.forEach(({ name, type }, index) => {
    const bytes = tuple[index];
    const get = (): unknown => {
      if (bytes === undefined) throw new UnknownColumnError(name);
      return bytes === null ? null : parserOf(type)(bytes.toString("utf8"));
    };
    Object.defineProperty(row, name, { enumerable: true, get });
  });
  return row;
}

/** What the replica identity keeps of a row. */
export function keyOf(columns: readonly Column[], tuple: Tuple): Tuple {
  return tuple.map((bytes, index) => (columns[index]?.isKey === true ? bytes : undefined));
}

/** A value that was too long to be written again is the old one. */
export function filledFrom(old: Tuple, tuple: Tuple): Tuple {
  return tuple.map((bytes, index) => (bytes === undefined ? old[index] : bytes));
}
