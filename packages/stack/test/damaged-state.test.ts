// A folder whose state or data is not what it should be: it is said, and nothing of it is changed.

import { cpSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { withClient } from "../src/components/postgres/connection.ts";
import type { Secrets } from "../src/state/secrets.ts";
import { stackProcesses } from "./helpers/proc.ts";
import { Project, shop, small } from "./helpers/project.ts";

const it = new Project(shop);
const stateFile = it.path(".spillway/state.json");
const data = it.path(".spillway/primary/data");

/** Runs a statement on the primary. */
async function sql(statement: string): Promise<unknown[]> {
  const port = (await it.status()).components.find(({ role }) => role === "primary")!.port;
  const { postgres: password } = JSON.parse(it.read(".spillway/secrets.json")) as Secrets;
  return withClient({ port, password }, async (client) => (await client.query(statement)).rows);
}

beforeAll(async () => {
  await it.succeed(["up", "--detach", ...small]);
  await sql("CREATE TABLE kept AS SELECT 42 AS answer");
  await it.succeed(["down"]);
});
afterAll(() => it.remove());

/** Puts something else in the place of a file until the test ends; the file keeps its owner. */
function replaced(file: string, content: string | Buffer): void {
  const before = readFileSync(file);
  writeFileSync(file, content);
  onTestFinished(() => writeFileSync(file, before));
}

/** What `up` says; checks that nothing runs and that `content` is untouched. */
async function refusal(content: () => unknown): Promise<string> {
  const before = content();
  const result = await it.spillway(["up", ...small]);
  expect(content()).toEqual(before);
  expect(stackProcesses(it.dir)).toEqual([]);
  return it.complaint(result);
}

const state = (): string => readFileSync(stateFile, "utf8");

test("a state of a newer version is left alone by every command", async () => {
  replaced(stateFile, state().replace(`"version": 1`, `"version": 99`));
  const said = await refusal(state);
  expect(said).toMatchInlineSnapshot(`
    "error SPW_STATE_NEWER: <dir>/.spillway/state.json is of version 99; this Spillway knows versions up to 1
      Update @spillway/stack. Nothing was changed.
    exit code 2"
  `);
  for (const args of [["down", "--wipe"], ["status"], ["scale", "app=2"], ["explain"]]) {
    expect(it.complaint(await it.spillway(args))).toBe(said);
  }
});

test("a damaged state is left alone", async () => {
  replaced(stateFile, state().slice(0, 40));
  expect(await refusal(state)).toMatchInlineSnapshot(`
    "error SPW_STATE_DAMAGED: <dir>/.spillway/state.json cannot be read: Expected double-quoted property name in JSON at position 40 (line 4 column 3)
      Restore the file from a copy. Nothing was changed: it says where the data of this stack lies.
    exit code 2"
  `);
});

test("a state that is something else is left alone", async () => {
  replaced(stateFile, `{ "name": "shop" }\n`);
  expect(await refusal(state)).toMatchInlineSnapshot(`
    "error SPW_STATE_DAMAGED: <dir>/.spillway/state.json cannot be read: it is not a state of Spillway
      Restore the file from a copy. Nothing was changed: it says where the data of this stack lies.
    exit code 2"
  `);
});

test("a copied folder does not share the data of the original, running or not", async () => {
  const copy = new Project({});
  onTestFinished(() => rmSync(copy.dir, { recursive: true }));
  const said = async (...args: string[]): Promise<string> => {
    rmSync(copy.dir, { recursive: true });
    cpSync(it.dir, copy.dir, { recursive: true, verbatimSymlinks: true });
    return copy.complaint(await copy.spillway(args)).replace(it.dir, "<original>");
  };
  const stopped = await said("up", ...small);
  expect(stopped).toMatchInlineSnapshot(`
    "error SPW_STATE_COPIED: <dir>/.spillway/state.json belongs to the stack in <original>: two stacks cannot share one set of data
      If this folder is a copy, delete its .spillway folder; it then starts with data of its own.
    exit code 2"
  `);
  await it.succeed(["up", "--detach", ...small]);
  for (const args of [["up"], ["status"], ["scale", "app=2"], ["down"]]) {
    expect(await said(...args)).toBe(stopped);
  }
  expect((await it.status()).components.filter(({ role }) => role === "app")).toHaveLength(1);
  await it.succeed(["down"]);
});

/** Every file of the data folder with its size, but for the server's own note of its last start. */
const database = (): string[] =>
  readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/postmaster\.(?:pid|opts)$/.test(file))
    .map((file) => `${file} ${statSync(file).size}`)
    .toSorted();

test("a damaged control file is told in PostgreSQL's own words, and the data is kept", async () => {
  replaced(`${data}/global/pg_control`, Buffer.alloc(8192, 0xff));
  expect(await refusal(database)).toMatchInlineSnapshot(`
    "error SPW_DATA_DAMAGED: The data of primary in <dir>/.spillway/primary/data cannot be used: FATAL: database files are incompatible with server
      It is never deleted by itself. Restore it from a backup, or discard all data of this stack with \`spillway down --wipe\`.
    exit code 1"
  `);
});

test("an empty control file is told in PostgreSQL's own words, and the data is kept", async () => {
  replaced(`${data}/global/pg_control`, "");
  expect(await refusal(database)).toMatchInlineSnapshot(`
    "error SPW_DATA_DAMAGED: The data of primary in <dir>/.spillway/primary/data cannot be used: PANIC: could not read file "global/pg_control": read 0 of 296
      It is never deleted by itself. Restore it from a backup, or discard all data of this stack with \`spillway down --wipe\`.
    exit code 1"
  `);
});

// After those two, whose words are still in the log: they explain nothing of a later start.
test("data made by another PostgreSQL is refused and kept", async () => {
  replaced(`${data}/PG_VERSION`, "15\n");
  expect(await refusal(database)).toMatchInlineSnapshot(`
    "error SPW_DATA_DAMAGED: The data of primary in <dir>/.spillway/primary/data cannot be used: it was made by PostgreSQL 15; this is 18
      It is never deleted by itself. Restore it from a backup, or discard all data of this stack with \`spillway down --wipe\`.
    exit code 1"
  `);
});

test("a data folder without PG_VERSION is refused and kept", async () => {
  renameSync(`${data}/PG_VERSION`, it.path("kept"));
  onTestFinished(() => renameSync(it.path("kept"), `${data}/PG_VERSION`));
  expect(await refusal(database)).toMatchInlineSnapshot(`
    "error SPW_DATA_DAMAGED: The data of primary in <dir>/.spillway/primary/data cannot be used: it is not a PostgreSQL data folder (PG_VERSION is missing)
      It is never deleted by itself. Restore it from a backup, or discard all data of this stack with \`spillway down --wipe\`.
    exit code 1"
  `);
});

test("with its files back, the same data is served again", async () => {
  await it.succeed(["up", "--detach", ...small]);
  expect(await sql("SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
  await it.succeed(["down"]);
});
