// Makes commits of what the plugin pgoutput sends, version 1 (PostgreSQL manual, 53.9).

import { type Commit, Draft } from "./commit.ts";
import { messagePrefix } from "../message-prefix.ts";
import { takeMessage } from "./message.ts";
import { Reader } from "./reader.ts";
import { type Column, filledFrom, keyOf, type Tuple } from "./row.ts";
import type { Rules } from "./rules.ts";

interface Relation {
  key: string | undefined;
  columns: readonly Column[];
}

const code = (letter: string): number => letter.charCodeAt(0);
const kinds = {
  begin: code("B"),
  commit: code("C"),
  message: code("M"),
  relation: code("R"),
  insert: code("I"),
  update: code("U"),
  delete: code("D"),
  truncate: code("T"),
} as const;
const [key, next] = [code("K"), code("N")];
const [absent, unchanged] = [code("n"), code("u")];

export class Decoder {
  readonly #rules: Rules;
  readonly #relations = new Map<number, Relation>();
  #draft: Draft | undefined;

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** A transaction has begun to come, and not ended. */
  get isInside(): boolean {
    return this.#draft !== undefined;
  }

  /** The commit that `body` completes. */
  decode(body: Buffer, at: number): Commit | undefined {
    const reader = new Reader(body, at);
    const kind = reader.byte();
    if (kind === kinds.begin) this.#draft = begun(reader);
    else if (kind === kinds.commit) return this.#commit(reader);
    else if (kind === kinds.message) return this.#message(reader);
    else if (kind === kinds.relation) this.#relation(reader);
    else if (kind === kinds.truncate) this.#truncate(reader);
    else if (kind === kinds.insert || kind === kinds.update || kind === kinds.delete)
      this.#change(kind, reader);
    return undefined;
  }

  #commit(reader: Reader): Commit | undefined {
    const draft = this.#draft;
    this.#draft = undefined;
    reader.byte();
    reader.long();
    return draft?.finish(reader.long());
  }

  /** One outside of any transaction holds as soon as it is written. */
  #message(reader: Reader): Commit | undefined {
    const isTransactional = (reader.byte() & 1) === 1;
    const lsn = reader.long();
    if (reader.text() !== messagePrefix) return undefined;
    const draft = isTransactional ? this.#draft : new Draft(undefined);
    if (draft !== undefined) takeMessage(draft, reader.bytes(reader.int()).toString("utf8"));
    return isTransactional ? undefined : draft?.finish(lsn);
  }

  #relation(reader: Reader): void {
    const id = reader.int();
    // Empty for pg_catalog.
    const [schema, name] = [reader.text(), reader.text()];
    reader.byte();
    const columns = Array.from({ length: reader.short() }, (): Column => {
      const column = { isKey: (reader.byte() & 1) === 1, name: reader.text(), type: reader.int() };
      reader.int();
      return column;
    });
    this.#relations.set(id, { key: this.#rules.keyOf(schema, name), columns });
  }

  /** There are no rows to ask the rules for. */
  #truncate(reader: Reader): void {
    const count = reader.int();
    reader.byte();
    for (let index = 0; index < count; index++)
      if (this.#relations.get(reader.int())?.key !== undefined) this.#draft?.addAll();
  }

  #change(kind: number, reader: Reader): void {
    const draft = this.#draft;
    const relation = this.#relations.get(reader.int());
    if (draft === undefined || draft.isAll || relation?.key === undefined) return;
    for (const tuple of changed(kind, reader, relation.columns)) {
      const tags = this.#rules.tagsOf(relation.key, relation.columns, tuple);
      if (tags === undefined) draft.addAll();
      else draft.add(tags);
    }
  }
}

function begun(reader: Reader): Draft {
  reader.long();
  reader.long();
  return new Draft(reader.int());
}

/** The rows before and after, as far as the WAL tells. */
function changed(kind: number, reader: Reader, columns: readonly Column[]): Tuple[] {
  const first = reader.byte();
  const tuple = readTuple(reader);
  if (kind === kinds.insert) return [tuple];
  // An update that leaves the key as it was says nothing else of the row before.
  if (first === next) return [keyOf(columns, tuple), tuple];
  const before = first === key ? keyOf(columns, tuple) : tuple;
  if (kind === kinds.delete) return [before];
  reader.byte();
  return [before, filledFrom(before, readTuple(reader))];
}

function readTuple(reader: Reader): Tuple {
  return Array.from({ length: reader.short() }, () => {
    const kind = reader.byte();
    if (kind === absent) return null;
    return kind === unchanged ? undefined : reader.bytes(reader.int());
  });
}
