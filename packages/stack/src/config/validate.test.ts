import { describe, expect, test } from "vitest";
import { asSpillwayError } from "../errors.ts";
import { defaults } from "./defaults.ts";
import { merge } from "./merge.ts";
import { validate } from "./validate.ts";

function refusal(config: unknown): string {
  try {
    validate(config, (path) => `file(${path.join(".")})`);
  } catch (error) {
    const { code, message, hint } = asSpillwayError(error);
    return `${code} ${message} | ${hint}`;
  }
  return "accepted";
}

describe("a config is refused with the key, what was found and what was expected", () => {
  test.each([
    [
      { ballancer: {} },
      "SPW_CONFIG_UNKNOWN_KEY file(ballancer): unknown key ballancer — did you mean balancer? | Allowed here: name, app, edge, balancer, database, cache, storage.",
    ],
    [
      { app: { helth: {} } },
      "SPW_CONFIG_UNKNOWN_KEY file(app.helth): unknown key app.helth — did you mean health? | Allowed here: start, build, release, instances, maxInstances, startTimeoutMs, drainTimeoutMs, previousVersionMs, health, env.",
    ],
    [
      { app: { instances: "three" } },
      'SPW_CONFIG_VALUE file(app.instances): app.instances is "three", expected a number',
    ],
    [
      { app: { instances: 65 } },
      "SPW_CONFIG_VALUE file(app.instances): app.instances is 65, expected at most 64",
    ],
    [
      { app: { instances: 1.5 } },
      "SPW_CONFIG_VALUE file(app.instances): app.instances is 1.5, expected a whole number",
    ],
    [
      { balancer: { engine: "traefik" } },
      'SPW_CONFIG_VALUE file(balancer.engine): balancer.engine is "traefik", expected one of "haproxy", "nginx"',
    ],
    [
      { app: { release: "npm run x" } },
      'SPW_CONFIG_VALUE file(app.release): app.release is "npm run x", expected a list',
    ],
    [
      { app: { build: true } },
      "SPW_CONFIG_VALUE file(app.build): app.build is true, expected a command, or false",
    ],
    [
      { edge: { host: "localhost" } },
      'SPW_CONFIG_VALUE file(edge.host): edge.host is "localhost", expected an IP address',
    ],
    [{ app: { env: { A: 1 } } }, "SPW_CONFIG_VALUE file(app.env.A): app.env.A is 1, expected a text"],
    [
      { storage: { bucket: "My_Bucket" } },
      'SPW_CONFIG_VALUE file(storage.bucket): storage.bucket is "My_Bucket", expected 3 to 63 lower-case letters, digits and hyphens',
    ],
    [
      { app: { health: { path: "up" } } },
      'SPW_CONFIG_VALUE file(app.health.path): app.health.path is "up", expected a path that starts with /',
    ],
    [[], "SPW_CONFIG_VALUE file(): the config is [], expected an object"],
  ])("%j", (config, expected) => {
    expect(refusal(config)).toContain(expected);
  });
});

test("the table of defaults satisfies the schema, save what is left open", () => {
  const { port: _edge, ...edge } = defaults.edge;
  const { port: _cache, ...cache } = defaults.cache;
  const { start: _start, ...app } = defaults.app;
  expect(refusal({ app, edge, cache })).toBe("accepted");
});

test("every key of the schema has a default, so that explain shows it", () => {
  const { settings } = merge([]);
  expect(settings).toEqual(defaults);
});
