// What the storage server and those who ask it agree on.

/** Carries the secret with which the edges read objects unsigned. */
export const originHeader = "x-spillway-origin";

/** The key of an object that is never there: asking for it reads the disk and tells nothing. */
export function storageHealthPath(bucket: string): string {
  return `/${bucket}/.spillway-health`;
}
