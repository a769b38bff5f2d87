// What keeps a tailer from its work, in coded errors.

import { type ErrorData, SpillwayError } from "../../errors.ts";
import { reasonOf } from "../../warnings.ts";
import { failureOf } from "../servers/failure.ts";
import type { Server } from "../servers/server.ts";

/** Another tailer has the slot. */
export class SlotTakenError extends Error {}

interface ServerError {
  code?: string;
  routine?: string;
}

/** By SQLSTATE (PostgreSQL manual, appendix A). */
export function problemOf(error: unknown, { address, label: server }: Server, slot: string): Error {
  if (error instanceof SpillwayError || error instanceof SlotTakenError) return error;
  const problem = reasonOf(error);
  const { code = "" } = (error ?? {}) as ServerError;
  const coded = <C extends keyof ErrorData>(which: C, data: ErrorData[C]): Error =>
    new SpillwayError(which, data, { cause: error });
  // object_in_use, and duplicate_object or a duplicate in the catalogue: another has made it meanwhile.
  if (code === "55006" || code === "42710" || code === "23505") return new SlotTakenError(problem);
  if (code === "42501") return coded("SPILLWAY_TAILER_RIGHTS", { server, problem });
  if (code === "53400") return coded("SPILLWAY_TAILER_NO_SLOT", { server, setting: "max_replication_slots" });
  if (code === "53300" && /max_wal_senders/.test(problem))
    return coded("SPILLWAY_TAILER_NO_SLOT", { server, setting: "max_wal_senders" });
  const { setting } = address;
  const failure = failureOf(error);
  if (failure === "server" || failure === "full")
    return coded("SPILLWAY_DATABASE_UNREACHABLE", { setting, server, problem });
  if (failure === "access") return coded("SPILLWAY_DATABASE_REFUSED", { setting, server, problem });
  return coded("SPILLWAY_TAILER_FAILED", { server, slot, problem });
}
