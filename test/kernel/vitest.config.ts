import { defineConfig } from "vitest/config";

/** What runs in a process that the simulator offers a board to: contracts.ts starts it. */
export default defineConfig({
  test: { include: ["test/kernel/**/*.contract.ts"], testTimeout: 30_000, fileParallelism: false },
});
