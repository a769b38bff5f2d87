// What a user can write wrong, and every word of the answer. Nothing is started by any of it.

import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { project, shop } from "./helpers/project.ts";

/** The answer to `up` in an app with this config. */
async function refusal(config: string, files: Record<string, string> = {}): Promise<string> {
  const it = project({ ...shop, "spillway.config.ts": config, ...files });
  const result = await it.spillway(["up"]);
  expect(result.stdout).toBe("");
  expect(existsSync(it.path(".spillway"))).toBe(false);
  return it.complaint(result);
}

describe("a setting that cannot be meant is refused with its line", () => {
  test("an unknown key", async () => {
    const config = `export default {\n  ballancer: { engine: "nginx" },\n};\n`;
    expect(await refusal(config)).toMatchInlineSnapshot(`
      "error SPW_CONFIG_UNKNOWN_KEY: spillway.config.ts:2: unknown key ballancer — did you mean balancer?
        Allowed here: name, app, edge, balancer, database, cache, storage.
      exit code 2"
    `);
  });

  test("an unknown key inside another", async () => {
    const config = `export default {\n  app: {\n    health: {\n      pth: "/up",\n    },\n  },\n};\n`;
    expect(await refusal(config)).toMatchInlineSnapshot(`
      "error SPW_CONFIG_UNKNOWN_KEY: spillway.config.ts:4: unknown key app.health.pth — did you mean path?
        Allowed here: path, intervalMs, timeoutMs.
      exit code 2"
    `);
  });

  test("a value of the wrong type", async () => {
    const config = `export default {\n  app: {\n    instances: "three",\n  },\n};\n`;
    expect(await refusal(config)).toMatchInlineSnapshot(`
      "error SPW_CONFIG_VALUE: spillway.config.ts:3: app.instances is "three", expected a number
        Change app.instances, or leave it out for its default (\`spillway explain\` shows it).
      exit code 2"
    `);
  });

  test("a value out of its range", async () => {
    const config = `export default {\n  edge: { port: 70000 },\n};\n`;
    expect(await refusal(config)).toMatchInlineSnapshot(`
      "error SPW_CONFIG_VALUE: spillway.config.ts:2: edge.port is 70000, expected at most 65535
        Change edge.port, or leave it out for its default (\`spillway explain\` shows it).
      exit code 2"
    `);
  });

  test("a value outside its closed set", async () => {
    const config = `export default {\n\n  balancer: { engine: "traefik" },\n};\n`;
    expect(await refusal(config)).toMatchInlineSnapshot(`
      "error SPW_CONFIG_VALUE: spillway.config.ts:3: balancer.engine is "traefik", expected one of "haproxy", "nginx"
        Change balancer.engine, or leave it out for its default (\`spillway explain\` shows it).
      exit code 2"
    `);
  });

  test("a maximum below the number of servers that is the default", async () => {
    const config = `export default {\n  app: { maxInstances: 2 },\n};\n`;
    expect(await refusal(config)).toMatchInlineSnapshot(`
      "error SPW_CONFIG_VALUE: spillway.config.ts:2: app.maxInstances is 2, expected at least app.instances, which is 3
        Change app.maxInstances, or leave it out for its default (\`spillway explain\` shows it).
      exit code 2"
    `);
  });
});

