import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { systemWallMs } from "#firmware/ports/clock.ts";
import { startBroker } from "#sim/broker.ts";
import { makeDocs } from "#sim/docs/docs.ts";
import { EnvironmentError } from "#sim/hil/environment-error.ts";
import { lendBoard } from "#sim/hil/lent-board.ts";
import { ProcessView } from "#sim/hil/process-view.ts";
import { StreetOfProcesses } from "#sim/hil/street-of-processes.ts";
import { commandInKernel } from "#sim/hil/time-travel/command-in-kernel.ts";
import { liveInKernel } from "#sim/hil/time-travel/live-in-kernel.ts";
import { setUpTimeTravel } from "#sim/hil/time-travel/set-up.ts";
import { startPage } from "#sim/page/server.ts";
import { inventory, type Scenario } from "#sim/scenario/scenario.ts";
import { readStreet } from "#sim/scenario/unit-scenario.ts";
import type { Told } from "#sim/worlds/told.ts";
import packageJson from "../../package.json" with { type: "json" };
import { exitCodes, exitCodesHelp } from "../exit-codes.ts";
import { checkFaults, impossibleAtBroker, impossibleInKernel } from "../hil/check-faults.ts";
import { foreground } from "../hil/foreground.ts";
import { programsOf } from "../hil/programs.ts";
import { unitOf } from "../hil/unit-of.ts";
import { inputFile } from "../input-file.ts";
import { numberOption } from "../number-option.ts";
import { UserError } from "../user-error.ts";
import { explain, interrupted } from "./start.ts";

const depths = ["preload", "timetravel"] as const;
type Depth = (typeof depths)[number];

interface Options {
  readonly depth: string;
  readonly setup?: string;
  readonly seed?: string;
  readonly unit?: string;
  readonly now?: boolean;
  readonly portBase?: string;
  readonly json?: boolean;
}

const usualPorts = { broker: 1883, page: 8080 } as const;

export function register(program: Command): void {
  program
    .command("hil")
    .description("Give real programs the device nodes of simulated boards: a unit's bundle, or any command")
    .argument("[street.yaml]", "a scenario, such as sim/scenarios/street.yaml, or the unit.yaml of one unit")
    .argument("[command...]", "after --: the program that gets one unit's board, and its arguments")
    .option("--depth <depth>", "preload or timetravel: see below", "preload")
    .option("--setup <depth>", "make what a depth needs, and end: timetravel takes some five minutes, once")
    .option("--seed <number>", "instead of the scenario's own")
    .option("--unit <id>", "whose board the command gets (default: the only one)")
    .option("--now", "begin at this machine's date and time, not at the scenario's")
    .option("--port-base <port>", "street page at this port, broker at the next (default: 8080 and 1883)")
    .option(
      "--json",
      "without a command: print the URLs as one JSON object when all is up, or the journal as JSON lines",
    )
    .addHelpText(
      "after",
      `
With a command after --, the street runs in real time and the command has the I2C buses, GPIO lines and serial lines of
one unit, whose own program does not run; all ends with the command, and its exit code is this one's: 128 and the
signal's number where a signal ended it, 127 where there is no such program, 126 where it cannot be run.

Without a command, the bundles of all units are built and run, unmodified, each in a process of its own on the board of
its unit, with a broker and the street page. Ctrl-C ends all of it.

Depths:
  preload      in real time; a preloaded library gives the device nodes. Needs a C compiler. A program that is linked
               statically or is set-uid gets none
  timetravel   in a Linux kernel of its own (User Mode Linux), whose clock jumps when all sleep: a day in a minute. For
               a command, or for the bundle of a street's only unit, whose journal is printed to the scenario's end

Programs live at the street's date and time, unless --now is given.

Examples:
  plinth hil sim/scenarios/street.yaml --unit lamp-01 -- i2cdetect -y 1
  plinth hil deploy/unit.yaml -- node dist/streetlight/streetlight.js --probe --config deploy/unit.yaml
  plinth hil sim/scenarios/street-night.yaml
  plinth hil --setup timetravel
${exitCodesHelp}`,
    )
    .action(hil);
}

async function hil(file: string | undefined, command: readonly string[], options: Options): Promise<void> {
  const depth = depthOf(options.depth);
  if (options.setup !== undefined) return await setUp(depthOf(options.setup)).catch(explainHil);
  if (file === undefined)
    throw new UserError(
      "there is no street",
      exitCodes.usage,
      "Give a scenario, or the unit.yaml of a unit.",
    );
  const asked = await askedFor(file, options);
  checkFaults(asked, [
    ...(command.length > 0 ? [] : impossibleAtBroker),
    ...(depth === "timetravel" ? impossibleInKernel : []),
  ]);
  const [program, ...args] = command;
  if (program !== undefined) await run([program, ...args], depth, asked, options).catch(explainHil);
  else await (depth === "preload" ? live(asked, options) : travel(asked, options)).catch(explainHil);
}

