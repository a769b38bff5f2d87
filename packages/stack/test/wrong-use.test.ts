// Commands that do not exist, or that have nothing to work on.

import { expect, test } from "vitest";
import { project } from "./helpers/project.ts";

async function answer(...args: string[]): Promise<string> {
  const it = project();
  const result = await it.spillway(args);
  expect(result.stdout).toBe("");
  return it.complaint(result);
}

test("an unknown command is refused with the nearest one", async () => {
  expect(await answer("stauts")).toMatchInlineSnapshot(`
    "error SPW_USAGE: unknown command stauts — did you mean status?
      Commands: init, up, deploy, down, status, logs, scale, explain, doctor. \`spillway --help\` tells more.
    exit code 2"
  `);
});

test("a command like no other is refused with all there are", async () => {
  expect(await answer("frobnicate")).toMatchInlineSnapshot(`
    "error SPW_USAGE: unknown command frobnicate
      Commands: init, up, deploy, down, status, logs, scale, explain, doctor. \`spillway --help\` tells more.
    exit code 2"
  `);
});

test("an unknown option is refused with the nearest one", async () => {
  expect(await answer("up", "--detatch")).toMatchInlineSnapshot(`
    "error SPW_USAGE: unknown option --detatch — did you mean --detach?
      \`spillway up --help\` shows its options.
    exit code 2"
  `);
});

test("an option like no other is refused", async () => {
  expect(await answer("down", "--frobnicate")).toMatchInlineSnapshot(`
    "error SPW_USAGE: unknown option --frobnicate
      \`spillway down --help\` shows its options.
    exit code 2"
  `);
});

test("an option without its value is refused", async () => {
  expect(await answer("logs", "--lines")).toMatchInlineSnapshot(`
    "error SPW_USAGE: Option '-n, --lines <value>' argument missing
      \`spillway logs --help\` shows its options.
    exit code 2"
  `);
});

test("a number of lines that is none is refused", async () => {
  expect(await answer("logs", "--lines", "few")).toMatchInlineSnapshot(`
    "error SPW_USAGE: --lines few is not a number of lines
      Give a whole number from 1.
    exit code 2"
  `);
});

test("an option where the command belongs is refused, with the one that was meant", async () => {
  expect(await answer("--verison")).toMatchInlineSnapshot(`
    "error SPW_USAGE: unknown option --verison — did you mean --version?
      The command comes first: \`spillway up --detach\`. \`spillway --help\` lists them.
    exit code 2"
  `);
});

test("an argument too many is refused", async () => {
  expect(await answer("up", "now")).toMatchInlineSnapshot(`
    "error SPW_USAGE: up takes no argument now
      \`spillway up --help\` shows its options.
    exit code 2"
  `);
});

test("scale without a target, or with one that is no number, is refused", async () => {
  expect(await answer("scale")).toMatchInlineSnapshot(`
    "error SPW_SCALE_TARGET: Cannot scale nothing: expected app=N
      For example: \`spillway scale app=5\`.
    exit code 2"
  `);
  expect(await answer("scale", "app=many")).toMatchInlineSnapshot(`
    "error SPW_SCALE_TARGET: Cannot scale app=many: expected app=N
      For example: \`spillway scale app=5\`.
    exit code 2"
  `);
});

test("a folder in which nothing ever ran has no status, no logs and nothing to scale", async () => {
  expect(await answer("status")).toMatchInlineSnapshot(`
    "error SPW_NOT_RUNNING: No stack is running in <dir>
      Start it with \`spillway up\`.
    exit code 1"
  `);
  expect(await answer("logs")).toBe(await answer("status"));
  expect(await answer("scale", "app=2")).toBe(await answer("status"));
  expect(await answer("explain", "cache", "product:1")).toBe(await answer("status"));
  expect(await answer("explain", "product:1")).toMatchInlineSnapshot(`
    "error SPW_USAGE: explain takes nothing, or cache and a key; found product:1
      For example: spillway explain cache product:42
    exit code 2"
  `);
  expect(await answer("logs", "app-1")).toMatchInlineSnapshot(`
    "error SPW_UNKNOWN_COMPONENT: No component is called app-1
      Nothing has been started here yet.
    exit code 2"
  `);
});

test("down where nothing runs says so and is no failure", async () => {
  const it = project();
  expect(await it.spillway(["down"])).toEqual({
    code: 0,
    stdout: `nothing is running in ${it.dir}\n`,
    stderr: "",
  });
});

test("with --json an error is one object on standard output, with the same exit code", async () => {
  const it = project();
  const result = await it.spillway(["status", "--json"]);
  expect({ ...result, stdout: JSON.parse(result.stdout) as unknown }).toEqual({
    code: 1,
    stderr: "",
    stdout: {
      error: {
        code: "SPW_NOT_RUNNING",
        message: `No stack is running in ${it.dir}`,
        hint: "Start it with `spillway up`.",
        exitCode: 1,
      },
    },
  });
  const wrong = await it.spillway(["up", "--json", "--instances", "0"]);
  expect(JSON.parse(wrong.stdout)).toMatchObject({ error: { code: "SPW_CONFIG_VALUE", exitCode: 2 } });
  expect(wrong.code).toBe(2);
});

test("a stack trace is shown with --debug only", async () => {
  const it = project();
  it.write("spillway.config.ts", `throw new Error("no luck");\n`);
  expect((await it.spillway(["up"])).stderr).not.toContain("    at ");
  expect((await it.spillway(["up", "--debug"])).stderr).toMatch(
    /Error: no luck\n\s+at .*spillway\.config\.ts:1/,
  );
});
