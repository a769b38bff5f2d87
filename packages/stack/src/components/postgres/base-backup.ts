// Makes a replica's data folder from the running primary on the same machine: PostgreSQL documentation,
// "Making a Base Backup Using the Low Level API". In under a second, and no pg_basebackup is needed.

import { constants } from "node:fs";
import { chmod, chown, copyFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "pg";
import type { SystemUser } from "./user.ts";

// The same page lists what must not be copied; these stay as empty folders.
const emptied = new Set([
  "pg_wal",
  "pg_replslot",
  "pg_dynshmem",
  "pg_notify",
  "pg_serial",
  "pg_snapshots",
  "pg_stat_tmp",
  "pg_subtrans",
]);
const left =
  /^(?:postmaster\.(?:pid|opts)|backup_label|tablespace_map|standby\.signal|pg_internal\.init|pgsql_tmp.*)$/;
const control = "global/pg_control";

/**
 * Copies `from` to `to`. `connection` must stay open throughout: the backup is bound to its session. The slot
 * of the replica must exist already, since the WAL itself is not copied.
 */
export async function baseBackup(
  connection: Client,
  { from, to, owner }: { from: string; to: string; owner?: SystemUser },
): Promise<void> {
  await connection.query("SELECT pg_backup_start('spillway', fast => true)");
  await copyFolder("", { from, to, owner });
  // Last, so that it is not older than anything else in the copy.
  await copyOne(control, { from, to, owner });
  const { rows } = await connection.query<{ labelfile: string }>(
    "SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)",
  );
  const label = join(to, "backup_label");
  await writeFile(label, rows[0]!.labelfile, { mode: 0o600 });
  await own(label, owner);
}

interface Copy {
  from: string;
  to: string;
  owner: SystemUser | undefined;
}

async function copyFolder(path: string, copy: Copy): Promise<void> {
  const target = join(copy.to, path);
  await mkdir(target, { recursive: true, mode: 0o700 });
  await own(target, copy.owner);
  if (emptied.has(path)) return;
  for (const entry of await readdir(join(copy.from, path), { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (left.test(entry.name) || child === control) continue;
    if (entry.isDirectory()) await copyFolder(child, copy);
    else if (entry.isFile()) await copyOne(child, copy);
  }
}

async function copyOne(path: string, { from, to, owner }: Copy): Promise<void> {
  const target = join(to, path);
  try {
    await copyFile(join(from, path), target, constants.COPYFILE_FICLONE);
  } catch (error) {
    // A table dropped meanwhile: the WAL that is replayed over this copy drops it again.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  await chmod(target, 0o600);
  await own(target, owner);
}

async function own(path: string, owner: SystemUser | undefined): Promise<void> {
  if (owner !== undefined) await chown(path, owner.uid, owner.gid);
}
