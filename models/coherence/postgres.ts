// Postgres: a primary whose commits become visible, a replica that lags, and a promotion.

import { primaryOnly, type Lsn, type Postgres, type Rows } from "./state.ts";
import { processName, rowsText, writerName, type Turn } from "./turn.ts";

const perTimeline = 10;
export const firstLsn: Lsn = perTimeline;
/** Later than any place on the first timeline: it was not left yet. */
export const noFork: Lsn = 2 * perTimeline - 1;

export const timelineOf = (lsn: Lsn): number => Math.floor(lsn / perTimeline);
export const lsnText = (lsn: Lsn): string => `${timelineOf(lsn)}/${lsn % perTimeline}`;

export function isLost({ fork }: Postgres, lsn: Lsn): boolean {
  return lsn > fork && timelineOf(lsn) === 1;
}

export function lostRows(postgres: Postgres): Rows {
  return rowsWhere(postgres, (lsn) => isLost(postgres, lsn));
}

export function primaryRows(postgres: Postgres): Rows {
  return rowsWhere(postgres, (lsn, visible) => visible && !isLost(postgres, lsn));
}

/** A replica that has not followed to the new timeline still has what was lost. */
export function replicaRows(postgres: Postgres): Rows {
  const { replica } = postgres;
  const keepsLost = timelineOf(replica) === 1;
  return rowsWhere(postgres, (lsn) => lsn <= replica && (keepsLost || !isLost(postgres, lsn)));
}

function rowsWhere({ commits }: Postgres, has: (lsn: Lsn, visible: boolean) => boolean): Rows {
  let rows: Rows = 0;
  for (let writer = 0; writer < commits.length; writer++) {
    const { lsn, visible } = commits[writer]!;
    if (lsn > 0 && has(lsn, visible)) rows |= 1 << writer;
  }
  return rows;
}

/** Whether the replica may be read by someone who must see all up to `fence`. */
export function replicaHas(
  { postgres: { replica } }: Turn["state"],
  fence: Lsn,
  rules: Turn["rules"],
): boolean {
  if (rules.timelinesAreCompared || fence === primaryOnly) return replica >= fence;
  return replica % perTimeline >= fence % perTimeline;
}

export function postgresSteps(turn: Turn): void {
  const { postgres } = turn.state;
  postgres.commits.forEach(({ lsn, visible }, writer) => {
    if (lsn === 0 || visible || isLost(postgres, lsn)) return;
    turn.can(`the commit of ${writerName(writer)} becomes visible`, (after) => {
      after.postgres.commits[writer]!.visible = true;
    });
  });
  if (postgres.replica !== postgres.flushed) replay(turn);
}

function replay(turn: Turn): void {
  const { replica, flushed, fork } = turn.state.postgres;
  const leaves = timelineOf(replica) < timelineOf(flushed) && replica >= fork;
  const to = leaves ? fork + perTimeline : replica + 1;
  turn.can(`the replica ${leaves ? "follows to" : "replays"} ${lsnText(to)}`, (after) => {
    after.postgres.replica = to;
  });
}

/** Any standby may become the primary: whatever was not confirmed by it is lost. */
export function promotion(turn: Turn): void {
  const { flushed } = turn.state.postgres;
  if (timelineOf(flushed) > 1) return;
  for (let fork = firstLsn; fork <= flushed; fork++)
    turn.can(`a standby at ${lsnText(fork)} is promoted`, (after) => {
      const { postgres } = after;
      postgres.fork = fork;
      postgres.flushed = fork + perTimeline;
      after.tailer = Math.min(after.tailer, fork);
      for (const commit of postgres.commits) commit.visible = commit.lsn > 0 && !isLost(postgres, commit.lsn);
      after.writers.forEach((writer, index) => {
        const lost = isLost(postgres, postgres.commits[index]!.lsn);
        if (lost && !writer.phase.startsWith("acknowledged")) writer.phase = "crashed";
      });
    });
}

/** A REPEATABLE READ transaction is opened before a client's read. */
export function snapshotSteps(turn: Turn): void {
  turn.family.clients.forEach(({ opensSnapshot, through }, index) => {
    const client = turn.state.clients[index]!;
    if (!opensSnapshot || client.snapshot !== undefined || client.read !== undefined) return;
    const rows = primaryRows(turn.state.postgres);
    turn.can(
      `client ${index} at ${processName(through[0]!)} opens a REPEATABLE READ transaction that sees ${rowsText(rows)}`,
      (after) => {
        after.clients[index]!.snapshot = rows;
      },
    );
  });
}
