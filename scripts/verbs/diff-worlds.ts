import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { systemClock } from "#firmware/ports/clock.ts";
import { EnvironmentError } from "#sim/hil/environment-error.ts";
import { liveInKernel } from "#sim/hil/time-travel/live-in-kernel.ts";
import { inventory, readScenario, type Scenario } from "#sim/scenario/scenario.ts";
import { type Comparison, compareWorlds, type Difference } from "#sim/worlds/compare.ts";
import { inVirtualTime } from "#sim/worlds/in-virtual-time.ts";
import { settleMs, usualTolerances } from "#sim/worlds/tolerances.ts";
import packageJson from "../../package.json" with { type: "json" };
import { exitCodes, exitCodesHelp } from "../exit-codes.ts";
import { checkFaults, impossibleAtBroker, impossibleInKernel } from "../hil/check-faults.ts";
import { programsOf } from "../hil/programs.ts";
import { unitOf } from "../hil/unit-of.ts";
import { inputFile } from "../input-file.ts";
import { numberOption } from "../number-option.ts";
import { UserError } from "../user-error.ts";

interface Options {
  readonly unit?: string;
  readonly seed?: string;
  readonly json?: boolean;
}

const clock = systemClock();
const worlds = ["virtual", "timetravel"] as const;

export function register(program: Command): void {
  const { timeMs, share, steps } = usualTolerances;
  program
    .command("diff-worlds")
    .description("Live through a scenario in virtual time and, as a bundle, in a kernel; and compare")
    .argument("<scenario.yaml>", "a street, of which one unit is compared")
    .option("--unit <id>", "which: a kernel has one board (default: the only one)")
    .option("--seed <number>", "instead of the scenario's own")
    .option("--json", "print the comparison as one JSON object")
    .addHelpText(
      "after",
      `
The same street, weather, people and faults twice: once as \`plinth run\` lives it, once with one unit as the unmodified
bundle under the kernel of \`plinth hil --depth timetravel\`, and the others around it. Compared is every telemetry series, actuator move with its reason, alarm,
state of a part, event, setting and command, from ${settleMs / 1_000} s after the start. What one world tells, the other must tell
within ${timeMs / 1_000} s before or after, and within ${share * 100} % and ${steps} steps of the last decimal.

Examples:
  plinth diff-worlds sim/scenarios/lone-lamp.yaml
  plinth diff-worlds sim/scenarios/winter-night.yaml --unit lamp-02
${exitCodesHelp}`,
    )
    .action(diffWorlds);
}

async function diffWorlds(file: string, options: Options): Promise<void> {
  const { text, scenario } = await inputFile(file, async (read) => ({
    text: read,
    scenario: await readScenario(read, file),
  }));
  checkFaults({ scenario, file }, [...impossibleAtBroker, ...impossibleInKernel]);
  const unit = unitOf(scenario, options.unit, "which unit gets the kernel's one board");
  const seed = numberOption("--seed", options.seed ?? `${scenario.seed}`, 0, 0xffff_ffff);
  const say = options.json ? () => {} : (line: string) => console.log(line);
  say(`${scenario.title}: ${inventory(scenario)}, seed ${seed}`);
  const begunMs = clock.now();
  const { version } = packageJson;
  const realNowMs = () => clock.now();
  const virtual = await inVirtualTime({ scenario, seed, unit, version, realNowMs });
  const virtualMs = clock.now() - begunMs;
  say(`virtual     ${virtual.length} events of the journal, ${(virtualMs / 1_000).toFixed(1)} s`);
  const kernel = await inKernel(text, file, scenario, seed, unit).catch((error: unknown) => {
    if (error instanceof EnvironmentError) throw new UserError(error.message, exitCodes.environment);
    throw error;
  });
  const kernelMs = clock.now() - begunMs - virtualMs;
  say(`timetravel  ${kernel.length} events of the journal, ${(kernelMs / 1_000).toFixed(1)} s`);
  const declarations = new Map(scenario.units.map(({ config, declaration }) => [config.unit, declaration]));
  const fromMs = scenario.startUnixMs + settleMs;
  const comparison = compareWorlds([virtual, kernel], worlds, declarations, usualTolerances, fromMs);
  console.log(options.json ? JSON.stringify(comparison, undefined, 2) : `\n${report(comparison, scenario)}`);
  if (comparison.differences.length > 0)
    throw new UserError(
      `the worlds differ with seed ${seed}`,
      exitCodes.failed,
      `Again: npx plinth diff-worlds ${file} --unit ${unit} --seed ${seed}`,
    );
}

async function inKernel(text: string, file: string, scenario: Scenario, seed: number, unit: string) {
  const folder = await mkdtemp(join(tmpdir(), "plinth-worlds-"));
  try {
    const programs = await programsOf(scenario, folder);
    const { version } = packageJson;
    return await liveInKernel({ text, file, seed, unit, version, programs });
  } finally {
    await rm(folder, { recursive: true });
  }
}

function report({ subjects, told, differences }: Comparison, { location }: Scenario): string {
  const local = new Intl.DateTimeFormat("en-GB", { timeZone: location.timeZone, timeStyle: "medium" });
  const lines = differences.map(({ unit, subject, count, of, first }: Difference) =>
    [
      `  ${unit} ${subject}: ${count} of ${of}`,
      `    ${local.format(first.atMs)}  ${first.said}; ${first.elsewhere}`,
    ].join("\n"),
  );
  const sum = `${subjects} subjects, told ${told} times: ${differences.length} unexplained differences`;
  return [...lines, sum].join("\n");
}
