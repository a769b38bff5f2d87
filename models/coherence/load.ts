// A read that is under way: load from the database, fill Redis, answer.

import { keepInL1 } from "./l1.ts";
import { lsnText, primaryRows, replicaHas, replicaRows } from "./postgres.ts";
import { fill, markerOf } from "./redis.ts";
import { primaryOnly, type Answer, type Lsn, type Read, type Rows, type State } from "./state.ts";
import { clientName, rowsText, type Turn } from "./turn.ts";

export function continueLoad(turn: Turn, client: number): void {
  const read = turn.state.clients[client]!.read!;
  if (read.phase === "fenced") takeStamp(turn, client);
  if (read.phase === "loading") load(turn, client, read);
  if (read.phase === "filling") store(turn, client, read);
  if (read.phase === "answering") answer(turn, client, read);
}

/** Only where stamp and fence are not read together. */
function takeStamp(turn: Turn, client: number): void {
  const { seq } = turn.state.redis.data;
  turn.can(`${clientName(client)} takes stamp ${seq}`, (after) => {
    const read = after.clients[client]!.read!;
    read.stamp = seq;
    read.phase = "loading";
  });
}

function load(turn: Turn, client: number, { fence }: Read): void {
  const { postgres } = turn.state;
  const { snapshot } = turn.state.clients[client]!;
  if (snapshot !== undefined) return loaded(turn, client, { value: snapshot, at: primaryOnly });
  loaded(turn, client, { value: primaryRows(postgres), at: primaryOnly });
  if (replicaHas(turn.state, fence, turn.rules))
    loaded(turn, client, { value: replicaRows(postgres), at: postgres.replica });
}

function loaded(turn: Turn, client: number, { value, at }: { value: Rows; at: Lsn }): void {
  const where = at === primaryOnly ? "the primary" : `the replica at ${lsnText(at)}`;
  turn.can(`${clientName(client)} loads ${rowsText(value)} from ${where}`, (after) => {
    const read = after.clients[client]!.read!;
    read.phase = "filling";
    read.value = value;
    read.fence = 0;
    // Where it was loaded matters only to who has yet to learn its tags.
    if (turn.family.lateTags) read.loadedAt = at;
    return read.epoch > 0 ? [] : reply(after, turn, client);
  });
}

function store(turn: Turn, client: number, { loadedAt }: Read): void {
  const { family, rules, state } = turn;
  const { data } = state.redis;
  const isTooOld = family.lateTags === true && loadedAt < markerOf(data).lsn;
  if (isTooOld && rules.lateCheckReloads) return loadAgain(turn, client);
  turn.can(`${clientName(client)} fills Redis${isTooOld ? ", which refuses" : ""}`, (after) => {
    const read = after.clients[client]!.read!;
    if (!rules.stampIsTakenBeforeLoad) read.stamp = data.seq;
    const isStored = !isTooOld && fill(after.redis.data, client, { read, rules });
    read.kept &&= isStored;
    read.loadedAt = 0;
    return reply(after, turn, client);
  });
}

/** The tags, now known, ask for more than the replica had. */
function loadAgain(turn: Turn, client: number): void {
  turn.can(`${clientName(client)} finds its load too old for its tags`, (after) => {
    const read = after.clients[client]!.read!;
    if (!turn.rules.joinersGetSecondLoad) tellJoiners(after, client, read);
    read.phase = "loading";
    read.value = 0;
    read.loadedAt = 0;
    read.fence = primaryOnly;
  });
}

/** The answer is on its way. Without an L1 it can change nothing when it arrives: then it arrives at once. */
export function reply(after: State, turn: Turn, client: number): Answer[] {
  const read = after.clients[client]!.read!;
  read.phase = "answering";
  return turn.family.l1 ? [] : [end(after, { turn, client, read })];
}

function answer(turn: Turn, client: number, { source }: Read): void {
  turn.can(`${clientName(client)} gets the answer from ${source}`, (after) => {
    const read = after.clients[client]!.read!;
    if (source !== "join") keepInL1(after, read, turn.rules);
    tellJoiners(after, client, read);
    return [end(after, { turn, client, read })];
  });
}

function tellJoiners({ clients }: State, leader: number, { value, stamp, epoch }: Read): void {
  for (const { read } of clients)
    if (read?.phase === "joined" && read.leader === leader)
      Object.assign(read, { phase: "answering", leader: undefined, value, stamp, epoch });
}

/** A read ends: its client has its value, and a token for its next read. */
export function end(
  after: State,
  { turn, client, read }: { turn: Turn; client: number; read: Read },
): Answer {
  const { process, value, source, began, epoch, stamp } = read;
  const holder = after.clients[client]!;
  holder.read = undefined;
  holder.readsLeft--;
  const { monotonic } = turn.family.clients[client]!;
  if (monotonic) holder.last = value;
  if (monotonic && turn.rules.readsReturnTokens && epoch > 0) {
    const seq = holder.token?.epoch === epoch ? Math.max(holder.token.seq, stamp) : stamp;
    holder.token = { epoch, seq, lsn: holder.token?.lsn ?? 0 };
  }
  return { client, process, value, source, began };
}
