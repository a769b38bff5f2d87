// The cache of statements.

import { expect, test } from "vitest";
import { statementOf } from "./statements.ts";

test("a text that was asked for lately is the same statement, and counts its uses", () => {
  const first = statementOf("select 'kept'");
  expect(first).toMatchObject({ text: "select 'kept'", kind: "read", normalised: "select ?", uses: 1 });
  expect(statementOf(["select ", "'kept'"].join(""))).toBe(first);
  expect(first.uses).toBe(2);
});

test("a text in use stays while a thousand others pass, and one out of use is forgotten", () => {
  const used = statementOf("select 'used'");
  const unused = statementOf("select 'unused'");
  for (let other = 0; other < 1100; other += 100) {
    for (let one = 0; one < 100; one++) statementOf(`select ${other + one}`);
    expect(statementOf("select 'used'")).toBe(used);
  }
  expect(statementOf("select 'unused'")).not.toBe(unused);
});

test("no more than a thousand texts are kept", () => {
  const statements = Array.from({ length: 3000 }, (_, at) => statementOf(`select 'many', ${at}`));
  // From the newest down: asking for a forgotten text makes others be forgotten.
  const kept = statements.findLastIndex((known) => statementOf(known.text) !== known);
  expect(3000 - 1 - kept).toBeGreaterThanOrEqual(500);
  expect(3000 - 1 - kept).toBeLessThanOrEqual(1000);
});

test("a text of more than 20,000 characters is understood but not kept", () => {
  const text = `select '${"x".repeat(20_000)}'`;
  const statement = statementOf(text);
  expect(statement).toMatchObject({ kind: "read", normalised: "select ?", uses: 1 });
  expect(statementOf(text)).not.toBe(statement);
});
