// Asks every server once and says what is wrong with the settings.

import type { SpillwayError } from "../../errors.ts";
import type { Cluster } from "./cluster.ts";
import type { Server } from "./server.ts";

/** How long the servers may take to be heard for the first time. */
const hearMs = 3_000;

/** Throws the first problem; the others are in its `cause`. */
export async function checkCluster(cluster: Cluster): Promise<void> {
  cluster.start();
  const problems = (await Promise.all(cluster.servers.map(problemOf))).filter((one) => one !== undefined);
  if (problems.length === 0) {
    await cluster.until(hearMs, () => cluster.servers.every(({ report }) => report !== undefined));
    problems.push(...laterProblems(cluster));
  }
  const [first, ...others] = problems;
  if (first === undefined) return;
  if (others.length > 0) first.cause ??= new AggregateError(others);
  throw first;
}

/** What connecting meets. */
function problemOf(server: Server): Promise<Error | undefined> {
  return new Promise((resolve) => {
    server.take((error, client) => {
      if (client !== undefined) server.pool.giveBack(client, false);
      resolve(error as Error | undefined);
    });
  });
}

/** What only shows once the servers have said who they are. */
function laterProblems({ servers, watches }: Cluster): SpillwayError[] {
  const rejected = servers.map((server) => server.rejected);
  const short = [...watches.values()].map(({ budget }) => budget.problem());
  return [...rejected, ...short].filter((one) => one !== undefined);
}
