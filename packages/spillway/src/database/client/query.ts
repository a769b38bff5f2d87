// The many forms of a query that `pg` takes, brought into one.

import type { QueryResult, Submittable } from "pg";
import type { Query } from "../routing/call.ts";

type Callback = (error: Error | undefined, result?: QueryResult) => void;

export interface Given {
  query: Query;
  callback: Callback | undefined;
}

/** What was given to `query()`, or undefined for a query object that sends itself, such as a cursor. */
export function given(args: readonly unknown[]): Given | undefined {
  const [first, second, third] = args;
  if (first === null || first === undefined) throw new TypeError("query() was called without a query");
  if (isSubmittable(first)) return undefined;
  const callback = [second, third].find((one) => typeof one === "function") as Callback | undefined;
  const values = typeof second === "function" ? undefined : (second as never[] | null | undefined);
  if (typeof first === "string")
    return { query: values ? { text: first, values } : { text: first }, callback };
  const { callback: own, ...query } = first as Query & { callback?: Callback };
  return { query: values ? { ...query, values } : query, callback: callback ?? own };
}

function isSubmittable(value: unknown): value is Submittable {
  return typeof (value as Partial<Submittable>).submit === "function";
}

/** The text of a query object that sends itself: a cursor has it, a stream has a cursor. */
export function textOf(submittable: Submittable): string {
  const { text, cursor } = submittable as { text?: unknown; cursor?: { text?: unknown } };
  const found = text ?? cursor?.text;
  return typeof found === "string" ? found : "";
}

/** For those who gave a callback: it is called outside of the promise, so that what it throws is seen. */
export async function callBack<T>(
  answer: Promise<T>,
  callback: (error: Error | undefined, result?: T) => void,
): Promise<void> {
  const [error, result] = await answer.then(
    (value): [undefined, T] => [undefined, value],
    (thrown: Error): [Error] => [thrown],
  );
  process.nextTick(callback, error, result);
}
