// spillway/lifecycle, as an app uses it.

import { expect, test } from "vitest";
import { runNode, startApp } from "../../test/app-process.ts";
import { waitUntil } from "../../test/wait.ts";

const lifecycle = new URL("./index.ts", import.meta.url).href;

/** A process with no HTTP server that has loaded spillway/lifecycle. */
async function runWorker(body: string, env: Record<string, string> = {}) {
  const script = `
    import { drain, isDraining, onDrain } from ${JSON.stringify(lifecycle)};
    const keptAlive = setInterval(() => {}, 1000);
    ${body}
    console.log("up");`;
  const worker = runNode(["--input-type=module", "-e", script], env);
  await waitUntil(() => worker.output().includes("up"), "the worker", worker.output);
  return worker;
}

const pausing = "new Promise((resolve) => setTimeout(resolve, 300))";

test.each([
  ["with", {}],
  ["without", { NODE_OPTIONS: "" }],
])("%s the preload, SIGTERM waits for onDrain in a process without a server", async (_, env) => {
  const worker = await runWorker(
    `process.on("SIGTERM", () => { console.log("own listener"); process.exit(7); });
     onDrain(async () => { console.log("begin", isDraining()); await ${pausing}; console.log("end"); });`,
    env,
  );
  worker.child.kill("SIGTERM");
  expect(await worker.ended).toBe(7);
  expect(worker.output()).toBe("up\nbegin true\nend\nown listener\n");
});

test("without listeners of its own the process exits with 0 after its hooks", async () => {
  const worker = await runWorker(`onDrain(() => console.log("hook"));`);
  worker.child.kill("SIGTERM");
  expect(await worker.ended).toBe(0);
  expect(worker.output()).toBe("up\nhook\n");
});

test("a hook that was taken back does not run", async () => {
  const worker = await runWorker(`onDrain(() => console.log("hook"))();`);
  worker.child.kill("SIGTERM");
  expect(await worker.ended).toBe(0);
  expect(worker.output()).toBe("up\n");
});

test("a hook that fails is named, and the others are awaited", async () => {
  const worker = await runWorker(
    `onDrain(() => { throw new Error("queue gone"); });
     onDrain(async () => { await ${pausing}; console.log("other ended"); });`,
  );
  worker.child.kill("SIGTERM");
  expect(await worker.ended).toBe(0);
  expect(worker.output()).toMatch(/SPILLWAY_DRAIN_HOOK_FAILED.*queue gone/);
  expect(worker.output()).toContain("other ended");
});

test("a hook that never ends gets its signal aborted at the bound, and the exit code is 1", async () => {
  const worker = await runWorker(
    `onDrain((signal) => new Promise(() => {
       signal.addEventListener("abort", () => console.log("aborted"));
     }));`,
    {
      SPILLWAY_DRAIN_TIMEOUT_MS: "400",
      SPILLWAY_DRAIN_IDLE_MS: "100",
      SPILLWAY_DRAIN_DELAY_MS: "0",
    },
  );
  worker.child.kill("SIGTERM");
  expect(await worker.ended).toBe(1);
  expect(worker.output()).toContain("aborted");
  expect(worker.output()).toMatch(/SPILLWAY_DRAIN_CUT.*1 onDrain functions had not ended/);
});

test("drain() drains the server once, and leaves the end to its caller", async () => {
  const app = await startApp("drain-by-hand");
  const slow = fetch(`${app.url}/slow`);
  await waitUntil(async () => (await fetch(`${app.url}/state`)).ok, "the app");
  const begun = await fetch(`${app.url}/drain`);
  expect(await begun.text()).toBe("draining true");
  expect(await (await slow).text()).toBe("slow");
  expect(await app.ended).toBe(5);
  expect(app.output()).toContain('drained {"complete":true,"requestsCut":0,"hooksCut":0} same true');
});