function depthOf(text: string): Depth {
  const depth = depths.find((one) => one === text);
  if (depth) return depth;
  throw new UserError(`there is no depth "${text}"`, exitCodes.usage, `Depths: ${depths.join(", ")}`);
}

async function setUp(depth: Depth): Promise<void> {
  if (depth === "timetravel") await setUpTimeTravel({ onProgress: (line) => console.log(line) });
  console.log(`${depth} is ready`);
}

/** A street of a file, from the instant at which it is to begin. */
interface Asked {
  readonly text: string;
  readonly file: string;
  readonly scenario: Scenario;
  readonly seed: number;
}

async function askedFor(file: string, { now, seed }: Options): Promise<Asked> {
  const nowMs = systemWallMs();
  return await inputFile(file, async (text) => {
    const scenario = await readStreet(text, file, { nowMs, startUnixMs: now ? nowMs : undefined });
    const drawn = numberOption("--seed", seed ?? `${scenario.seed}`, 0, 0xffff_ffff);
    return { text, file, scenario, seed: drawn };
  });
}

async function run(
  command: readonly [string, ...string[]],
  depth: Depth,
  { text, file, scenario, seed }: Asked,
  { unit: asked, json }: Options,
): Promise<void> {
  if (json)
    throw new UserError("--json says nothing of a command", exitCodes.usage, "What it prints is its own.");
  const unit = unitOf(scenario, asked, "whose board the command gets");
  const { version } = packageJson;
  let code: number;
  if (depth === "timetravel") {
    const { startUnixMs } = scenario;
    const onLine = (line: string, stream: "stdout" | "stderr") => process[stream].write(`${line}\n`);
    code = await commandInKernel({ text, file, seed, startUnixMs, unit, version, command, onLine });
  } else {
    const lent = await lendBoard({ scenario, seed, unit, version });
    code = await foreground(command, lent.env).finally(() => lent.close());
  }
  // Its own words are on the terminal already.
  if (code !== 0) throw new UserError("", code);
}

/** The bundle of one unit, to the end of the scenario. */
async function travel({ text, file, scenario, seed }: Asked, { unit: asked, json }: Options): Promise<void> {
  const unit = unitOf(scenario, asked, "whose bundle gets the kernel's one board");
  const folder = await mkdtemp(join(tmpdir(), "plinth-street-"));
  try {
    await liveInKernel({
      ...{ text, file, seed, unit, version: packageJson.version, startUnixMs: scenario.startUnixMs },
      hours: scenario.durationMs / 3_600_000,
      programs: await programsOf(scenario, join(folder, "bundles")),
      onEvent: (told) => console.log(json ? JSON.stringify(told) : journalLine(told)),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

const journalLine = ({ atMs, unit, event: { type, ...rest } }: Told) =>
  `${new Date(atMs).toISOString()}  ${unit}  ${type}  ${JSON.stringify(rest)}`;

async function live({ scenario, seed }: Asked, options: Options): Promise<void> {
  const say = options.json ? () => {} : (line: string) => console.log(line);
  const ports = portsOf(options.portBase);
  const closers: (() => unknown)[] = [];
  const ended = interrupted();
  try {
    const folder = await mkdtemp(join(tmpdir(), "plinth-street-"));
    closers.push(() => rm(folder, { recursive: true }));
    say(`MQTT broker on port ${ports.broker}`);
    const broker = await startBroker({ port: ports.broker });
    closers.push(() => broker.close());
    say(`bundles of ${inventory(scenario)}`);
    const programs = await programsOf(scenario, join(folder, "bundles"));
    const version = packageJson.version;
    const street = await StreetOfProcesses.of({ scenario, seed, version, programs, folder, broker });
    const page = await startPage({ port: ports.page, view: new ProcessView(street), docs: await makeDocs() });
    closers.push(() => page.close());
    say(`${count(scenario.units.length)}, seed ${seed}`);
    closers.push(() => street.close());
    street.street.listen(({ id }, event) => {
      if (event.type === "trouble") console.error(`${id}: ${event.what}`);
    });
    void street.begin();
    const urls = { page: page.url, broker: broker.url };
    if (options.json) console.log(JSON.stringify(urls));
    else say(`\nCtrl-C ends it.\n\n  MQTT broker  ${urls.broker}\n  Street page  ${urls.page}`);
    await ended;
    say("\nstopping");
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

const count = (processes: number) => (processes === 1 ? "1 process" : `${processes} processes`);

function portsOf(base: string | undefined): { readonly page: number; readonly broker: number } {
  if (base === undefined) return usualPorts;
  const page = numberOption("--port-base", base, 1, 65_534);
  return { page, broker: page + 1 };
}

/** What keeps device nodes from being offered is nearly always a compiler that is not there, or a port that is taken. */
function explainHil(error: unknown): never {
  if (error instanceof UserError) throw error;
  if (error instanceof EnvironmentError) throw new UserError(error.message, exitCodes.environment);
  return explain(error);
}
