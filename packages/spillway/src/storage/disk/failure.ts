// What a disk says when something fails, in errors that a user can act on.

import { SpillwayError } from "../../errors.ts";
import { reasonOf } from "../../warnings.ts";

export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR";
}

/** An error of ours, or of the caller's signal, is left as it is. */
export function diskFailure(directory: string, error: unknown): unknown {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  if (error instanceof SpillwayError || !(error instanceof Error) || !/^E[A-Z0-9]+$/.test(code ?? ""))
    return error;
  if (code === "ENAMETOOLONG")
    return new SpillwayError(
      "SPILLWAY_STORAGE_KEY",
      { what: "key", problem: "has a segment that is too long for this disk" },
      { cause: error },
    );
  return new SpillwayError(
    "SPILLWAY_STORAGE_DISK",
    { directory, problem: reasonOf(error) },
    { cause: error },
  );
}
