// wrk, the load generator: a client in Node.js is slower than what is measured here.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const connections = 16;

export interface Rate {
  perSecond: number;
  requests: number;
}

/** One thread, 16 connections. Throws when an answer was an error. */
export function rateOf(url: string, seconds: number, more: readonly string[] = []): Rate {
  // As every browser asks. Without it an edge would unpack a page for each request.
  const encoding = more.some((one) => one.startsWith("Accept-Encoding:"))
    ? []
    : ["-H", "Accept-Encoding: gzip"];
  const usual = ["-t", "1", "-c", String(connections), "-d", `${seconds}s`, ...encoding];
  const { stdout, error } = spawnSync("wrk", [...usual, ...more, url], { encoding: "utf8" });
  if (error !== undefined) throw new Error("wrk is missing: apt-get install -y wrk", { cause: error });
  const perSecond = /^Requests\/sec:\s+([\d.]+)/m.exec(stdout)?.[1];
  const requests = /^\s*(\d+) requests in/m.exec(stdout)?.[1];
  if (perSecond === undefined || stdout.includes("Non-2xx") || stdout.includes("Socket errors"))
    throw new Error(`wrk says: ${stdout}`);
  return { perSecond: Number(perSecond), requests: Number(requests) };
}

/** The same, with paths one after the other from a list that begins anew. */
export function rateOfPaths(
  url: string,
  seconds: number,
  { paths, headers = [] }: { paths: readonly string[]; headers?: readonly string[] },
): Rate {
  const folder = mkdtempSync(join(tmpdir(), "spillway-wrk-"));
  try {
    const script = join(folder, "paths.lua");
    writeFileSync(
      script,
      `local paths, at = {${paths.map((path) => JSON.stringify(path)).join(", ")}}, 0
request = function()
  at = at % #paths + 1
  return wrk.format(nil, paths[at])
end
`,
    );
    return rateOf(url, seconds, ["-s", script, ...headers.flatMap((header) => ["-H", header])]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
