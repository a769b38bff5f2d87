// Shows statements, pools and replicas to prom-client.

import type { Gauge, Registry } from "prom-client";
import { durationMetric, type Labelled } from "../../metrics/durations.ts";
import { registry } from "../../metrics/registry.ts";
import { counterOf, gaugeOf, type Sample } from "../../metrics/samples.ts";
import { processState } from "../../process-state.ts";
import type { Cluster } from "../servers/cluster.ts";
import type { Server } from "../servers/server.ts";
import { queryBuckets, querySeries } from "./query-series.ts";

/** The clusters that this process has a pool for. */
const clusters = processState("clusters", () => new Set<Cluster>());

export function showCluster(cluster: Cluster): void {
  clusters.add(cluster);
  const to = registry();
  if (to.getSingleMetric("db_query_duration_seconds") === undefined) register(to);
}

export function hideCluster(cluster: Cluster): void {
  clusters.delete(cluster);
}

function register(to: Registry): void {
  const bounds = queryBuckets;
  to.registerMetric(
    durationMetric({
      name: "db_query_duration_seconds",
      help: "Seconds from sending a statement to its whole answer.",
      bounds,
      all: durations,
      clear: () => querySeries.durations.clear(),
    }),
  );
  to.registerMetric(
    durationMetric({
      name: "db_pool_checkout_wait_seconds",
      help: "Seconds a statement waited for a connection, new or returned.",
      bounds,
      all: waits,
      clear: () => querySeries.waits.clear(),
    }),
  );
  to.registerMetric(
    counterOf({
      name: "db_queries_routed_total",
      help: "Statements by the server they went to and why.",
      labelNames: ["server", "reason"],
      read: routed,
    }),
  );
  for (const one of gauges) to.registerMetric(gauge(one));
}

function* durations(): Generator<Labelled> {
  for (const [server, operations] of querySeries.durations)
    for (const [operation, series] of operations) yield { labels: { operation, server }, ...series };
}

function* waits(): Generator<Labelled> {
  for (const [server, series] of querySeries.waits)
    for (const one of series.values()) yield { labels: { server }, ...one };
}

function* routed(): Generator<Sample> {
  for (const [server, reasons] of querySeries.routed)
    for (const [reason, { count }] of reasons) yield [{ server, reason }, count];
}

interface ServerGauge {
  name: string;
  help: string;
  /** Label sets and values of one server. */
  read: (server: Server) => Sample[];
}

const ofStandby = (server: Server, value: number | undefined): Sample[] =>
  server.role === "standby" && value !== undefined ? [[{}, value]] : [];

const gauges: ServerGauge[] = [
  {
    name: "db_server_info",
    help: "1 for each server, with its role and where it was configured.",
    read: ({ role, address, problem }) => [
      [{ role: problem === undefined ? role : "unknown", setting: address.setting }, 1],
    ],
  },
  {
    name: "db_server_usable",
    help: "1 if statements can be sent to the server.",
    read: ({ reachable }) => [[{}, reachable ? 1 : 0]],
  },
  {
    name: "db_pool_connections",
    help: "Open connections of this process.",
    read: ({ pool }) => [
      [{ state: "idle" }, pool.idleCount],
      [{ state: "busy" }, pool.totalCount - pool.idleCount],
    ],
  },
  {
    name: "db_pool_waiting",
    help: "Statements that wait for a connection now.",
    read: ({ pool }) => [[{}, pool.waiting]],
  },
  {
    name: "db_pool_max_connections",
    help: "Most connections this process may open: its share of the budget.",
    read: ({ pool }) => [[{}, pool.max]],
  },
  {
    name: "db_replica_lag_seconds",
    help: "Age of the last replayed commit while there is WAL to replay, else 0.",
    read: (server) => ofStandby(server, server.report && server.lagMs / 1_000),
  },
  {
    name: "db_replica_lag_bytes",
    help: "WAL that the replica has received and not replayed.",
    read: (server) => ofStandby(server, server.report?.lagBytes),
  },
];

function gauge({ name, help, read }: ServerGauge): Gauge {
  return gaugeOf({
    name,
    help,
    labelNames: ["server", "role", "setting", "state"],
    *read() {
      for (const { servers } of clusters)
        for (const server of servers)
          for (const [labels, value] of read(server)) yield [{ server: server.label, ...labels }, value];
    },
  });
}
