// The program of the processes that the benchmark forks: does the jobs that it is sent, one at a time.

import { coldJobs } from "./cold-jobs.ts";
import { freshJobs } from "./fresh-jobs.ts";
import { growthJobs } from "./growth-jobs.ts";

const jobs = { ...coldJobs, ...freshJobs, ...growthJobs };

export type Jobs = typeof jobs;

export type Answer = { result: unknown } | { error: string };

process.on("message", ({ job, order }: { job: keyof Jobs; order: never }) => {
  const work = jobs[job] as (order: never) => Promise<unknown>;
  void work(order).then(
    (result) => answer({ result }),
    (error: unknown) => answer({ error: String(error) }),
  );
});
process.on("disconnect", () => process.exit());

function answer(message: Answer): void {
  process.send!(message);
}
