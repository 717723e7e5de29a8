import { defineConfig } from "vitest/config";

/** The tests that start whole programs: Node-RED, a browser. One after the other, they are heavy. */
export default defineConfig({
  test: {
    include: ["test/e2e/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 90_000,
  },
});
