// What the adapter makes of the config of a Next.js app.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import adapter from "../../src/next/adapter.ts";

const variables = ["NEXT_DEPLOYMENT_ID", "NEXT_SERVER_ACTIONS_ENCRYPTION_KEY", "SPILLWAY_SECRET"];
const before = variables.map((name) => [name, process.env[name]] as const);
let projectDir: string;
let warned: string[];

beforeEach(() => {
  for (const name of variables) delete process.env[name];
  projectDir = mkdtempSync(join(tmpdir(), "spillway-test-"));
  warned = [];
  process.on("warning", note);
});

afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  process.off("warning", note);
  rmSync(projectDir, { recursive: true });
});

function note(warning: Error & { code?: string }): void {
  if (warning.code === "SPILLWAY_NEXT_SETTING") warned.push(warning.message);
}

interface Config {
  cacheHandler?: string;
  cacheHandlers?: Record<string, string>;
  deploymentId?: string;
  images?: Record<string, unknown>;
  output?: string;
  poweredByHeader?: boolean;
}

/** As at a build; warnings have come by then. */
async function modified(config: Config, phase = "phase-production-build"): Promise<Config> {
  const changed = await adapter.modifyConfig(config, { phase, projectDir });
  await new Promise(setImmediate);
  return changed;
}

const ours = (name: string): string => join(projectDir, ".spillway/next", name);

it("puts both caches of a stock app on files that it writes into the app", async () => {
  const config = await modified({ poweredByHeader: false, images: { unoptimized: true } });
  const useCache = ours("use-cache-handler.cjs");
  expect(config).toEqual({
    poweredByHeader: false,
    cacheHandler: ours("cache-handler.cjs"),
    cacheHandlers: { default: useCache, remote: useCache },
    images: { unoptimized: true, customCacheHandler: true },
  });
  for (const file of [config.cacheHandler!, useCache]) expect(existsSync(file)).toBe(true);
  expect(warned).toEqual([]);
});

it("changes nothing when it is given what it has made", async () => {
  const once = await modified({});
  expect(await modified(once)).toEqual(once);
  expect(warned).toEqual([]);
});

it("leaves an app's own cacheHandler, and says so", async () => {
  const config = await modified({ cacheHandler: "/app/own.js" });
  expect(config.cacheHandler).toBe("/app/own.js");
  expect(config.cacheHandlers?.["default"]).toBe(ours("use-cache-handler.cjs"));
  expect(warned).toEqual([expect.stringContaining("cacheHandler stays")]);
});

it.each(["default", "remote", "another"])(
  "leaves an app's own cacheHandlers with %s, and says so",
  async (kind) => {
    const config = await modified({ cacheHandlers: { [kind]: "/app/own.js" } });
    expect(config.cacheHandlers).toEqual({ [kind]: "/app/own.js" });
    expect(config.cacheHandler).toBe(ours("cache-handler.cjs"));
    expect(warned).toEqual([expect.stringContaining("cacheHandlers stays")]);
  },
);

it.each([
  ["an app that is exported to files", { output: "export" }, "phase-production-build"],
  ["an app in development", {}, "phase-development-server"],
])("leaves %s alone", async (_what, config, phase) => {
  process.env["SPILLWAY_SECRET"] = "sixteen letters!";
  process.env["NEXT_DEPLOYMENT_ID"] = "first";
  expect(await modified(config, phase)).toBe(config);
  expect(existsSync(join(projectDir, ".spillway"))).toBe(false);
  expect(process.env["NEXT_SERVER_ACTIONS_ENCRYPTION_KEY"]).toBeUndefined();
});

it("names the deployment, unless the app does", async () => {
  process.env["NEXT_DEPLOYMENT_ID"] = "first";
  expect((await modified({})).deploymentId).toBe("first");
  expect((await modified({ deploymentId: "own" })).deploymentId).toBe("own");
  // Pages are kept by this name.
  expect(process.env["NEXT_DEPLOYMENT_ID"]).toBe("own");
});

async function actionsKey(secret: string): Promise<string | undefined> {
  delete process.env["NEXT_SERVER_ACTIONS_ENCRYPTION_KEY"];
  process.env["SPILLWAY_SECRET"] = secret;
  await modified({});
  return process.env["NEXT_SERVER_ACTIONS_ENCRYPTION_KEY"];
}

it("servers with the same secret have the same key for Server Actions, and one that Next.js takes", async () => {
  const key = await actionsKey("sixteen letters!");
  expect(await actionsKey("sixteen letters!")).toBe(key);
  expect(await actionsKey("sixteen numbers!")).not.toBe(key);
  const bytes = Buffer.from(key!, "base64");
  expect([16, 24, 32]).toContain(bytes.length);
  expect(bytes.toString("base64")).toBe(key);
});

it("leaves a key for Server Actions that is set, and makes none without a secret", async () => {
  expect(await actionsKey("")).toBeUndefined();
  process.env["NEXT_SERVER_ACTIONS_ENCRYPTION_KEY"] = "own";
  process.env["SPILLWAY_SECRET"] = "sixteen letters!";
  await modified({});
  expect(process.env["NEXT_SERVER_ACTIONS_ENCRYPTION_KEY"]).toBe("own");
});
