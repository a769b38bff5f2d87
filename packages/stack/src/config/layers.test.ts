import { expect, test } from "vitest";
import { fromEnvironment, fromFlags, variableName } from "./layers.ts";
import { merge } from "./merge.ts";

test("a later layer wins, and each setting remembers which layer decided it", () => {
  const { settings, sources } = merge([
    { source: "file", config: { app: { instances: 4, maxInstances: 9 }, cache: { memoryMb: 64 } } },
    fromEnvironment({ SPILLWAY_APP_INSTANCES: "5", SPILLWAY_APP_HEALTH_PATH: "/up" }),
    fromFlags({ "app.instances": "6" }),
  ]);
  expect(settings.app).toMatchObject({ instances: 6, maxInstances: 9, health: { path: "/up" } });
  expect(settings.cache.memoryMb).toBe(64);
  expect(sources).toMatchObject({
    "app.instances": "flag",
    "app.maxInstances": "file",
    "app.health.path": "environment",
    "cache.memoryMb": "file",
    "edge.instances": "default",
  });
});

test("a variable is named after its setting", () => {
  expect(variableName("app.health.intervalMs")).toBe("SPILLWAY_APP_HEALTH_INTERVAL_MS");
});

test("text from outside takes the type of its setting", () => {
  const { config } = fromFlags({ "app.build": "false", "app.release": '["a","b"]', "edge.host": "0.0.0.0" });
  expect(config).toEqual({ app: { build: false, release: ["a", "b"] }, edge: { host: "0.0.0.0" } });
});

test("a value from outside is checked like one in the file, and its variable or flag is named", () => {
  expect(() => fromEnvironment({ SPILLWAY_APP_INSTANCES: "many" })).toThrow(
    'SPILLWAY_APP_INSTANCES: app.instances is "many", expected a number',
  );
  expect(() => fromFlags({ "app.instances": "0" })).toThrow(
    "flag app.instances: app.instances is 0, expected at least 1",
  );
  expect(() => fromFlags({ "app.instnces": "1" })).toThrow("did you mean app.instances");
});
