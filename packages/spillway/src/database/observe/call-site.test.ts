import { expect, it } from "vitest";
import { siteIn } from "./call-site.ts";

const own = "/app/spillway/src/";

/** The site that is found in these frames, nearest first. */
function found(...frames: string[]): string | undefined {
  return siteIn(["Error", ...frames.map((frame) => `    at ${frame}`)].join("\n"), own);
}

it("finds the nearest frame that is not of a package, of Node or of this library", () => {
  const site = found(
    "Repeats.count (file:///app/spillway/src/database/observe/repeats.ts:50:18)",
    "Pool.query (/app/node_modules/pg-pool/index.js:1:2)",
    "process.processTicksAndRejections (node:internal/process/task_queues:104:5)",
    "listOrders (/app/src/orders.ts:12:20)",
    "main (/app/src/main.ts:3:1)",
  );
  expect(site).toBe("/app/src/orders.ts:12:20");
});

it("finds it behind an await, with a name and without", () => {
  expect(found("async listOrders (file:///app/src/orders.ts:12:20)")).toBe("/app/src/orders.ts:12:20");
  expect(found("async file:///app/src/orders.ts:12:20")).toBe("/app/src/orders.ts:12:20");
  expect(found("async Promise.all (index 3)", "/app/src/orders.ts:12:20")).toBe("/app/src/orders.ts:12:20");
});

it("finds a file in a folder with parentheses or spaces in its name", () => {
  expect(found("Page (/app/src/(shop)/page.tsx:7:3)")).toBe("/app/src/(shop)/page.tsx:7:3");
  expect(found("/app/src/(shop)/page.tsx:7:3")).toBe("/app/src/(shop)/page.tsx:7:3");
  expect(found("Page (/my app/page.tsx:7:3)")).toBe("/my app/page.tsx:7:3");
  expect(found("Page (file:///my%20app/page.tsx?t=1:7:3)")).toBe("/my app/page.tsx:7:3");
});

it("knows its own frames in a folder with a space", () => {
  const stack = "Error\n    at count (file:///my%20app/spillway/src/observe/repeats.ts:5:1)";
  expect(siteIn(stack, "/my app/spillway/src/")).toBeUndefined();
});

it("finds nothing where no frame is the app's", () => {
  expect(found("new Promise (<anonymous>)", "node:net:1:1", "eval (<anonymous>)")).toBeUndefined();
});
