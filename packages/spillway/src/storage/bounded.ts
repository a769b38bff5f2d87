// Work that is given up when its caller no longer wants it, or when it takes too long.

/** It took longer than it may. */
export class Late extends Error {
  override readonly name = "Late";
}

export interface Bound {
  ms: number;
  signal?: AbortSignal | undefined;
}

/** Rejects with the reason of the signal, or with Late; `work` is told by the signal that it is given. */
export async function bounded<T>(
  { ms, signal }: Bound,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  const timer = setTimeout(() => stop.abort(new Late(`no answer within ${ms} ms`)), ms);
  const stopped = new Promise<never>((_, reject) => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- whatever the caller aborted with
    stop.signal.addEventListener("abort", () => reject(stop.signal.reason), { once: true });
  });
  try {
    return await Promise.race([work(stop.signal), stopped]);
  } catch (error) {
    // Some tell an abort in words of their own.
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}
