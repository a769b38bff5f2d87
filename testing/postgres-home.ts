// Where one cluster lies, as whom its servers run, and how their data folders come to be.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { ensureBinaries, packagedPostgres } from "../packages/stack/src/components/postgres/binaries.ts";
import { type SystemUser, databaseUser } from "../packages/stack/src/components/postgres/user.ts";
import { isRoot } from "../packages/stack/src/state/folder.ts";

export interface PostgresHome {
  /** Holds everything of the cluster: programs, where they had to be exposed, data and logs. */
  folder: string;
  /** The folder of the programs. */
  bin: string;
  /** The unprivileged user, when we are root. */
  user: SystemUser | undefined;
  /** Of every role. */
  password: string;
}

/** Settings of every server, over those of the stack. None survives a power cut, and nobody cares. */
const unsafeButFast: Readonly<Record<string, string>> = {
  fsync: "off",
  full_page_writes: "off",
  max_wal_senders: "16",
  max_replication_slots: "16",
  wal_retrieve_retry_interval: "100ms",
  // For a server that follows another from a slot made only then.
  wal_keep_size: "256MB",
};

export function makeHome(password: string): PostgresHome {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "spillway-cluster-"));
  // mkdtemp(3) closes it to everybody else, and the database's user is somebody else.
  chmodSync(folder, 0o755);
  const bin = ensureBinaries(packagedPostgres(), isRoot ? folder : undefined);
  return { folder, bin, password, user: isRoot ? databaseUser() : undefined };
}

export function dataDirOf(home: PostgresHome, node: string): string {
  return join(home.folder, node, "data");
}

/** Makes the data folder of every node. Copies of a server that never ran are replicas of it. */
export async function makeData(home: PostgresHome, [first, ...others]: string[]): Promise<void> {
  const source = dataDirOf(home, first!);
  for (const node of [first!, ...others]) makeOwned(home, join(home.folder, node));
  const passwordFile = join(home.folder, first!, "password");
  writeOwned(home, passwordFile, home.password);
  await runAs(home, join(home.bin, "initdb"), [
    ...["-D", source, "-U", "postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`],
    ...["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
    "--no-sync",
  ]);
  await Promise.all(others.map((node) => runAs(home, "cp", ["-a", source, dataDirOf(home, node)])));
}

/** The lines of postgresql.conf that differ from a stack's. */
export function testSettings(settings: Readonly<Record<string, string>>): string {
  return Object.entries({ ...unsafeButFast, ...settings })
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join("");
}

/** Writes a file that the servers' user owns. */
export function writeOwned(home: PostgresHome, file: string, content: string): void {
  writeFileSync(file, content, { mode: 0o600 });
  if (home.user !== undefined) chownSync(file, home.user.uid, home.user.gid);
}

function makeOwned(home: PostgresHome, folder: string): void {
  mkdirSync(folder, { mode: 0o700 });
  if (home.user !== undefined) chownSync(folder, home.user.uid, home.user.gid);
}

async function runAs({ user }: PostgresHome, file: string, args: readonly string[]): Promise<void> {
  const child = spawn(file, [...args], {
    cwd: "/",
    env: { PATH: process.env["PATH"], LC_ALL: "C.UTF-8" },
    stdio: ["ignore", "ignore", "pipe"],
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
  });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
  if (code !== 0) throw new Error(`${file} ended with ${String(code)}: ${said}`);
}
