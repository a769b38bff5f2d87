// The app's own SIGTERM listeners, after the drain and otherwise as ever.

import { describe, expect, test } from "vitest";
import { runNode, startApp } from "../../test/app-process.ts";
import { scrape, total } from "../../test/scrape.ts";
import { waitUntil } from "../../test/wait.ts";

describe.each([
  ["before", {}],
  ["after", { LISTENER_LATE: "1" }],
])("a listener added %s the server listens", (_when, late: Record<string, string>) => {
  test("runs when the drain is over, and its exit code is kept", async () => {
    const app = await startApp("plain", { ON_SIGTERM: "close", ...late });
    const slow = fetch(`${app.url}/slow?value=500`);
    await waitUntil(async () => total(await scrape(app), "http_requests_in_flight") === 1, "the request");
    app.child.kill("SIGTERM");
    await waitUntil(async () => !(await fetch(`${app.privateUrl}/ready`)).ok, "the drain");
    expect(app.output()).not.toContain("own listener");
    expect(await (await slow).text()).toBe("slow");
    expect(await app.ended).toBe(143);
    expect(app.output()).toMatch(/own listener\nclosed\n/);
  });

  test("added with once, gets the signal's name and number and is gone", async () => {
    const app = await startApp("plain", { ON_SIGTERM: "once", ...late });
    expect((await app.terminate()).end).toBe(3);
    expect(app.output()).toContain("once SIGTERM 15 of 0 left");
  });
});

test("a listener that was removed does not run", async () => {
  const app = await startApp("plain", { ON_SIGTERM: "removed" });
  await waitUntil(async () => (await fetch(app.url)).ok, "the app");
  expect((await app.terminate()).end).toBe(0);
  expect(app.output()).not.toContain("removed");
});

test("a listener that never ends the process meets the bound", async () => {
  const app = await startApp("plain", {
    ON_SIGTERM: "never",
    SPILLWAY_DRAIN_TIMEOUT_MS: "700",
    SPILLWAY_DRAIN_IDLE_MS: "100",
  });
  const { end, milliseconds } = await app.terminate();
  expect(end).toBe(1);
  expect(milliseconds).toBeGreaterThan(690);
  expect(app.output()).toContain("own listener");
  expect(app.output()).toContain("SPILLWAY_DRAIN_CUT");
});

test("SIGINT stays as it is", async () => {
  const app = await startApp("plain");
  app.child.kill("SIGINT");
  expect(await app.ended).toBe("SIGINT");
});

test("a process that does not listen on PORT dies of SIGTERM as ever", async () => {
  const other = runNode(["-e", "setInterval(() => {}, 1000); console.log('up')"], { PORT: "1" });
  await waitUntil(() => other.output().includes("up"), "the process");
  other.child.kill("SIGTERM");
  expect(await other.ended).toBe("SIGTERM");
});