describe("a config that cannot be loaded is refused with its line", () => {
  test("a syntax error in TypeScript", async () => {
    const config = `export default {\n  app: { instances: 2,, },\n};\n`;
    expect(await refusal(config)).toMatchInlineSnapshot(`
      "error SPW_CONFIG_SYNTAX: spillway.config.ts:2: the config cannot be read: Unexpected token \`,\`. Expected identifier, string literal, numeric literal or [ for the computed key
        Correct that line; \`spillway explain\` then shows what the config says.
      exit code 2"
    `);
  });

  test("a syntax error in JavaScript", async () => {
    const it = project({ ...shop, "spillway.config.js": `export default {\n  app: { instances: 2 ;\n};\n` });
    expect(it.complaint(await it.spillway(["up"]))).toMatchInlineSnapshot(`
      "error SPW_CONFIG_SYNTAX: spillway.config.js:2: the config cannot be read: Unexpected token ';'
        Correct that line; \`spillway explain\` then shows what the config says.
      exit code 2"
    `);
  });

  test("TypeScript that is more than types", async () => {
    const config = `\nenum Size { Small = 1 }\nexport default { app: { instances: Size.Small } };\n`;
    expect(await refusal(config)).toMatchInlineSnapshot(`
      "error SPW_CONFIG_SYNTAX: spillway.config.ts:2: the config cannot be read: TypeScript enum is not supported in strip-only mode
        Node only removes types from this file: write that part in plain JavaScript.
      exit code 2"
    `);
  });

  test("code that throws", async () => {
    const config = `const file: string | undefined = process.env.SHOP_FILE;
if (file === undefined) throw new Error("SHOP_FILE is not set");
export default { app: { start: file } };
`;
    expect(await refusal(config)).toMatchInlineSnapshot(`
      "error SPW_CONFIG_SYNTAX: spillway.config.ts:2: the config threw: SHOP_FILE is not set
        Correct that line or what it needs; --debug shows the stack trace.
      exit code 2"
    `);
  });

  test("code that throws in a file it imports", async () => {
    const config = `import { instances } from "./settings.ts";\nexport default { app: { instances } };\n`;
    const settings = `export const instances = JSON.parse("{");\n`;
    expect(await refusal(config, { "settings.ts": settings })).toMatchInlineSnapshot(`
      "error SPW_CONFIG_SYNTAX: settings.ts:1: the config threw: Expected property name or '}' in JSON at position 1 (line 1 column 2)
        Correct that line or what it needs; --debug shows the stack trace.
      exit code 2"
    `);
  });

  test("a package that is not installed", async () => {
    const config = `// The shop.\nimport { size } from "@acme/sizes";\nexport default { app: size };\n`;
    expect(await refusal(config)).toMatchInlineSnapshot(`
      "error SPW_CONFIG_SYNTAX: spillway.config.ts:2: the package @acme/sizes is imported and was not found
        Install it with \`npm install @acme/sizes\`, or remove the import.
      exit code 2"
    `);
  });

  test("a file that is not there", async () => {
    const config = `import { app } from "./config/app.ts";\nexport default { app };\n`;
    expect(await refusal(config)).toMatchInlineSnapshot(`
      "error SPW_CONFIG_SYNTAX: spillway.config.ts:1: the file config/app.ts is imported and was not found
        Correct the import: its path is relative to the file it stands in and has its ending, as in ./settings.ts.
      exit code 2"
    `);
  });

  test("no default export", async () => {
    expect(await refusal("export const config = { app: {} };\n")).toMatchInlineSnapshot(`
      "error SPW_CONFIG_EXPORT: spillway.config.ts: expected the settings as its default export, found no default export
        Write \`export default { … }\`, or defineStack({ … }) around it for the editor's help.
      exit code 2"
    `);
  });

  test("a default export that is a function", async () => {
    expect(await refusal("export default () => ({});\n")).toMatchInlineSnapshot(`
      "error SPW_CONFIG_EXPORT: spillway.config.ts: expected the settings as its default export, found a function
        Write \`export default { … }\`, or defineStack({ … }) around it for the editor's help.
      exit code 2"
    `);
  });

  test("a package.json that is not JSON", async () => {
    const it = project({ ...shop, "package.json": `{\n  "name": "shop"\n  "type": "module"\n}\n` });
    expect(it.complaint(await it.spillway(["up"]))).toMatchInlineSnapshot(`
      "error SPW_CONFIG_SYNTAX: <dir>/package.json:3: it is not valid JSON: Expected ',' or '}' after property value
        Correct that line.
      exit code 2"
    `);
  });
});

describe("a setting from outside the file is refused with its variable or flag", () => {
  test("a variable", async () => {
    const it = project();
    const env = { SPILLWAY_APP_INSTANCES: "many" };
    expect(it.complaint(await it.spillway(["up"], { env }))).toMatchInlineSnapshot(`
      "error SPW_CONFIG_VALUE: SPILLWAY_APP_INSTANCES: app.instances is "many", expected a number
        Change app.instances, or leave it out for its default (\`spillway explain\` shows it).
      exit code 2"
    `);
  });

  test("a flag", async () => {
    const it = project();
    expect(it.complaint(await it.spillway(["up", "--instances", "0"]))).toMatchInlineSnapshot(`
      "error SPW_CONFIG_VALUE: flag app.instances: app.instances is 0, expected at least 1
        Change app.instances, or leave it out for its default (\`spillway explain\` shows it).
      exit code 2"
    `);
  });

  test("a key of --set", async () => {
    const it = project();
    expect(it.complaint(await it.spillway(["up", "--set", "edge.prot=1"]))).toMatchInlineSnapshot(`
      "error SPW_CONFIG_UNKNOWN_KEY: --set: unknown key edge.prot — did you mean edge.port?
        Allowed here: name, app.start, app.build, app.release, app.instances, app.maxInstances, app.startTimeoutMs, app.drainTimeoutMs, app.previousVersionMs, app.health.path, app.health.intervalMs, app.health.timeoutMs, app.env, edge.instances, edge.host, edge.port, edge.memoryMb, balancer.engine, balancer.port, balancer.maxRequestsPerInstance, database.replicas, database.port, database.maxConnections, database.sharedBuffersMb, database.maxSlotWalKeepMb, cache.memoryMb, cache.evictionPolicy, cache.port, storage.bucket, storage.port.
      exit code 2"
    `);
  });

  test("a --set without a value", async () => {
    const it = project();
    expect(it.complaint(await it.spillway(["up", "--set", "edge.port"]))).toMatchInlineSnapshot(`
      "error SPW_USAGE: --set edge.port has no value
        Write it as --set cache.memoryMb=64.
      exit code 2"
    `);
  });
});

describe("a folder without an app is refused", () => {
  test("no start script", async () => {
    const it = project({ "package.json": `{ "name": "shop" }\n` });
    expect(it.complaint(await it.spillway(["up"]))).toMatchInlineSnapshot(`
      "error SPW_NO_APP: No app in <dir>: expected a Next.js app, or a package.json with a "start" script
        Run this in the folder of your app, or say how it starts: \`"scripts": { "start": "node server.js" }\` in package.json, or app.start in spillway.config.ts.
      exit code 2"
    `);
  });

  test("no such folder", async () => {
    const it = project();
    expect(it.complaint(await it.spillway(["status", "--dir", "nowhere"]))).toMatchInlineSnapshot(`
      "error SPW_USAGE: <dir>/nowhere is not a folder
        Give the folder of your app.
      exit code 2"
    `);
  });
});
