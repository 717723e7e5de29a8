import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compiled } from "#sim/hil/compiled.ts";
import { terminalSource } from "#sim/hil/serial/pseudo-terminal.ts";
import { guestProgram } from "#sim/hil/time-travel/guest-program.ts";
import { runInTimeTravel } from "#sim/hil/time-travel/run.ts";
import { setUpTimeTravel } from "#sim/hil/time-travel/set-up.ts";
import { steadyNode } from "#sim/hil/time-travel/steady-node.ts";
import { depthEnv } from "./depth.ts";
import { FarSide } from "./far-side.ts";
import { farSideEnv } from "./far-side-visitor.ts";
import { KernelBench } from "./kernel-bench.ts";
import { wireUp } from "./wiring.ts";

/** What became of one case of a contract. */
export interface ContractCase {
  /** The port's name, the contract's and the case's own. */
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

interface Report {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly ContractCase[];
  }[];
}

/** Of Vitest, in any process: it keeps nothing beside the repository's files, for a guest can write to none. */
const vitest = [
  "node_modules/vitest/vitest.mjs",
  ...["run", "--config", "test/kernel/vitest.config.ts", "--root", "."],
  ...["--configLoader=runner", "--no-cache", "--reporter=json"],
] as const;

/** The contracts in a process whose addons meet the preloaded library. */
export function contractsAtPreload(gpioBase: number): Promise<readonly ContractCase[]> {
  return reported(async (folder, report) => {
    const bench = new KernelBench();
    wireUp(bench.board, bench.loop);
    const far = new FarSide(bench.board, bench.loop);
    const socket = join(folder, "far-side");
    await far.listen(socket);
    await bench.offer({ gpioBase });
    try {
      const env = Object.entries({ ...depthEnv("preload"), ...farSideEnv(socket) });
      const { stdout, stderr } = await bench.run(
        "env",
        ...env.map((one) => one.join("=")),
        process.execPath,
        ...vitest,
        report,
      );
      return stdout + stderr;
    } finally {
      await bench.close();
      far.close();
    }
  });
}

/** The contracts in a guest, where the addons meet the kernel's own drivers. */
export function contractsInTimeTravel(): Promise<readonly ContractCase[]> {
  return reported(async (folder, report) => {
    // The guest can write to no cache.
    await compiled(terminalSource, "program");
    const program = await guestProgram(join(import.meta.dirname, "board-in-guest.ts"), folder);
    await setUpTimeTravel();
    const steady = [process.execPath, ...steadyNode];
    const { stdout, stderr } = await runInTimeTravel({
      command: [
        ...[...steady, program],
        ...[...steady, ...vitest, report, ...steadyNode.map((flag) => `--execArgv=${flag}`)],
      ],
      startUnixMs: Date.UTC(2026, 5, 21),
      env: depthEnv("timetravel"),
      folders: [folder],
    });
    return stdout + stderr;
  });
}

/** @param run Vitest, which is told `report` beside the rest; resolves with what it said */
async function reported(
  run: (folder: string, report: string) => Promise<string>,
): Promise<readonly ContractCase[]> {
  const folder = mkdtempSync(join(tmpdir(), "plinth-contracts-"));
  const path = join(folder, "report.json");
  try {
    const said = await run(folder, `--outputFile=${path}`);
    const { testResults } = reportIn(path, said);
    const complaint = testResults.map(({ message }) => message).join("");
    if (complaint !== "") throw new Error(complaint);
    return testResults.flatMap(({ assertionResults }) => assertionResults);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function reportIn(path: string, said: string): Report {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Report;
  } catch (cause) {
    throw new Error(`the contracts did not run to their end:\n${said}`, { cause });
  }
}
