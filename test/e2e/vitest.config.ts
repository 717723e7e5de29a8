import { defineConfig } from "vitest/config";

/** The slower suite: what takes minutes of computing, then whole programs, browsers among them. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "long",
          include: ["test/long/**/*.test.ts"],
          setupFiles: "test/property-seed.ts",
          sequence: { groupOrder: 0 },
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          // One file after the other: each has a street, a Node-RED or a browser to itself.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
