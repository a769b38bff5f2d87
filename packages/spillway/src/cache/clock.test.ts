import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { coarseNow } from "./clock.ts";

/** Reads the clock in a turn after which there is nothing to do until somebody speaks, and says how far it is behind then. */
const idle = `
import { coarseNow } from ${JSON.stringify(new URL("clock.ts", import.meta.url).href)};
process.stdin.once("data", () => {
  console.log(performance.now() - coarseNow());
  process.exit();
});
setTimeout(() => {
  coarseNow();
  console.log("idle");
}, 50);
`;

it("is of this turn of the event loop, also when that has waited for something to happen", async () => {
  const other = spawn(process.execPath, ["--input-type=module", "-e", idle], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(other.stdout, "data");
  await sleep(200);
  other.stdin.write("speak\n");
  const [said] = (await once(other.stdout, "data")) as [Buffer];
  expect(Number(said.toString())).toBeLessThan(50);
});

it("goes on in a turn that does not end", () => {
  const began = coarseNow();
  const end = performance.now() + 20;
  while (performance.now() < end);
  let last = began;
  for (let use = 0; use <= 256; use++) last = coarseNow();
  expect(last).toBeGreaterThan(began + 10);
});
