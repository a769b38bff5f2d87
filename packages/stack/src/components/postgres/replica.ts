// A replica: follows the primary by streaming, and is made anew from it when it no longer can.

import { rmSync } from "node:fs";
import { slotName } from "../../render/postgres.ts";
import { nodeNamed } from "../../topology/topology.ts";
import type { ProbeResult } from "../component.ts";
import { baseBackup } from "./base-backup.ts";
import { withClient } from "./connection.ts";
import { PostgresComponent, dataDirOf } from "./server.ts";

// What PostgreSQL says when no amount of waiting lets the replica catch up: the WAL it needs is gone, its
// slot is lost, or its history parted from the primary's.
const cannotFollow = [
  /requested WAL segment \S+ has already been removed/,
  /can no longer (?:get changes from|access) replication slot/,
  /replication slot "\S+" does not exist/,
  /requested starting point .* is ahead of the WAL flush position/,
  /highest timeline \d+ of the primary is behind recovery timeline/,
  /new timeline \d+ forked off current database system timeline/,
  /database system identifier differs between the primary and standby/,
  /requested timeline \d+ is not a child of this server's history/,
];

const follows = "SELECT status, latest_end_lsn FROM pg_stat_wal_receiver";

export class Replica extends PostgresComponent {
  readonly role = "replica";
  /** Its data was found to be of no more use. */
  #lost = false;
  /** Made anew since it was last ready. */
  #rebuilt = false;

  async prepare(): Promise<void> {
    this.makeFolders();
    if (!this.#isUsable()) await this.#build();
    this.writeConfiguration({
      port: this.#primaryPort,
      password: this.context.secrets.replicator,
      slot: slotName(this.name),
    });
    this.writeFile("standby.signal", "");
  }

  async probe(timeoutMs: number): Promise<ProbeResult> {
    try {
      const rows = await this.connection.query<{ status: string }>(follows, timeoutMs);
      const status = rows[0]?.status ?? "not connected to the primary";
      return status === "streaming" ? { state: "ready" } : { state: "unready", reason: status };
    } catch (error) {
      const reason = (error as Error).message;
      return { state: /timeout/i.test(reason) ? "silent" : "unready", reason };
    }
  }

  /** A replica is a copy: where its data is damaged, it is made anew, once per start. */
  override async recover(log: string): Promise<boolean> {
    if (await super.recover(log)) return true;
    if (this.damageIn(log) === undefined || this.#rebuilt) return false;
    this.#lost = true;
    return true;
  }

  async afterStart(): Promise<void> {
    this.#rebuilt = false;
  }

  async heal(log: string): Promise<boolean> {
    if (!cannotFollow.some((pattern) => pattern.test(log))) return false;
    this.connection.close();
    this.#lost = true;
    return true;
  }

  override async describe(): Promise<Record<string, unknown>> {
    const rows = await this.connection.query<Record<string, unknown>>(
      `SELECT coalesce((SELECT status FROM pg_stat_wal_receiver), 'disconnected') AS state,
              pg_last_wal_replay_lsn() AS replayed,
              coalesce(pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), 0)::float AS "lagBytes"`,
      2_000,
    );
    return { ...(await super.describe()), replication: rows[0] };
  }

  get #primaryPort(): number {
    return nodeNamed(this.context.topology, "primary").ports["main"]!;
  }

  #isUsable(): boolean {
    if (this.#lost || this.isEmpty()) return false;
    try {
      this.checkData();
      return true;
    } catch {
      return false;
    }
  }

  async #build(): Promise<void> {
    this.#rebuilt = true;
    rmSync(this.dataDir, { recursive: true, force: true });
    const { secrets } = this.context;
    await withClient({ port: this.#primaryPort, password: secrets.postgres }, async (client) => {
      // A slot that was lost is of no more use; the new one keeps WAL from now on.
      const slot = slotName(this.name);
      await client.query(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1",
        [slot],
      );
      await client.query("SELECT pg_create_physical_replication_slot($1, true)", [slot]);
      await baseBackup(client, {
        from: dataDirOf(this.context, "primary"),
        to: this.dataDir,
        ...(this.user === undefined ? {} : { owner: this.user }),
      });
    });
    this.#lost = false;
  }
}
