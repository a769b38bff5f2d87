// What HAProxy itself says of its servers.

import { join } from "node:path";
import { runtimeCommand } from "../../src/components/balancer/runtime-api.ts";
import { runtimeFolder } from "../../src/state/folder.ts";
import type { Store } from "./store.ts";

/** `UP`, `DOWN`, `MAINT`, with the count of checks while it changes: the column `status` of `show stat`. */
export async function serverStatus(store: Store, name: string): Promise<string | undefined> {
  const socket = join(runtimeFolder(store.state.id), "haproxy.sock");
  const [head, ...rows] = (await runtimeCommand(socket, "show stat"))
    .split("\n")
    .map((row) => row.split(","));
  const column = head!.indexOf("status");
  return rows.find((row) => row[1] === name)?.[column];
}
