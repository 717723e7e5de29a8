import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { KernelBench } from "#test/kernel/kernel-bench.ts";
import { wireUp } from "#test/kernel/wiring.ts";

interface Report {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Runs test/kernel's contracts in a process of their own, whose addons meet the board. */
async function contractsOn(bench: KernelBench): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "plinth-contracts-"));
  const report = join(folder, "report.json");
  try {
    const { stderr } = await bench.run(
      process.execPath,
      "node_modules/vitest/vitest.mjs",
      ...["run", "--config", "test/kernel/vitest.config.ts", "--root", "."],
      ...["--reporter=json", `--outputFile=${report}`],
    );
    try {
      return JSON.parse(readFileSync(report, "utf8")) as Report;
    } catch (cause) {
      throw new Error(`the contracts did not run to their end:\n${stderr}`, { cause });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the ports of a board, unmodified, on simulated device nodes", () => {
  // Bases of Raspberry Pi kernels before 6.6 and since (raspberrypi/linux #6084).
  it.each([0, 512])("keep their contracts where GPIO numbers begin at %d", async (gpioBase) => {
    const bench = new KernelBench();
    wireUp(bench.board, bench.loop);
    await bench.offer({ gpioBase });
    try {
      const { testResults } = await contractsOn(bench);
      const results = testResults.flatMap(({ assertionResults }) => assertionResults);
      const broken = results.filter(({ status }) => status !== "passed");
      expect(broken.map(({ fullName, failureMessages }) => [fullName, ...failureMessages])).toEqual([]);
      expect(testResults.map(({ message }) => message).join("")).toBe("");
      const under = (port: string) => results.filter(({ fullName }) => fullName.startsWith(port)).length;
      expect(under("the Linux I2C port as an")).toBeGreaterThan(10);
      expect(under("the Linux I2C port, behind a multiplexer,")).toBeGreaterThan(10);
      expect(under("the sysfs GPIO port")).toBeGreaterThan(10);
    } finally {
      await bench.close();
    }
  });
});
