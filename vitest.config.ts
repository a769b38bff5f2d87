import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // A failed wait says what it waited for; this bound is for what hangs.
    testTimeout: 30_000,
    hookTimeout: 120_000,
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
        // Real servers under load: one file at a time, or they measure each other.
        test: {
          name: "integration",
          include: ["packages/*/test/**/*.test.ts", "checker/test/*.test.ts"],
          fileParallelism: false,
          testTimeout: 180_000,
        },
      },
    ],
  },
});
