// Copies of builds, made of real folders.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { StackFolder } from "../../state/folder.ts";
import { forgetOthers, keptBuild } from "./kept-build.ts";

const runtime = (up: string): string => `var RELATIVE_ROOT_PATH = "${up}";\nconst other = "../..";\n`;

function app(files: Readonly<Record<string, string>> = {}): StackFolder {
  const folder = new StackFolder(realpathSync(mkdtempSync(join(tmpdir(), "spillway-kept-"))));
  onTestFinished(() => rmSync(folder.app, { recursive: true }));
  for (const [name, text] of Object.entries({ ".next/BUILD_ID": "same", ...files })) {
    mkdirSync(dirname(join(folder.app, name)), { recursive: true });
    writeFileSync(join(folder.app, name), text);
  }
  return folder;
}

test("a copy is of its moment: it is made once for a build, and again for the next one of the same name", () => {
  const folder = app({ ".next/server/page.js": "first" });
  const first = keptBuild(folder);
  expect(keptBuild(folder)).toBe(first);
  writeFileSync(join(folder.nextBuild, "server/page.js"), "second");
  utimesSync(join(folder.nextBuild, "BUILD_ID"), new Date(), new Date(Date.now() + 5_000));
  const second = keptBuild(folder);
  const pages = [first, second].map((copy) => readFileSync(join(copy, "server/page.js"), "utf8"));
  expect(pages).toEqual(["first", "second"]);
  forgetOthers(folder, new Set([second]));
  expect(readdirSync(folder.builds)).toEqual([second.slice(folder.builds.length + 1)]);
});

test("what only a build needs is left; what pages were rendered with is not", () => {
  const copy = keptBuild(
    app({
      ".next/cache/turbopack/big": "",
      ".next/cache/fetch-cache/digest": "{}",
      ".next/dev/logs": "",
      ".next/server/dev/page.js": "",
    }),
  );
  expect(existsSync(join(copy, "cache/turbopack"))).toBe(false);
  expect(existsSync(join(copy, "dev"))).toBe(false);
  expect(existsSync(join(copy, "cache/fetch-cache/digest"))).toBe(true);
  expect(existsSync(join(copy, "server/dev/page.js"))).toBe(true);
});

test("a link out of the build leads where it led, and one inside of it stays inside", () => {
  const folder = app({ "node_modules/pg/index.js": "", ".next/standalone/real.js": "" });
  mkdirSync(join(folder.nextBuild, "node_modules"));
  symlinkSync("../../node_modules/pg", join(folder.nextBuild, "node_modules/pg-0123"));
  symlinkSync("real.js", join(folder.nextBuild, "standalone/link.js"));
  const copy = keptBuild(folder);
  expect(realpathSync(join(copy, "node_modules/pg-0123"))).toBe(join(folder.app, "node_modules/pg"));
  expect(realpathSync(join(copy, "standalone/link.js"))).toBe(join(copy, "standalone/real.js"));
});

test.each([
  ["..", "../../.."],
  ["../../..", "../../../../.."],
])("Turbopack's way up to the sources, %s, becomes %s", (up, expected) => {
  const name = "server/chunks/ssr/[turbopack]_runtime.js";
  const copy = keptBuild(app({ [`.next/${name}`]: runtime(up) }));
  expect(readFileSync(join(copy, name), "utf8")).toBe(runtime(expected));
});
