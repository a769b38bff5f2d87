// The database pool beside its peers, on a real primary with two replicas: throughput, reads of one's own
// writes, failed inserts. All figures but the counts are ratios, of slices or calls that took turns.

import { randomBytes } from "node:crypto";
import { startCluster } from "../testing/postgres-cluster.ts";
import { makeTable } from "./database/table.ts";
import { throughput } from "./database/throughput.ts";
import { ownWrites } from "./database/users.ts";
import { violations } from "./database/violations.ts";

export async function run(): Promise<Record<string, number>> {
  process.env["SPILLWAY_SECRET"] ??= randomBytes(16).toString("hex");
  // A commit that need not reach the disk would make every other cost look large.
  await using cluster = await startCluster({ replicas: 2, settings: { fsync: "on" } });
  await makeTable(cluster);
  return {
    ...(await throughput(cluster)),
    ...(await ownWrites(cluster)),
    ...(await violations(cluster)),
  };
}
