// The time, as often as a hit in memory needs it: read once per turn of the event loop.

/** A turn that never ends must not stop the clock. */
const mostUses = 256;

let now = 0;
let uses = mostUses;

/** Milliseconds on the monotonic clock of `performance.now()`, behind by at most one turn of the event loop. */
export function coarseNow(): number {
  if (++uses >= mostUses) read();
  return now;
}

function read(): void {
  now = performance.now();
  uses = 0;
  // Not unreferenced: then a turn that waits for something to happen would end with what was known before.
  setImmediate(forget);
}

function forget(): void {
  uses = mostUses;
}
