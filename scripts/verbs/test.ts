import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { exitCodes, exitCodesHelp } from "../exit-codes.ts";
import { root } from "../root.ts";
import { UserError } from "../user-error.ts";
import { type TestReport, tally } from "./test-report.ts";

export function register(program: Command): void {
  program
    .command("test")
    .description("Check types and lint, then run the tests")
    .argument("[vitest...]", "a path, or any option of `vitest run`")
    .option("--e2e", "the slower suite instead: whole programs, a real Node-RED, a browser, power cuts")
    .allowUnknownOption()
    .passThroughOptions()
    .addHelpText(
      "after",
      `
With a path or an option of Vitest's, only the tests; for scripts, --reporter=json. The last line is always
\`N passed, N failed\`. The slower suite needs Debian's chromium, socat and strace.

Examples:
  plinth test
  plinth test sim/ports -t "retained"
  plinth test --e2e
${exitCodesHelp}`,
    )
    .action(test);
}

/** Node's part of the repository, and the two that run in a browser. */
const projects = [".", "sim/page", "flows/editor"];

async function test(args: string[], { e2e = false }: { readonly e2e?: boolean }): Promise<void> {
  const codes: Record<string, number> = {};
  if (!e2e && args.length === 0) {
    for (const project of projects)
      codes[`types of ${project}`] = await step("types", "tsc", ["--noEmit", "--project", project]);
    codes.lint = await step("lint", "biome", ["ci"]);
  }
  const { code, report } = await runVitest(e2e ? ["--config", "test/e2e/vitest.config.ts", ...args] : args);
  const failed = Object.entries({ ...codes, tests: code }).filter(([, result]) => result !== exitCodes.ok);
  for (const [name] of failed) console.log(`${name}: failed`);
  const counts = tally(report);
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  if (failed.length > 0) throw new UserError("", exitCodes.failed);
}

async function runVitest(args: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), "plinth-test-"));
  const path = join(folder, "report.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${path}`];
  try {
    const code = await step("tests", "vitest", ["run", ...reporters, ...args]);
    return { code, report: await readReport(path) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Undefined when Vitest did not get as far as writing one. */
async function readReport(path: string): Promise<TestReport | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as TestReport);
}

/** Announces and runs a tool of this repository. @returns its exit code. */
function step(name: string, tool: string, args: readonly string[]): Promise<number> {
  console.log(`${name}: ${[tool, ...args.filter((arg) => !/^--(reporter|outputFile)/.test(arg))].join(" ")}`);
  return new Promise((resolve, reject) => {
    const child = spawn(join(root, "node_modules/.bin", tool), args, { cwd: root, stdio: "inherit" });
    child.once("error", () =>
      reject(new UserError(`${tool} is not installed`, exitCodes.environment, "Run `npm install`.")),
    );
    child.once("exit", (code) => resolve(code ?? exitCodes.failed));
  });
}
