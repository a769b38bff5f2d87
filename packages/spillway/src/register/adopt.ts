// What happens when the server of this process begins to listen.

import type { Server } from "node:http";
import { armSignal } from "../lifecycle/signal.ts";
import { trackConnections } from "../lifecycle/traffic.ts";
import { processState } from "../process-state.ts";
import { observeRequests } from "./exchanges.ts";
import { withholdInterim } from "./interim.ts";
import { startPrivateServer } from "./private-server.ts";
import { readRegisterSettings } from "./settings.ts";

const state = processState("adopted", () => ({ first: true, servers: new WeakSet<Server>() }));

/** Follows `server`. A process may have several: `localhost` can mean two addresses. */
export function adopt(server: Server): void {
  if (state.servers.has(server)) return;
  state.servers.add(server);
  trackConnections(server);
  if (!state.first) return;
  state.first = false;
  observeRequests();
  withholdInterim();
  offerToNext();
  armSignal();
  startPrivateServer(readRegisterSettings());
}

/** A standalone server of Next.js does not call its adapter, and looks for what it offers all the same. */
function offerToNext(): void {
  if (process.env["NEXT_ADAPTER_PATH"] === undefined) return;
  const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);
  const extension = new URL(import.meta.url).pathname.slice(-3);
  (require(`../next/offer${extension}`) as typeof import("../next/offer.ts")).offerRuntime();
}
