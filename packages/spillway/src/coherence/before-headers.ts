// A last word on the headers of an answer, just before they are written.

import type { ServerResponse } from "node:http";

/** Given what `writeHead` is given after the status; what it returns is given instead. */
export type HeaderEdit = (rest: unknown[]) => unknown[];

type WriteHead = (status: number, ...rest: unknown[]) => ServerResponse;

const edits = new WeakMap<ServerResponse, HeaderEdit[]>();

/** Edits are made in the order in which they came. */
export function beforeHeaders(response: ServerResponse, edit: HeaderEdit): void {
  const before = edits.get(response);
  if (before !== undefined) return void before.push(edit);
  const list = [edit];
  edits.set(response, list);
  const writeHead = response.writeHead.bind(response) as WriteHead;
  response.writeHead = (status: number, ...rest: unknown[]) => {
    response.writeHead = writeHead;
    edits.delete(response);
    return writeHead(status, ...list.reduce((given, one) => one(given), rest));
  };
}
