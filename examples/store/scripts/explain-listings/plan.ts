/** What Postgres does for a statement, without the lines that say little. */
import type { Pool } from "pg";
import type { Statement } from "./recorder.ts";

interface PlanRow {
  "QUERY PLAN": string;
}

const essential = /Scan|Limit|Sort|Loop|Join|Memoize|Cond:|Filter|Removed|Buffers|Execution Time/;

/** Runs it twice, so that what is shown is not the reading of a cold page. */
export async function planOf(pool: Pool, { text, values }: Statement): Promise<string[]> {
  const question = `explain (analyze, buffers, costs off, timing off) ${text}`;
  await pool.query(question, values);
  const { rows } = await pool.query<PlanRow>(question, values);
  const lines = rows.map((row) => row["QUERY PLAN"]);
  const planning = lines.findIndex((line) => line.startsWith("Planning"));
  const ending = lines.slice(planning).filter((line) => line.startsWith("Execution Time"));
  return [...lines.slice(0, planning), ...ending].filter((line) => essential.test(line));
}
