// Tells the readiness probe apart from users' requests, at no cost for those.

import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { processState } from "../process-state.ts";

const name = "x-spillway-probe";
const { token } = processState("probe", () => ({ token: randomUUID() }));

/** The probe's headers. The mark comes first, so that one comparison finds it. */
export const probeHeaders: Record<string, string> = {
  [name]: token,
  "user-agent": "spillway-readiness",
};

/** The token is known to this process alone: nobody else can hide a request from the metrics. */
export function isProbe({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders[0] === name && rawHeaders[1] === token;
}
