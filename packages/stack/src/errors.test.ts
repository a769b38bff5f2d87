import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type ErrorCode, registry } from "./errors.ts";

const documentation = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");
const sections = new Map(
  documentation
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.split("\n")[0]!.trim(), section]),
);

test("every code is documented, and every documented code exists", () => {
  expect([...sections.keys()].toSorted()).toEqual(Object.keys(registry).toSorted());
});

test("the documentation tells each code's exit code", () => {
  for (const [code, section] of sections) {
    expect(section, code).toContain(`Exit code ${registry[code as ErrorCode].exitCode}.`);
  }
});
