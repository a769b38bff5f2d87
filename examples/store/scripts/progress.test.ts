import { afterEach, expect, test, vi } from "vitest";
import { progress } from "./progress.ts";

afterEach(() => vi.restoreAllMocks());

test("ten thousand steps print eleven lines, from 0% to 100%", () => {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => lines.push(line));
  const report = progress("products", 10_000);
  for (let done = 0; done <= 10_000; done++) report(done);
  expect(lines).toEqual(Array.from({ length: 11 }, (_, step) => `products ${step * 10}%`));
});
