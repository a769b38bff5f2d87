// Holds an answer back until what it acknowledges is certain: nobody may learn of a change before the others can.

import type { ServerResponse } from "node:http";
import { beforeHeaders } from "./before-headers.ts";

const held = ["writeHead", "flushHeaders", "write", "end"] as const;
type Call = [name: (typeof held)[number], args: unknown[]];
type Methods = Record<(typeof held)[number], (...args: unknown[]) => unknown>;

const answers = new WeakMap<ServerResponse, Set<Promise<unknown>>>();

/**
 * What is written to `response` from now on is sent once `work` has resolved. If it rejects, the answer is a 500: what it
 * would have acknowledged did not happen for others. Without effect on an answer that has begun.
 */
export function holdAnswer(response: ServerResponse, work: Promise<unknown>): void {
  const before = answers.get(response);
  if (before !== undefined) return void before.add(work);
  if (response.headersSent) return;
  const waiting = new Set([work]);
  answers.set(response, waiting);
  // Below what is put in their place here: the headers are edited when they are really written.
  beforeHeaders(response, (rest) => rest);
  const calls: Call[] = [];
  const methods = response as unknown as Partial<Methods>;
  const own = held
    .filter((name) => Object.hasOwn(response, name))
    .map((name) => [name, methods[name]] as const);
  for (const name of held) {
    methods[name] = (...args) => {
      calls.push([name, args]);
      // A writer that is told to wait for `drain` may never hear of it: compression redirects who listens for it.
      return name === "write" ? true : response;
    };
  }
  const release = (): void => {
    answers.delete(response);
    for (const name of held) delete methods[name];
    for (const [name, method] of own) methods[name] = method!;
  };
  const go = (): void => {
    release();
    answerNow(response, calls);
  };
  const fail = (error: unknown): void => {
    release();
    refuse(response, error);
  };
  void settled(waiting).then(go, fail);
}

/** More may be added while some are waited for. */
async function settled(waiting: Set<Promise<unknown>>): Promise<void> {
  for (const work of waiting) await work;
}

function answerNow(response: ServerResponse, calls: readonly Call[]): void {
  const methods = response as unknown as Methods;
  try {
    for (const [name, args] of calls) methods[name](...args);
  } catch (error) {
    // Such as of a header that cannot be sent: whoever called is past catching it.
    return response.headersSent ? void response.destroy() : refuse(response, error);
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.writeHead(500, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" });
  response.end(`${error instanceof Error ? error.message : String(error)}\n`);
  // The app may go on, not knowing: what is written after the end is an error that nobody catches.
  const methods = response as unknown as Methods;
  for (const name of held) methods[name] = () => (name === "write" ? true : response);
}
