// Why a CDN did not take a request: what tells whether another try can help.

import { SpillwayError } from "../../errors.ts";

export type FailureKind = "credentials" | "refused" | "rate" | "temporary";

interface FailureDetails {
  /** Until then the CDN does not want to be asked. */
  retryAfterSeconds?: number | undefined;
  cause?: unknown;
}

/** Never leaves the drivers: a caller gets a SpillwayError. */
export class Failure extends Error {
  readonly kind: FailureKind;
  readonly retryAfterSeconds: number | undefined;

  constructor(kind: FailureKind, problem: string, details: FailureDetails = {}) {
    super(problem, { cause: details.cause });
    this.kind = kind;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }

  /** Of whatever a driver threw: what it did not foresee is tried again. */
  static of(thrown: unknown): Failure {
    if (thrown instanceof Failure) return thrown;
    return new Failure("temporary", thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** What an HTTP status says of a purge. */
export function kindOfStatus(status: number): FailureKind {
  if (status === 401 || status === 403) return "credentials";
  if (status === 429) return "rate";
  return status === 408 || status >= 500 ? "temporary" : "refused";
}

/** Retry-After as seconds or as a date (RFC 9110, 10.2.3). */
export function retryAfter(header: string | null | undefined): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1_000));
}

/** What a purge came to. */
interface Outcome {
  cdn: string;
  credentials: string;
  done: number;
  left: readonly string[];
  /** Those of `left` that would be refused again. */
  refused: readonly string[];
}

/** The error for the caller. */
export function purgeError(failure: Failure, outcome: Outcome): SpillwayError {
  const { cdn, credentials: setting, done, left, refused } = outcome;
  const { kind, message: problem, retryAfterSeconds } = failure;
  const options = failure.cause === undefined ? {} : { cause: failure.cause };
  if (kind === "credentials")
    return new SpillwayError("SPILLWAY_CDN_CREDENTIALS", { cdn, setting, problem, left }, options);
  if (done > 0) {
    const data = { cdn, problem, done, left, refused, retryAfterSeconds };
    return new SpillwayError("SPILLWAY_CDN_PARTIAL", data, options);
  }
  if (kind === "refused") return new SpillwayError("SPILLWAY_CDN_REFUSED", { cdn, problem, left }, options);
  if (kind === "rate")
    return new SpillwayError("SPILLWAY_CDN_RATE", { cdn, retryAfterSeconds, left }, options);
  return new SpillwayError("SPILLWAY_CDN_UNAVAILABLE", { cdn, problem, left }, options);
}
