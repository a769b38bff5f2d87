import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** What is answered, or said, and not how soon: two files of these may share the machine. */
const sideBySide = [
  "packages/spillway/test/{cdn,storage}/**/*.test.ts",
  "packages/stack/test/{attacks,edge}/**/*.test.ts",
  "packages/stack/test/storage*.test.ts",
  "packages/stack/test/{bad-input,cli,damaged-state,failed-start,published,wrong-use}.test.ts",
  "packages/spillway/test/database/tailer*.test.ts",
];

export default defineConfig({
  test: {
    // A failed wait says what it waited for; this bound is for what hangs.
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // One for each core, where there are few: vitest would leave one of two idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [
            "packages/*/src/**/*.test.ts",
            "examples/*/{src,scripts}/**/*.test.ts",
            "models/**/*.test.ts",
            "checker/*.test.ts",
          ],
        },
      },
      {
        extends: true,
        test: { name: "protocols", include: sideBySide, testTimeout: 180_000 },
      },
      {
        extends: true,
        // Real servers under load: one file at a time, or they measure each other.
        test: {
          name: "integration",
          include: ["packages/*/test/**/*.test.ts", "checker/test/*.test.ts"],
          exclude: sideBySide,
          fileParallelism: false,
          testTimeout: 180_000,
        },
      },
    ],
  },
});
