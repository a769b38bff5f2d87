import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { detectApp } from "./detect.ts";

function project(files: Record<string, unknown>): string {
  const dir = mkdtempSync(join(tmpdir(), "spillway-detect-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), typeof content === "string" ? content : JSON.stringify(content));
  }
  return dir;
}

const next = { "node_modules/next/package.json": { name: "next", version: "16.4.6" } };

test("a start script is an app, with what npm would run before it", () => {
  const dir = project({
    "package.json": { name: "a", scripts: { prestart: "node prepare.js", start: "node server.js" } },
  });
  expect(detectApp(dir)).toEqual({
    framework: "node",
    name: "a",
    title: "Node.js",
    start: "node prepare.js && node server.js",
    build: false,
  });
});

test("Next.js is found by its dependency; a port in its start script does not overrule ours", () => {
  const dir = project({
    ...next,
    "package.json": {
      dependencies: { next: "16" },
      scripts: { start: "next start -p 3000", build: "next build --webpack" },
    },
    "src/app/api/health/route.ts": "",
  });
  expect(detectApp(dir)).toEqual({
    framework: "next",
    title: "Next.js 16.4.6",
    start: "next start",
    build: "next build --webpack",
    healthPath: "/api/health",
  });
});

test("a Next.js app with a server of its own keeps it", () => {
  const dir = project({
    ...next,
    "package.json": { dependencies: { next: "16" }, scripts: { start: "node server.mjs" } },
  });
  expect(detectApp(dir)).toMatchObject({ framework: "next", start: "node server.mjs", build: "next build" });
});

test("hooks around the build are run as npm would", () => {
  const scripts = { prebuild: "prisma generate", build: "next build", postbuild: "sitemap" };
  const dir = project({ ...next, "package.json": { devDependencies: { next: "16" }, scripts } });
  expect(detectApp(dir).build).toBe("prisma generate && next build && sitemap");
});

test("a folder with neither is refused, unless the config says how to start", () => {
  const dir = project({ "package.json": { scripts: { test: "x" } } });
  expect(() => detectApp(dir)).toThrow(`No app in ${dir}`);
  expect(detectApp(dir, "python3 server.py").start).toBe("python3 server.py");
});

test("an app whose packages are not installed is told to install them", () => {
  const dir = project({ "package.json": { dependencies: { next: "16" } } });
  expect(() => detectApp(dir)).toThrow(`The app in ${dir} depends on next, which is not installed`);
});

test("a script that is no text is no script", () => {
  const dir = project({ "package.json": { scripts: { start: 5 } } });
  expect(() => detectApp(dir)).toThrow("No app in");
});
