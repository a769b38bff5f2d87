// Gives a name to everything in a text that differs from run to run, so that the rest can be compared exactly.

/** Replaces the project's folder, pids, ports and durations; tiers come in any order and go. */
export function neutral(text: string, dir: string): string {
  return (
    text
      .replaceAll(dir, "<dir>")
      // Root's database lies there; everyone else's beside the app.
      .replaceAll(/\/var\/lib\/spillway\/[0-9a-f]{8}(?=\/)/g, "<dir>/.spillway")
      .replaceAll(/\bpid \d+/g, "pid <pid>")
      .replaceAll(/(127\.0\.0\.1:|\bport )\d{4,5}\b/g, "$1<port>")
      .replaceAll(/\bin \d+\.\d+ s\b/g, "in <time>")
      .replaceAll(/^ {2}✓ .*\n/gm, "")
  );
}
