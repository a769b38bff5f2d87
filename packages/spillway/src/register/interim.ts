// Keeps 102 and 103 responses back. The edge would drop them, and before it could, Varnish 7 takes the first head it
// reads for the answer and its client gets a 503.

import { ServerResponse } from "node:http";
import { traffic } from "../lifecycle/traffic.ts";

interface Interim {
  writeEarlyHints: (this: ServerResponse, hints: unknown, callback?: () => void) => void;
  writeProcessing: (this: ServerResponse, callback?: () => void) => void;
}

const { inFlight } = traffic();

/** For responses of the public server; those of others in this process are written as ever. */
export function withholdInterim(): void {
  const prototype = ServerResponse.prototype as unknown as Interim;
  const { writeEarlyHints, writeProcessing } = prototype;
  prototype.writeEarlyHints = function withheldEarlyHints(hints, callback) {
    if (inFlight.has(this)) done(callback);
    else Reflect.apply(writeEarlyHints, this, [hints, callback]);
  };
  prototype.writeProcessing = function withheldProcessing(callback) {
    if (inFlight.has(this)) done(callback);
    else Reflect.apply(writeProcessing, this, [callback]);
  };
}

/** Later, as when it has been written: who waits for it goes on. */
function done(callback: unknown): void {
  if (typeof callback === "function") process.nextTick(callback);
}
