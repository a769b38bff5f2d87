// The primary: the one server that takes writes.

import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { spawnSync } from "node:child_process";
import type { Client } from "pg";
import { slotName } from "../../render/postgres.ts";
import { nodesOf } from "../../topology/topology.ts";
import type { ProbeResult } from "../component.ts";
import { withClient } from "./connection.ts";
import { scramVerifier } from "./scram.ts";
import { PostgresComponent } from "./server.ts";

export class Primary extends PostgresComponent {
  readonly role = "primary";

  async prepare(): Promise<void> {
    this.makeFolders();
    if (this.isEmpty()) this.#initialise();
    this.checkData();
    this.writeConfiguration();
  }

  async probe(timeoutMs: number): Promise<ProbeResult> {
    try {
      const rows = await this.connection.query<{ standby: boolean }>(
        "SELECT pg_is_in_recovery() AS standby",
        timeoutMs,
      );
      return rows[0]?.standby === false
        ? { state: "ready" }
        : { state: "unready", reason: "it is a standby" };
    } catch (error) {
      const reason = (error as Error).message;
      return { state: /timeout/i.test(reason) ? "silent" : "unready", reason };
    }
  }

  /** Roles, the app's database and one slot per replica. Asks first, so that a second start changes nothing. */
  async afterStart(): Promise<void> {
    await withClient(this.address(), async (client) => {
      await ensureRole(client, "replicator", "REPLICATION", this.context.secrets.replicator);
      await ensureRole(client, "app", "REPLICATION IN ROLE pg_monitor", this.context.secrets.app);
      await letFollow(client, "app");
      const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = 'app'");
      if (rowCount === 0) await client.query("CREATE DATABASE app OWNER app");
      await this.#fitSlots(client);
    });
    await withClient(this.address("app"), (client) =>
      client.query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements"),
    );
  }

  override async recover(log: string): Promise<boolean> {
    if (await super.recover(log)) return true;
    const damage = this.damageIn(log);
    if (damage !== undefined && !this.permanentFailures.some((one) => one.test(log)))
      throw this.dataDamaged(damage);
    return false;
  }

  override async describe(): Promise<Record<string, unknown>> {
    const senders = await this.connection.query<{ name: string; state: string }>(
      "SELECT application_name AS name, state FROM pg_stat_replication ORDER BY application_name",
      2_000,
    );
    return { ...(await super.describe()), replicas: senders };
  }

  // A slot nobody reads keeps WAL until max_slot_wal_keep_size; one for a replica that is gone is dropped.
  async #fitSlots(client: Client): Promise<void> {
    const wanted = nodesOf(this.context.topology, "replica").map((node) => slotName(node.name));
    await client.query(
      `SELECT pg_create_physical_replication_slot(name, true) FROM unnest($1::name[]) AS name
       WHERE name NOT IN (SELECT slot_name FROM pg_replication_slots)`,
      [wanted],
    );
    await client.query(
      `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
       WHERE slot_type = 'physical' AND NOT active AND slot_name ~ '^replica_[0-9]+$' AND slot_name <> ALL ($1)`,
      [wanted],
    );
  }

  #initialise(): void {
    const folder = mkdtempSync(join(dirname(this.dataDir), "init-"));
    const passwordFile = join(folder, "password");
    try {
      writeFileSync(passwordFile, this.context.secrets.postgres, { mode: 0o600 });
      if (this.user !== undefined) {
        chownSync(folder, this.user.uid, this.user.gid);
        chownSync(passwordFile, this.user.uid, this.user.gid);
      }
      this.#initdb(passwordFile);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  #initdb(passwordFile: string): void {
    const args = ["-D", this.dataDir, "-U", "postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
    const locale = [
      "--encoding=UTF8",
      "--locale=C.UTF-8",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
    ];
    const result = spawnSync(join(this.bin(), "initdb"), [...args, ...locale], {
      cwd: "/",
      encoding: "utf8",
      env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C.UTF-8" },
      ...(this.user === undefined ? {} : { uid: this.user.uid, gid: this.user.gid }),
    });
    if (result.status === 0) return;
    throw this.dataDamaged(
      `initdb could not make it: ${(result.stderr || result.error?.message || "").trim()}`,
    );
  }
}

async function ensureRole(client: Client, name: string, attributes: string, password: string): Promise<void> {
  const { rowCount } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [name]);
  if (rowCount !== 0) return;
  await client.query(`CREATE ROLE ${name} LOGIN PASSWORD '${scramVerifier(password)}' ${attributes}`);
}

/** For the tailer, which follows the log with the app's own role. A stack of an earlier version has made it without. */
async function letFollow(client: Client, name: string): Promise<void> {
  const { rowCount } = await client.query("SELECT FROM pg_roles WHERE rolname = $1 AND rolreplication", [
    name,
  ]);
  if (rowCount === 0) await client.query(`ALTER ROLE ${name} REPLICATION`);
}
