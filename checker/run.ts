// `npm run check:coherence`: lets processes write and read under faults, and judges what they saw.

import { parseArgs } from "node:util";
import { check } from "./check.ts";
import { faults, promotion } from "./faults.ts";
import { mutants } from "./mutants/index.ts";
import { reportOf, summaryOf } from "./report.ts";
import { startServers } from "./servers.ts";
import { type Trial, tryMutants } from "./try-mutants.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    json: { type: "boolean", default: false },
    calm: { type: "boolean", default: false },
    mutants: { type: "boolean", default: false },
    only: { type: "string" },
    source: { type: "string" },
  },
});

await using servers = await startServers();
const isKept = values.mutants ? await runMutants() : await runCheck();
if (!isKept) process.exitCode = 1;

async function runCheck(): Promise<boolean> {
  const chosen = faults.filter(({ kind }) => !values.calm && kind.includes(values.only ?? ""));
  const outcome = await check(servers, {
    seconds: Number(values.seconds),
    seed: Number(values.seed),
    faults: chosen,
    ...(values.calm ? {} : { rare: promotion }),
    ...(values.source === undefined ? {} : { source: values.source }),
  });
  const { violations } = outcome;
  console.log(values.json ? JSON.stringify({ ...summaryOf(outcome), found: violations }) : reportOf(outcome));
  return violations.length === 0;
}

async function runMutants(): Promise<boolean> {
  const chosen = mutants.filter(({ rule }) => rule.includes(values.only ?? ""));
  const onTrial = (trial: Trial): void => (values.json ? undefined : console.log(trialText(trial)));
  const trials = await tryMutants(servers, { chosen, original: values.source, onTrial });
  if (values.json) console.log(JSON.stringify(trials));
  return trials.length > 0 && trials.every(({ problem }) => problem === undefined);
}

function trialText({ rule, broken, problem, seconds }: Trial): string {
  const verdict = broken.length === 0 ? "" : `convicted: ${broken.join(", ")}`;
  const trouble = problem === undefined ? "" : `PROBLEM ${problem}`;
  return `without ${rule} (${seconds.toFixed(1)} s): ${[verdict, trouble].filter(Boolean).join("\n")}`;
}
