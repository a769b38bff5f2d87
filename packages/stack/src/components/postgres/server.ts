// What a primary and a replica have in common: where they lie, how they start and stop, how they are asked.

import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SpillwayError } from "../../errors.ts";
import { type PostgresServer, postgresConf, postgresHba } from "../../render/postgres.ts";
import { isRoot, systemFolder } from "../../state/folder.ts";
import { causeIn } from "../../process/log-tail.ts";
import { type Role, nodeNamed } from "../../topology/topology.ts";
import type { Component, HealthPolicy, ProbeResult } from "../component.ts";
import type { Command, StopPolicy } from "../../process/command.ts";
import type { StackContext } from "../context.ts";
import { type PackagedPostgres, ensureBinaries, packagedPostgres, postgresVersion } from "./binaries.ts";
import { KeptConnection, type ServerAddress } from "./connection.ts";
import { type SystemUser, databaseUser } from "./user.ts";

// What the postmaster of a killed server leaves behind until its last backend has noticed.
const stillEnding =
  /pre-existing shared memory block .* is still in use|lock file "postmaster\.pid" already exists/;
// Complaints about the files themselves; a FATAL about a port or memory is another matter.
const damaged =
  /PANIC: |could not find the database system|FATAL: .*(?:could not (?:open|read|locate|access|stat) |invalid |incorrect |database files are|control file|corrupt|checksum|checkpoint record)/;

export abstract class PostgresComponent implements Component {
  abstract readonly role: Role;
  readonly name: string;
  readonly port: number;
  readonly permanentFailures: readonly RegExp[] = [/could not bind IPv4 address/];
  readonly startTimeoutMs = 60_000;
  readonly health: HealthPolicy = { intervalMs: 1_000, timeoutMs: 2_000 };
  /** SIGINT is PostgreSQL's fast shutdown: sessions are ended, data is written (pg_ctl(1)). */
  readonly stop: StopPolicy = { signal: "SIGINT", to: "leader", timeoutMs: 30_000 };
  protected readonly context: StackContext;
  protected readonly user: SystemUser | undefined = isRoot ? databaseUser() : undefined;
  protected readonly connection: KeptConnection;
  protected readonly packaged: PackagedPostgres = packagedPostgres();
  #bin = "";

  constructor(context: StackContext, name: string) {
    this.context = context;
    this.name = name;
    this.port = nodeNamed(context.topology, name).ports["main"]!;
    this.connection = new KeptConnection(this.address());
  }

  get dataDir(): string {
    return dataDirOf(this.context, this.name);
  }

  abstract prepare(): Promise<void>;
  abstract probe(timeoutMs: number): Promise<ProbeResult>;

  command(): Command {
    return {
      file: join(this.bin(), "postgres"),
      args: ["-D", this.dataDir],
      // The folder of the checkout may be closed to the database's user.
      cwd: "/",
      env: { LC_ALL: "C.UTF-8" },
      ...(this.user === undefined ? {} : { user: this.user }),
    };
  }

  /** Waits for the remains of a killed server. Anything else that keeps it from starting is not ours to mend. */
  async recover(log: string): Promise<boolean> {
    if (stillEnding.test(log)) {
      await sleep(200);
      return true;
    }
    return false;
  }

  async describe(): Promise<Record<string, unknown>> {
    return { version: postgresVersion() };
  }

  async dispose(): Promise<void> {
    this.connection.close();
  }

  protected address(database?: string): ServerAddress {
    const { postgres } = this.context.secrets;
    return { port: this.port, password: postgres, ...(database === undefined ? {} : { database }) };
  }

  protected bin(): string {
    this.#bin ||= ensureBinaries(this.packaged, isRoot ? systemFolder(this.context.id) : undefined);
    return this.#bin;
  }

  /** The folder of the data, made with its owner; reachable as `.spillway/<name>/data` in any case. */
  protected makeFolders(): void {
    const home = dirname(this.dataDir);
    mkdirSync(home, { recursive: true, mode: 0o755 });
    if (this.user === undefined) return;
    // Whose data this is, for `doctor`, when the app's folder is gone.
    writeFileSync(join(dirname(home), "owner"), this.context.folder.app);
    chownSync(home, this.user.uid, this.user.gid);
    const shortcut = join(this.context.folder.of(this.name), "data");
    mkdirSync(dirname(shortcut), { recursive: true });
    rmSync(shortcut, { force: true });
    symlinkSync(this.dataDir, shortcut);
  }

  protected writeConfiguration(follows?: PostgresServer["follows"]): void {
    const server = { port: this.port, settings: this.context.settings.database };
    this.writeFile("postgresql.conf", postgresConf(follows === undefined ? server : { ...server, follows }));
    this.writeFile("pg_hba.conf", postgresHba());
  }

  protected writeFile(name: string, text: string): void {
    const file = join(this.dataDir, name);
    writeFileSync(file, text, { mode: 0o600 });
    if (this.user !== undefined) chownSync(file, this.user.uid, this.user.gid);
  }

  protected isEmpty(): boolean {
    return !existsSync(this.dataDir) || readdirSync(this.dataDir).length === 0;
  }

  /** Throws SPW_DATA_DAMAGED when the folder is not one this PostgreSQL can start from. */
  protected checkData(): void {
    const file = join(this.dataDir, "PG_VERSION");
    const found = existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
    const major = this.packaged.version.split(".")[0]!;
    if (found === undefined)
      throw this.dataDamaged("it is not a PostgreSQL data folder (PG_VERSION is missing)");
    if (found !== major) throw this.dataDamaged(`it was made by PostgreSQL ${found}; this is ${major}`);
  }

  protected dataDamaged(problem: string): SpillwayError {
    return new SpillwayError("SPW_DATA_DAMAGED", { name: this.name, dir: this.dataDir, problem });
  }

  /** The server's own words for why its data cannot be used, if that is why it ended. */
  protected damageIn(log: string): string | undefined {
    return damaged.test(log) ? causeIn(log) : undefined;
  }
}

/** Root's database lies where its unprivileged user can reach it; a normal user's, beside the app. */
export function dataDirOf({ id, folder }: Pick<StackContext, "id" | "folder">, name: string): string {
  return join(isRoot ? join(systemFolder(id), name) : folder.of(name), "data");
}
