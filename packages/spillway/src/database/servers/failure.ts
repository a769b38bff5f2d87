// What an error of the driver or of a server means for where to ask next.

/** `elsewhere`: the address leads to several. `server`: it, or the way to it, is gone. `full`: it takes no more connections. `access`: a wrong setting. */
export type Failure =
  | "server"
  | "elsewhere"
  | "full"
  | "access"
  | "recovery"
  | "read-only"
  | "schema"
  | "plan"
  | "statement";

/** A new connection led to another server than those before. */
export class OtherServerError extends Error {}

interface CodedError {
  code?: string;
  message?: string;
  routine?: string;
}

/**
 * By SQLSTATE (PostgreSQL manual, appendix A), else by the words of `pg` for a connection that ended, which
 * carry no code.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof OtherServerError) return "elsewhere";
  const { code = "", message = "", routine = "" } = (error ?? {}) as CodedError;
  // First: EPIPE has the form of an SQLSTATE too.
  if (isConnectionError(code, message)) return "server";
  if (code === "25006") return "read-only";
  if (code === "53300") return "full";
  // 57P01 to 57P05: shut down, crashed, starting, database dropped, idle too long. Not 57014, a cancelled query.
  if (code.startsWith("08") || code.startsWith("57P")) return "server";
  if (code.startsWith("28") || code === "3D000") return "access";
  // 26000: someone has deallocated it.
  if ((code === "0A000" && routine === "RevalidateCachedQuery") || code === "26000") return "plan";
  if ((code === "40001" || code === "40P01" || code === "57014") && /recovery/.test(message))
    return "recovery";
  if (code.startsWith("42") || code === "3F000" || code === "55000") return "schema";
  return "statement";
}

function isConnectionError(code: string, message: string): boolean {
  return (
    /^E(?:CONN|HOST|NET|PIPE|TIMEDOUT|AI_|NOTFOUND)/.test(code) ||
    /^Connection terminated|^timeout expired|is not queryable$|^Client was closed|^Query read timeout/.test(
      message,
    )
  );
}
