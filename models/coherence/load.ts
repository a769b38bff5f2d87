// A read that is under way: load from the database, fill Redis, answer.

import { fenceOf, keepInL1 } from "./process.ts";
import { lsnText, primaryRows, replicaHas, replicaRows } from "./postgres.ts";
import { fill } from "./redis.ts";
import { primaryOnly, type Answer, type Read, type Rows, type State } from "./state.ts";
import { clientName, rowsText, type Turn } from "./turn.ts";

export function continueLoad(turn: Turn, client: number): void {
  const read = turn.state.clients[client]!.read!;
  if (read.phase === "loading") load(turn, client, read);
  if (read.phase === "filling") finishLoad(turn, client, read);
  if (read.phase === "answering")
    turn.can(`${clientName(client)} gets the answer from ${read.source}`, (after) => [
      answer(after, turn, client),
    ]);
}

function load(turn: Turn, client: number, { fence }: Read): void {
  const { postgres } = turn.state;
  const { snapshot } = turn.state.clients[client]!;
  if (snapshot !== undefined) return loaded(turn, client, { value: snapshot, where: "its snapshot" });
  loaded(turn, client, { value: primaryRows(postgres), where: "the primary" });
  if (!replicaHas(turn.state, fence, turn.rules)) return;
  loaded(turn, client, {
    value: replicaRows(postgres),
    where: `the replica at ${lsnText(postgres.replica)}`,
  });
}

function loaded(turn: Turn, client: number, { value, where }: { value: Rows; where: string }): void {
  turn.can(`${clientName(client)} loads ${rowsText(value)} from ${where}`, (after) => {
    const read = after.clients[client]!.read!;
    read.phase = "filling";
    read.value = value;
    // What it had to see matters only to who has yet to learn its tags.
    if (!turn.family.lateTags) read.fence = 0;
    return read.epoch > 0 ? [] : [answer(after, turn, client)];
  });
}

function finishLoad(turn: Turn, client: number, { process, fence }: Read): void {
  const { family, rules, state } = turn;
  const isTooOld = family.lateTags === true && fenceOf(state.processes[process]!) > fence;
  if (isTooOld && rules.lateCheckReloads) return loadAgain(turn, client);
  turn.can(`${clientName(client)} fills Redis`, (after) => {
    const read = after.clients[client]!.read!;
    if (!rules.stampIsTakenBeforeLoad) read.stamp = after.processes[process]!.position;
    if (!isTooOld) fill(after.redis.data, client, { read, rules });
    read.fence = 0;
    return arrive(after, turn, client);
  });
}

/** The tags, now known, ask for more than the load had to see. */
function loadAgain(turn: Turn, client: number): void {
  turn.can(`${clientName(client)} finds its load too old for its tags`, (after) => {
    const read = after.clients[client]!.read!;
    if (!turn.rules.joinersGetSecondLoad) tellJoiners(after, client, read);
    read.phase = "loading";
    read.value = 0;
    read.fence = primaryOnly;
  });
}

/** The answer is on its way. Without an L1 it can change nothing when it arrives: then it arrives at once. */
export function arrive(after: State, turn: Turn, client: number): Answer[] {
  if (!turn.family.l1) return [answer(after, turn, client)];
  after.clients[client]!.read!.phase = "answering";
  return [];
}

/** A read ends: its client has its value, and may get a token for its next read. */
export function answer(after: State, { family, rules }: Turn, client: number): Answer {
  const holder = after.clients[client]!;
  const read = holder.read!;
  const { process, value, source, began, epoch, stamp } = read;
  if (family.l1 && (source === "load" || source === "L2")) keepInL1(after.processes[process]!, read, rules);
  tellJoiners(after, client, read);
  holder.read = undefined;
  holder.readsLeft--;
  if (family.clients[client]!.monotonic) {
    holder.last = value & began.announced;
    // The stamp is not enough: a process that lags may load more than its stamp tells.
    const token = rules.readTokensArePulled ? read.token : { epoch, seq: stamp, lsn: 0 };
    if (rules.readsReturnTokens) holder.token = token;
  }
  return { client, process, value, source, began };
}

function tellJoiners({ clients }: State, leader: number, { value, stamp, epoch }: Read): void {
  for (const { read } of clients)
    if (read?.phase === "joined" && read.leader === leader)
      Object.assign(read, { phase: "answering", leader: undefined, value, stamp, epoch });
}
