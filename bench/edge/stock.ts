// Varnish as it comes, before the same origin.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitUntil } from "../../packages/spillway/test/wait.ts";
import { freePort } from "../../testing/free-port.ts";
import { loaderOf } from "./load.ts";

export interface Stock {
  port: number;
  pid: number;
  close: () => Promise<void>;
}

/** With more parameters, if any are given. */
export async function startStock(
  origin: RequestListener,
  parameters: readonly string[] = [],
): Promise<Stock> {
  const server = createServer(origin);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const folder = mkdtempSync(join(tmpdir(), "spillway-stock-"));
  const port = await freePort();
  const backend = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const args = ["-F", "-n", join(folder, "work"), "-a", `127.0.0.1:${port}`, "-b", backend, "-T", "none"];
  const child = spawn("varnishd", [...args, "-s", "malloc,64m", ...parameters], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const { get, close } = loaderOf(port, 1);
  await waitUntil(async () => (await get("/")) !== "", `Varnish on port ${port} to answer`);
  close();
  return {
    port,
    pid: child.pid!,
    async close() {
      child.kill("SIGTERM");
      await ended;
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
