// Whether a statement that failed may be tried again, and where. A statement whose outcome is unknown never is.

import { SpillwayError } from "../../errors.ts";
import type { Router } from "../routing/router.ts";
import type { Cluster } from "../servers/cluster.ts";
import { type Failure, failureOf } from "../servers/failure.ts";
import type { Server } from "../servers/server.ts";
import type { Call } from "../routing/call.ts";
import { rename } from "./names.ts";

/** What to do next: try again at once, try again when there is room, or give the error to the caller. */
export type Next = "again" | "wait" | "give-up";

function failureBehind(error: unknown): Failure {
  return failureOf(error instanceof SpillwayError && error.cause !== undefined ? error.cause : error);
}

interface Failed {
  call: Call;
  server: Server;
  error: unknown;
  cluster: Cluster;
  router: Router;
}

export function nextAfter(failed: Failed): Next {
  const { call, cluster, error } = failed;
  // Each server may fail once, and a primary may be lost once more while it moves.
  if (++call.attempts > cluster.servers.length + 2) return "give-up";
  const failure = failureBehind(error);
  if (!call.sent) return afterConnecting(failed, failure);
  // The server refused to run the plan it had prepared: nothing was executed.
  if (failure === "plan") return withNewName(call);
  const isRead = failed.router.objection(call.statement) === undefined;
  if (!isRead) return "give-up";
  return failed.server.role === "primary" ? afterPrimary(failure) : afterReplica(failed, failure);
}

function afterConnecting({ call, server, cluster }: Failed, failure: Failure): Next {
  const isPrimary = server === cluster.primary() || server.role === "primary";
  if (failure === "full" && isPrimary) {
    call.attempts--;
    return "wait";
  }
  if (failure === "server" && isPrimary) return cluster.servers.length > 1 ? "again" : "give-up";
  if (failure === "statement" || (failure === "access" && isPrimary)) return "give-up";
  call.failed.push(server);
  return "again";
}

function afterPrimary(failure: Failure): Next {
  return failure === "server" ? "again" : "give-up";
}

function afterReplica({ call, server, cluster, router }: Failed, failure: Failure): Next {
  if (failure === "read-only") router.learn(call.statement);
  else if (failure === "server" || failure === "recovery") call.failed.push(server);
  // A table or function that the replica has not replayed yet: only the primary knows whether it exists.
  else if (failure === "schema") call.failed.push(...cluster.servers);
  else return "give-up";
  return "again";
}

function withNewName({ query, statement }: Call): Next {
  if (query.name === undefined) rename(statement);
  // The caller's own name is bound to its text in the connection: this once, go without.
  else delete query.name;
  return "again";
}
