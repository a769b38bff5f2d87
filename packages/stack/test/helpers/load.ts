// An open-loop load: requests leave on schedule, whether or not earlier ones were answered, as users do. It
// retries nothing, so what it counts as failed is what a user would have seen.

import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";

export interface LoadOptions {
  port: number;
  /** Requests per second, GET and POST together. */
  rps: number;
  /** The part of them that are POSTs, 0 to 1; spread evenly, not drawn by lot. */
  postShare: number;
  /** How many pools of keep-alive connections the requests take turns in. Default 1. */
  agents?: number;
  /** What is asked for; a function is given the number of the request. Default `/`. */
  path?: string | ((n: number) => string);
  /** Where POSTs go. Default: as `path`. */
  postPath?: string | ((n: number) => string);
  /** How long the body of a POST takes to send, in milliseconds, and so the least it is in flight. Default 0. */
  bodyMs?: number;
}

/** The answer began, so nobody could ask another server any more, and did not end. */
export const cutOff = "the answer was cut off";

interface LoadFailure {
  method: string;
  path: string;
  /** Why there was no whole answer: a code such as ECONNRESET, or `cutOff`. */
  error?: string;
  /** The status of an answer of 500 or more. */
  status?: number;
  /** When it was due, in milliseconds after `startedAt`. */
  atMs: number;
}

interface LoadResponse {
  atMs: number;
  /** From when it was due to the end of the body. */
  ms: number;
  status: number;
  method: string;
  path: string;
  /** The header `x-instance`, where the app sends one. */
  instance?: string;
}

interface LoadResult {
  sent: number;
  ok: number;
  failed: LoadFailure[];
  /** Of the whole answers, in milliseconds. */
  latencies: { p50: number; p99: number; max: number };
  responses: LoadResponse[];
}

export interface Load {
  /** `Date.now()` of its beginning. */
  startedAt: number;
  /** How many requests have left until now. */
  readonly sent: number;
  /** Ends the schedule, waits for what is under way and tells what became of it all. */
  stop(): Promise<LoadResult>;
}

const tickMs = 4;
const answerWithinMs = 15_000;
/** A load that nobody stops ends by itself. */
const mostMs = 120_000;
const socketsPerAgent = 64;

export function startLoad(options: LoadOptions): Load {
  const pools = Array.from(
    { length: options.agents ?? 1 },
    () => new Agent({ keepAlive: true, maxSockets: socketsPerAgent }),
  );
  const startedAt = Date.now();
  const began = performance.now();
  const result: LoadResult = {
    sent: 0,
    ok: 0,
    failed: [],
    latencies: { p50: 0, p99: 0, max: 0 },
    responses: [],
  };
  const pending = new Set<Promise<void>>();

  const tick = (): void => {
    const elapsedMs = performance.now() - began;
    if (elapsedMs > mostMs) clearInterval(timer);
    while ((result.sent * 1000) / options.rps <= elapsedMs) {
      const n = result.sent++;
      const sending = send({ options, n, began, agent: pools[n % pools.length]! }, result);
      pending.add(sending);
      void sending.then(() => pending.delete(sending));
    }
  };
  const timer = setInterval(tick, tickMs);

  return {
    startedAt,
    get sent() {
      return result.sent;
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(pending);
      for (const pool of pools) pool.destroy();
      result.latencies = latenciesOf(result.responses);
      return result;
    },
  };
}

interface Shot {
  options: LoadOptions;
  n: number;
  /** `performance.now()` of the load's beginning. */
  began: number;
  agent: Agent;
}

async function send({ options, n, began, agent }: Shot, result: LoadResult): Promise<void> {
  const { port, rps, postShare } = options;
  const isPost = Math.floor((n + 1) * postShare) > Math.floor(n * postShare);
  const method = isPost ? "POST" : "GET";
  const chosen = (isPost ? options.postPath : undefined) ?? options.path ?? "/";
  const path = typeof chosen === "string" ? chosen : chosen(n);
  // Due, not sent: an answer that is late because the sender was held up is late all the same.
  const atMs = (n * 1000) / rps;
  try {
    const headed = isPost ? { headers: { "content-type": "application/json" } } : {};
    const asked = request({ host: "127.0.0.1", port, method, path, agent, ...headed });
    if (isPost) sendBody(asked, { text: `{"request":${n}}`, ms: options.bodyMs ?? 0 });
    else asked.end();
    const { statusCode = 0, headers } = await answerTo(asked);
    const ms = performance.now() - began - atMs;
    const instance = headers["x-instance"];
    const named = typeof instance === "string" ? { instance } : {};
    result.responses.push({ atMs, ms, status: statusCode, method, path, ...named });
    if (statusCode < 500) result.ok++;
    else result.failed.push({ method, path, status: statusCode, atMs });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    result.failed.push({ method, path, error: code ?? message, atMs });
  }
}

/** All but its last byte at once; that one when the time is over. */
function sendBody(asked: ClientRequest, { text, ms }: { text: string; ms: number }): void {
  asked.setHeader("content-length", text.length);
  asked.write(text.slice(0, -1));
  const timer = setTimeout(() => asked.end(text.slice(-1)), ms);
  asked.once("close", () => clearTimeout(timer));
}

/** The whole answer to a request. Throws when any part of it is missing. */
function answerTo(asked: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    asked.once("response", (response) => {
      response.resume();
      response.once("error", () => reject(new Error(cutOff)));
      response.once("close", () => (response.complete ? resolve(response) : reject(new Error(cutOff))));
    });
    const timer = setTimeout(
      () => asked.destroy(new Error(`no answer within ${answerWithinMs / 1000} s`)),
      answerWithinMs,
    );
    asked.once("error", reject);
    asked.once("close", () => clearTimeout(timer));
  });
}

function latenciesOf(responses: readonly LoadResponse[]): LoadResult["latencies"] {
  const sorted = responses.map((one) => one.ms).toSorted((left, right) => left - right);
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: Math.round(sorted.at(-1) ?? 0) };
}
