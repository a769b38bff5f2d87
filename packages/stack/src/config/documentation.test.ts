import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { merge, settingPaths } from "./merge.ts";
import { valueAt } from "./validate.ts";

const documentation = readFileSync(new URL("../../../../docs/configuration.md", import.meta.url), "utf8");
const section = documentation.split("\n## Settings\n")[1]!.split("\n## ")[0]!;
const rows = new Map(
  [...section.matchAll(/^\| `([^`]+)`\s*\| ([^|]*?)\s*\|/gm)].map(([, key, value]) => [key!, value!]),
);

test("every setting is documented, and every documented setting exists", () => {
  expect([...rows.keys()]).toEqual(settingPaths());
});

test("the documentation tells each plain default", () => {
  const { settings } = merge([]);
  const plain = [...rows].flatMap(([key, shown]) =>
    /^`[^`]+`$/.test(shown) ? [[key, shown.slice(1, -1)]] : [],
  );
  const actual = plain.map(([key]) => {
    const value = valueAt(settings, key!.split("."));
    return [key, typeof value === "string" ? value : JSON.stringify(value)];
  });
  expect(plain).toEqual(actual);
  expect(plain.length).toBeGreaterThan(15);
});
