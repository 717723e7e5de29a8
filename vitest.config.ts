import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{devices,firmware,flows,sim,scripts,test}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", "test/{e2e,long}/**"],
    setupFiles: "test/property-seed.ts",
    testTimeout: 30_000,
  },
});
