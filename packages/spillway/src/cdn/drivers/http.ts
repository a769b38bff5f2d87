// One request to the API of a CDN.

import { Failure, kindOfStatus, retryAfter } from "./failure.ts";

export interface ApiRequest {
  url: URL;
  headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  body?: unknown;
  signal: AbortSignal;
  /** Taken out of whatever is told of the answer. */
  secret: string;
}

const longestProblem = 200;

/** POSTs it, and resolves with the text of the answer. Throws a Failure for any status but 2xx. */
export async function post(request: ApiRequest): Promise<string> {
  const response = await send(request);
  const text = await response.text();
  if (response.ok) return text;
  throw new Failure(
    kindOfStatus(response.status),
    told(`status ${response.status} ${text}`, request.secret),
    {
      retryAfterSeconds: retryAfter(response.headers.get("retry-after")),
    },
  );
}

async function send({ url, headers, body, signal }: ApiRequest): Promise<Response> {
  const content = body === undefined ? {} : { "content-type": "application/json" };
  try {
    return await fetch(url, {
      method: "POST",
      headers: { accept: "application/json", ...content, ...headers },
      // Followed, a redirect would take the secret to whoever it names.
      redirect: "manual",
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw new Failure("temporary", reachProblem(error), { cause: error });
  }
}

/** `fetch failed` says nothing; what it failed of is its cause. */
function reachProblem(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error ? inner.message || inner.name : String(inner);
}

/** The answer of a server, on one line and without the secret, in case it repeats what it was sent. */
export function told(text: string, secret: string): string {
  const clean = text.replaceAll(secret, "…").replaceAll(/\s+/g, " ").trim();
  return clean.length > longestProblem ? `${clean.slice(0, longestProblem)}…` : clean;
}

/** The answer as JSON; undefined if it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
