// Deploys of a Next.js app in a row while visitors are on its pages, behind each balancer: what they notice of it.

import { balancerEngines } from "../packages/stack/src/config/types.ts";
import { deployAgainAndAgain } from "../testing/deploys/deploys.ts";
import { progress, quantile } from "./cache/measure.ts";

const times = 20;

export async function run(): Promise<Record<string, unknown>> {
  const figures: Record<string, unknown> = {};
  for (const engine of balancerEngines) {
    progress(engine);
    const { tookMs, failures, ...visits } = await deployAgainAndAgain(["--balancer", engine], { times });
    figures[engine] = {
      deploys: times,
      ...visits,
      failed: failures.length,
      failures: [...new Set(failures)].slice(0, 10),
      deployP50Ms: quantile(tookMs, 0.5),
    };
  }
  return figures;
}
