// A CDN under test: its driver, and the server that it talks to.

import type { CdnDriver } from "../../src/cdn/driver.ts";
import type { DriverSettings } from "../../src/cdn/drivers/settings.ts";

/** What a server does with one request: `half` confirms the first half of its tags alone. */
export type Fault = "ok" | "hang" | "close" | "half" | FailedAnswer;

interface FailedAnswer {
  status: number;
  retryAfter?: number;
  location?: string;
  /** Repeats what it was sent. */
  echo?: boolean;
}

/** A CDN's API, or something that stands for it. */
interface CdnServer {
  /** Tags that were accepted, in order. */
  readonly accepted: readonly string[];
  readonly purgedAll: number;
  /** All that arrived, failed ones too. `at` is on the clock of `performance.now()`. */
  readonly requests: readonly { at: number; tags: readonly string[] }[];
  /** What is wrong with requests that were not as documented. */
  readonly undocumented: readonly string[];
  readonly urls: readonly string[];
  /** For the next requests, one each. */
  fail(...faults: readonly Fault[]): void;
}

export interface CdnUnderTest {
  server: CdnServer;
  /** What must not be told. */
  secret: string;
  driver(settings: DriverSettings & { secret?: string }): CdnDriver;
  close(): Promise<void>;
}

/** Made anew for each test. */
export interface Bench {
  cdn: CdnUnderTest;
  server: CdnServer;
  driver: CdnDriver;
}

export const quick: DriverSettings = {
  timeout: 2,
  patience: 3,
  rate: { requestsPerSecond: 1_000, burst: 1_000 },
};

export function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `product:${String(at).padStart(5, "0")}`);
}

/** One tag more than fill two requests. */
export function threeBatches({ limits }: CdnDriver): string[] {
  return numbered(limits.tagsPerRequest * 2 + 1);
}
