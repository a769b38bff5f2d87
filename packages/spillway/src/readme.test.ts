// What README.md lists is what there is, both ways.

import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { startApp } from "../test/app-process.ts";
import { scrape } from "../test/scrape.ts";
import { errors } from "./errors.ts";
import { warnings } from "./warnings.ts";

const folder = new URL("..", import.meta.url);
const readme = readFileSync(new URL("README.md", folder), "utf8");

function unique(names: Iterable<string>): string[] {
  return [...new Set(names)].toSorted();
}

/** The first cells of the rows of the table under `heading`. */
function listed(heading: string): string[] {
  const section = readme.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const cells = [...section.matchAll(/^\| (`[^|]*) \|/gm)].map(([, cell]) => cell ?? "");
  return unique(cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? "")));
}

test("every warning has a row", () => {
  expect(listed("Warnings")).toEqual(unique(Object.keys(warnings)));
});

test("every error has a row", () => {
  expect(listed("Errors")).toEqual(unique(Object.keys(errors)));
});

test("every setting has a row", () => {
  const sources = globSync("src/**/*.ts", { cwd: folder })
    .filter((file) => !file.endsWith(".test.ts"))
    .map((file) => readFileSync(new URL(file, folder), "utf8"))
    .join("\n");
  const named = [...sources.matchAll(/"(SPILLWAY_[A-Z_]+)"/g)].map(([, name]) => name ?? "");
  const settings = named.filter((name) => !(name in warnings) && !(name in errors));
  expect(listed("Settings")).toEqual(unique(["PORT", ...settings]));
});

test("every request and event loop metric has a row, under its own name", async () => {
  const app = await startApp("plain");
  await (await fetch(app.url)).text();
  const names = (await scrape(app))
    .map(({ name }) => name.replace(/_(bucket|sum|count)$/, ""))
    .filter((name) => /^http_|^nodejs_eventloop/.test(name));
  expect(listed("Metrics").filter((name) => !name.endsWith("*"))).toEqual(unique(names));
});
