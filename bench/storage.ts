// What an upload of 1 GiB costs: the memory that it adds, and its speed beside Upload of @aws-sdk/lib-storage, which
// neither hashes nor checks what it sends, and names it beforehand. Each in a process of its own; they take turns.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startS3, type S3Server } from "../testing/s3-server.ts";
import type { Uploaded, Way } from "./storage/child.ts";

const gibibyte = 2 ** 30;
const mebibyte = 2 ** 20;
/** Two, since a round takes half a minute. */
const rounds = 2;

export async function run(): Promise<Record<string, number>> {
  const s3 = await startS3();
  try {
    const ours: Uploaded[] = [];
    const theirs: Uploaded[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(await upload(s3, "put"));
      theirs.push(await upload(s3, "lib-storage"));
    }
    const [put, plain] = [median(ours, "seconds"), median(theirs, "seconds")];
    return {
      put1GiBAddedMiB: median(ours, "addedBytes") / mebibyte,
      libStorage1GiBAddedMiB: median(theirs, "addedBytes") / mebibyte,
      putMiBPerSecond: gibibyte / mebibyte / put,
      libStorageMiBPerSecond: gibibyte / mebibyte / plain,
      putVsLibStorage: plain / put,
    };
  } finally {
    await s3.remove();
  }
}

async function upload(s3: S3Server, way: Way): Promise<Uploaded> {
  process.stderr.write(`1 GiB by ${way}\n`);
  const program = fileURLToPath(new URL("storage/child.ts", import.meta.url));
  const args = ["--no-warnings", "--expose-gc", program, way, String(gibibyte)];
  const env = { ...process.env, ...s3.environment };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout) as Uploaded;
}

function median(all: readonly Uploaded[], figure: keyof Uploaded): number {
  const values = all.map((one) => one[figure]).toSorted((a, b) => a - b);
  return (values[Math.floor((values.length - 1) / 2)]! + values[Math.ceil((values.length - 1) / 2)]!) / 2;
}
