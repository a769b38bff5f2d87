// spillway/register: preload it into any Node HTTP server (README.md). It does nothing
// until an HTTP server listens on the port in PORT, and nothing at all elsewhere.

import { subscribe } from "node:diagnostics_channel";
import type { Server } from "node:http";
import { watchFastify } from "../metrics/routes/fastify.ts";
import { processState } from "../process-state.ts";
import { reasonOf, warn } from "../warnings.ts";
import { bindUnnamedHost } from "./listen-host.ts";

const state = processState("register", () => ({ loaded: false }));

// NODE_OPTIONS also reaches npm, shells' children and worker threads: here only what
// has to happen before the app runs, and no module that is not needed for it.
if (!state.loaded) {
  state.loaded = true;
  bindUnnamedHost();
  watchFastify();
  // Published in the same turn as listen(2), so no request can come before.
  subscribe("tracing:net.server.listen:asyncEnd", (message) => {
    attach((message as { server: Server }).server);
  });
}

function attach(server: Server): void {
  try {
    if (isPublicServer(server)) loadAdopt().adopt(server);
  } catch (cause) {
    warn("SPILLWAY_REGISTER_FAILED", reasonOf(cause));
  }
}

function isPublicServer(server: Server): boolean {
  const address = server.address();
  if (address === null || typeof address === "string") return false;
  return (
    address.port === Number(process.env["PORT"]) &&
    server instanceof process.getBuiltinModule("node:http").Server &&
    process.getBuiltinModule("node:worker_threads").isMainThread
  );
}

/** Loaded in the same turn, for a request or SIGTERM may be next: hence `require`, not `import()`. */
function loadAdopt(): typeof import("./adopt.ts") {
  const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);
  // `.js` as built, `.ts` from source.
  const extension = new URL(import.meta.url).pathname.slice(-3);
  return require(`./adopt${extension}`) as typeof import("./adopt.ts");
}
