/**
 * Measures the ways to write a listing against the seeded store and prints what Postgres does for each.
 * docs/database.md has the command and the answers.
 */
import { runInScope } from "spillway/coherence";
import { decodeCursor } from "../src/catalogue/cursor.ts";
import { findCategory, listProducts } from "../src/db/catalogue.ts";
import { database } from "../src/db/client.ts";
import { byOffset, included, joined, oneByOne } from "./explain-listings/before.ts";
import { planOf } from "./explain-listings/plan.ts";
import { type Recorded, Recorder } from "./explain-listings/recorder.ts";

const limit = 24;
const deepPage = 200;
const warmUps = 5;
const runs = 30;

interface Shape {
  name: string;
  run: () => Promise<unknown>;
  /** Of the last run. */
  recorded: Recorded;
  times: number[];
}

const pool = database().$client;
const recorder = new Recorder(pool);

function shape(name: string, run: Shape["run"]): Shape {
  return { name, run, recorded: { statements: [], rows: 0, bytes: 0 }, times: [] };
}

/** A category's first page, with what the page says of the category. */
async function firstPages(): Promise<Shape[]> {
  const page = (list: (categoryId: number) => Promise<unknown>) => async () => {
    const category = await findCategory("mugs");
    return list(category!.id);
  };
  return [
    shape(
      "N+1",
      page((categoryId) => oneByOne(categoryId, limit)),
    ),
    shape(
      "include, `with`",
      page((categoryId) => included(categoryId, limit)),
    ),
    shape(
      "include, join",
      page((categoryId) => joined(categoryId, limit)),
    ),
    shape(
      "page with selection",
      page((categoryId) => listProducts({ categoryId, sort: "newest", limit })),
    ),
  ];
}

async function deepPages(): Promise<Shape[]> {
  // The page begins behind the last product of the page before it.
  const { next } = await listProducts({ sort: "newest", limit: limit * (deepPage - 1) });
  const cursor = decodeCursor(next!);
  return [
    shape(`page ${deepPage} by offset`, () => byOffset(deepPage, limit)),
    shape(`page ${deepPage} by cursor`, () => listProducts({ sort: "newest", cursor, limit })),
  ];
}

/** Each run is a scope of its own, as each request of a server is. */
async function measure(one: Shape): Promise<void> {
  const before = performance.now();
  one.recorded = await recorder.record(() => runInScope(one.run));
  one.times.push(performance.now() - before);
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

function printTable(shapes: readonly Shape[]): void {
  console.log("| shape | statements | rows | bytes | ms |\n| --- | --- | --- | --- | --- |");
  for (const { name, recorded, times } of shapes) {
    const { statements, rows, bytes } = recorded;
    console.log(`| ${name} | ${statements.length} | ${rows} | ${bytes} | ${median(times).toFixed(1)} |`);
  }
}

async function printPlans(shapes: readonly Shape[]): Promise<void> {
  const shown = new Set<string>();
  for (const { name, recorded } of shapes) {
    for (const statement of recorded.statements) {
      if (shown.has(statement.text)) continue;
      shown.add(statement.text);
      const plan = await planOf(pool.primary, statement);
      console.log(`\n## ${name}\n\n${statement.text}\n\n${plan.join("\n")}`);
    }
  }
}

try {
  const shapes = [...(await firstPages()), ...(await deepPages())];
  // In turns, so that what else the machine does meets all of them.
  for (let run = 0; run < warmUps + runs; run++) {
    for (const one of shapes) await measure(one);
    if (run < warmUps) for (const one of shapes) one.times = [];
  }
  printTable(shapes);
  await printPlans(shapes);
} finally {
  await pool.end();
}
