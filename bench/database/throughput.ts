// Single-row selects by primary key.

import type { Pool } from "pg";
import type { Cluster } from "../../testing/postgres-cluster.ts";
import { Clients, type Items } from "./clients.ts";
import { type Contestant, medianRatio, race } from "./race.ts";
import { idOf, selectText } from "./table.ts";

const rounds = 16;
/** The two differ least there. */
const overheadRounds = 60;
const peerRounds = 12;
const ten = { max: 10 };
/** One server, for what the pool itself costs or saves. */
const alone = { ...ten, replicas: [], budget: false };

type Figures = Record<string, number>;

export async function throughput(cluster: Cluster): Promise<Figures> {
  return {
    ...(await overhead(cluster)),
    ...(await named(cluster)),
    ...(await defaults(cluster)),
    ...(await pipelined(cluster)),
    ...(await peers(cluster)),
  };
}

async function overhead(cluster: Cluster): Promise<Figures> {
  await using opened = new AsyncDisposableStack();
  const clients = new Clients(cluster, opened);
  const ours = selects("spillway", clients.spillway({ ...alone, namedStatements: false }));
  const results = await race([selects("pg", clients.pg(ten)), ours], overheadRounds);
  return { selectVsPg: medianRatio(results, "spillway", "pg") };
}

async function named(cluster: Cluster): Promise<Figures> {
  await using opened = new AsyncDisposableStack();
  const clients = new Clients(cluster, opened);
  const pool = clients.pg(ten);
  const theirs: Contestant = {
    name: "pg",
    work: (turn) => pool.query({ name: "select", text: selectText, values: [idOf(turn)] }),
  };
  const results = await race([theirs, selects("spillway", clients.spillway(alone))], rounds);
  return { selectNamedVsPgNamed: medianRatio(results, "spillway", "pg") };
}

async function defaults(cluster: Cluster): Promise<Figures> {
  await using opened = new AsyncDisposableStack();
  const clients = new Clients(cluster, opened);
  const results = await race([selects("pg", clients.pg()), selects("spillway", clients.spillway())], rounds);
  return { defaultVsPg: medianRatio(results, "spillway", "pg") };
}

async function pipelined(cluster: Cluster): Promise<Figures> {
  await using opened = new AsyncDisposableStack();
  const clients = new Clients(cluster, opened);
  const ours = clients.spillway({ replicas: [], pipelineReads: true });
  const results = await race([selects("pg", clients.pg(ten)), selects("spillway", ours)], rounds);
  return { pipelinedVsPool10: medianRatio(results, "spillway", "pg") };
}

async function peers(cluster: Cluster): Promise<Figures> {
  await using opened = new AsyncDisposableStack();
  const clients = new Clients(cluster, opened);
  const sql = clients.postgresJs();
  const contestants: Contestant[] = [
    selects("pg", clients.pg()),
    { name: "postgresJs", work: (turn) => sql`SELECT id, value FROM item WHERE id = ${idOf(turn)}` },
    reads("drizzleWithReplicas", clients.drizzleWithReplicas()),
    reads("drizzleOnSpillway", clients.drizzleOn(clients.spillway())),
    reads("prismaReplicas", await clients.prismaWithReplicas()),
    reads("prismaOnSpillway", await clients.prismaOn(clients.spillway())),
  ];
  const results = await race(contestants, peerRounds);
  return {
    postgresJsVsPg: medianRatio(results, "postgresJs", "pg"),
    drizzleWithReplicasVsPg: medianRatio(results, "drizzleWithReplicas", "pg"),
    prismaReplicasVsPg: medianRatio(results, "prismaReplicas", "pg"),
    drizzleOnSpillwayVsDrizzleWithReplicas: medianRatio(results, "drizzleOnSpillway", "drizzleWithReplicas"),
    prismaOnSpillwayVsPrismaReplicas: medianRatio(results, "prismaOnSpillway", "prismaReplicas"),
  };
}

function selects(name: string, pool: Pool): Contestant {
  return { name, work: (turn) => pool.query(selectText, [idOf(turn)]) };
}

function reads(name: string, { read }: Items): Contestant {
  return { name, work: (turn) => read(idOf(turn)) };
}
