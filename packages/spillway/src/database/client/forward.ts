// Passes on what a connection tells without being asked.

import type { EventEmitter } from "node:events";
import type { PoolClient } from "pg";

const told = ["notice", "notification", "drain", "end"] as const;

/** Returns the function that ends it. */
export function forward(client: PoolClient, to: EventEmitter): () => void {
  const listeners = told.map((event) => {
    const listener = (...values: unknown[]): unknown => to.emit(event, ...values);
    client.on(event as "notice", listener);
    return { event, listener };
  });
  // An error event nobody listens to would end the process; the statement under way fails with it in any case.
  const onError = (error: Error): unknown => to.listenerCount("error") > 0 && to.emit("error", error);
  client.on("error", onError);
  return () => {
    for (const { event, listener } of listeners) client.off(event, listener);
    client.off("error", onError);
  };
}
