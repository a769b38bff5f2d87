import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { Deadlines } from "./deadlines.ts";

it("calls those whose bound has passed, in their order, and none that has come", async () => {
  const deadlines = new Deadlines(10);
  const late: string[] = [];
  const waiting = ["a", "b", "c", "d", "e"].map((name) => deadlines.start(() => late.push(name)));
  for (const index of [2, 0, 4]) deadlines.end(waiting[index]!);
  deadlines.end(waiting[2]!);
  await sleep(40);
  expect(late).toEqual(["b", "d"]);
  deadlines.end(waiting[1]!);
  deadlines.start(() => late.push("f"));
  await sleep(40);
  expect(late).toEqual(["b", "d", "f"]);
});

it("waits for none longer because another came later", async () => {
  const deadlines = new Deadlines(30);
  const began = performance.now();
  let firstAt = 0;
  deadlines.start(() => (firstAt = performance.now()));
  await sleep(15);
  const second = deadlines.start(() => undefined);
  await expect.poll(() => firstAt, { interval: 1 }).toBeGreaterThan(began + 25);
  deadlines.end(second);
});

it("does not take a pause of this process for a delay of what it waits for", async () => {
  const deadlines = new Deadlines(20);
  let late = false;
  const waiting = deadlines.start(() => (late = true));
  // What it waits for comes while this process does nothing else.
  setTimeout(() => setImmediate(() => deadlines.end(waiting)), 1);
  const end = performance.now() + 60;
  while (performance.now() < end);
  await sleep(20);
  expect(late).toBe(false);
});
