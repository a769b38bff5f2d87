// spillway/coherence: read your own writes over many servers.

import { currentScope, runInThisScope, Scope } from "./scope.ts";
import { writeToken } from "./token.ts";

export { tokenHeader } from "./http.ts";

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
  const positions = currentScope()?.positions();
  return positions === undefined || positions.size === 0 ? undefined : writeToken(positions);
}
