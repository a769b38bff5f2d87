// A short run under all faults, and the quickest of the mutants; all of them: `npm run check:coherence -- --mutants`.

import { afterAll, beforeAll, expect, it } from "vitest";
import { check } from "../check.ts";
import { faults, promotion } from "../faults.ts";
import { mutants } from "../mutants/index.ts";
import { reportOf } from "../report.ts";
import { type Servers, startServers } from "../servers.ts";
import { tryMutants } from "../try-mutants.ts";

let servers: Servers;

beforeAll(async () => {
  servers = await startServers();
});

afterAll(async () => {
  await servers?.[Symbol.asyncDispose]();
});

it("keeps every promise while servers and processes fail", async () => {
  const outcome = await check(servers, {
    seconds: 16,
    seed: Date.now() % 1_000_000,
    faults,
    rare: promotion,
  });
  expect(outcome.violations, reportOf(outcome)).toEqual([]);
});

const quick = [
  "loadsAreFenced",
  "lateCheckReloads",
  "readsCompareStamps",
  "l1ComparesStamps",
  "nested tags propagate",
  "tokenHoldsL1",
  "acknowledged after the announcement",
];

it("convicts the library without one of its rules", async () => {
  const chosen = mutants.filter(({ rule }) => quick.includes(rule));
  expect(chosen).toHaveLength(quick.length);
  const trials = await tryMutants(servers, { chosen });
  for (const { rule, broken, problem } of trials) {
    expect(problem, rule).toBeUndefined();
    expect(broken.length, rule).toBeGreaterThan(0);
  }
});
