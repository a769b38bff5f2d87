// The one Prometheus registry of this process.

import { Registry } from "prom-client";
import { processState } from "../process-state.ts";

/**
 * What the private server's `/metrics` prints. Not prom-client's own global
 * registry: that one may already be scraped elsewhere by the app.
 */
export function registry(): Registry {
  return processState("registry", () => new Registry());
}
