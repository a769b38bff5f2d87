// A clock that all processes of this machine share, finer than a millisecond.

export function now(): number {
  return performance.timeOrigin + performance.now();
}
