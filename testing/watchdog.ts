// Outlives the process that started a cluster, whatever becomes of it (a failed test, Ctrl-C, kill -9 of its
// whole group): when its standard input closes, it ends the servers of that cluster and removes their folder.

import { rmSync } from "node:fs";
import { killFamily, postmastersBelow } from "./family.ts";

const folder = process.argv[2]!;

process.stdin.resume().once("close", () => void cleanUp());

async function cleanUp(): Promise<void> {
  await Promise.all(postmastersBelow(folder).map(killFamily));
  rmSync(folder, { recursive: true, force: true });
}
