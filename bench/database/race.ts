// Throughput of contestants side by side. A machine's speed drifts, so only ratios of the same round count.

/** One way to do the work that is compared. */
export interface Contestant {
  name: string;
  work: (turn: number) => Promise<unknown>;
}

/** Operations per millisecond of each, by its name. */
export type Round = Readonly<Record<string, number>>;

const concurrency = 32;
const sliceMs = 250;
/** Longer than a pool keeps its first share of the server's connections. */
const warmUpMs = 3_000;

/** All take turns in short slices, each round in the opposite order of the last. */
export async function race(contestants: readonly Contestant[], rounds: number): Promise<Round[]> {
  await Promise.all(contestants.map((one) => slice(one, warmUpMs)));
  const results: Round[] = [];
  for (let index = 0; index < rounds; index++) {
    const round: Record<string, number> = {};
    const order = index % 2 === 0 ? contestants : contestants.toReversed();
    for (const one of order) round[one.name] = await slice(one, sliceMs);
    results.push(round);
  }
  return results;
}

export function medianRatio(rounds: readonly Round[], one: string, other: string): number {
  const ratios = rounds.map((round) => round[one]! / round[other]!).toSorted((a, b) => a - b);
  const middle = ratios.length / 2;
  const median = (ratios[Math.floor(middle)]! + ratios[Math.ceil(middle) - 1]!) / 2;
  return rounded(median);
}

export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

async function slice({ work }: Contestant, ms: number): Promise<number> {
  const began = performance.now();
  const end = began + ms;
  let done = 0;
  const loop = async (): Promise<void> => {
    while (performance.now() < end) await work(done++);
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
  return done / (performance.now() - began);
}
