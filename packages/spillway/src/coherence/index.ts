// spillway/coherence: read your own writes over many servers.

import { logs } from "./log.ts";
import { nothing } from "./position.ts";
import { currentScope, runInThisScope, Scope } from "./scope.ts";
import { type LogMarks, writeToken } from "./token.ts";

export { tokenHeader } from "./http.ts";

const nothingFollowed: LogMarks = new Map();

/**
 * Runs `work` as one request or job: after its first write everything it reads comes from the primary, before
 * that from one and the same replica, and from none that lacks what `token` stands for. The preload opens such
 * a scope for each HTTP request; open one yourself for jobs, scripts and tests. Scopes do not nest: the inner
 * one is a request of its own.
 *
 * ```ts
 * import { causalityToken, runInScope } from "spillway/coherence";
 *
 * await queue.add({ order: 7, token: causalityToken() }); // where the job is made
 * await runInScope(() => handle(job), { token: job.token }); // where it is done
 * ```
 */
export function runInScope<T>(work: () => T, { token }: { token?: string | undefined } = {}): T {
  return runInThisScope(new Scope({}, token), work);
}

/**
 * The signed token of the current scope: what it was given and what it has written since. Undefined when there
 * is nothing to see. Put it into a job's payload, or into the `tokenHeader` of a request to another service.
 * A token holds no user data. It is void after a failover: then its bearer reads from the primary.
 *
 * Throws SPILLWAY_SECRET_MISSING when SPILLWAY_SECRET is not set.
 */
export function causalityToken(): string | undefined {
  const scope = currentScope();
  const [positions, marks] = [scope?.positions() ?? nothing, scope?.marks() ?? nothingFollowed];
  return positions.size + marks.size === 0 ? undefined : writeToken(positions, marks);
}

/**
 * The same for a client that wants monotonic reads: besides, it stands for all that the current scope has read. Ask for
 * it when the answer is made, and have it sent with the next request: what is read then is never older, as far as it
 * was acknowledged to whoever wrote it. It costs a round trip to Redis. Throws what `causalityToken` throws.
 */
export async function monotonicToken(): Promise<string | undefined> {
  const scope = currentScope();
  if (scope !== undefined) await Promise.all([...logs].map((log) => log.followToEnd(scope)));
  return causalityToken();
}
