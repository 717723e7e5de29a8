import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { systemWallMs } from "#firmware/ports/clock.ts";
import { startBroker } from "#sim/broker.ts";
import { makeDocs } from "#sim/docs/docs.ts";
import { EnvironmentError } from "#sim/hil/environment-error.ts";
import { lendBoard } from "#sim/hil/lent-board.ts";
import { offerBoard } from "#sim/hil/offer.ts";
import { ProcessView } from "#sim/hil/process-view.ts";
import { StreetOfProcesses } from "#sim/hil/street-of-processes.ts";
import { startPage } from "#sim/page/server.ts";
import { moved } from "#sim/scenario/moved.ts";
import { inventory, readScenario, type Scenario } from "#sim/scenario/scenario.ts";
import { isUnitFile, unitScenario } from "#sim/scenario/unit-scenario.ts";
import packageJson from "../../package.json" with { type: "json" };
import { exitCodes, exitCodesHelp } from "../exit-codes.ts";
import { foreground } from "../hil/foreground.ts";
import { programsOf } from "../hil/programs.ts";
import { inputFile } from "../input-file.ts";
import { numberOption } from "../number-option.ts";
import { UserError } from "../user-error.ts";
import { explain, interrupted } from "./start.ts";

interface Options {
  readonly depth: string;
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
    .argument("<street.yaml>", "a scenario, such as sim/scenarios/street.yaml, or the unit.yaml of one unit")
    .argument("[command...]", "after --: the program that gets one unit's board, and its arguments")
    .option("--depth <depth>", "preload: /dev/i2c-*, GPIO and serial lines by a preloaded library", "preload")
    .option("--seed <number>", "instead of the scenario's own")
    .option("--unit <id>", "whose board the command gets (default: the only one)")
    .option("--now", "begin at this machine's date and time, not at the scenario's")
    .option("--port-base <port>", "street page at this port, broker at the next (default: 8080 and 1883)")
    .option("--json", "without a command: print the URLs as one JSON object when all is up")
    .addHelpText(
      "after",
      `
With a command after --, the street runs in real time and the command has the I2C buses, GPIO lines and serial lines of
one unit, whose own program does not run; all ends with the command, and its exit code is this one's: 128 and the
signal's number where a signal ended it, 127 where there is no such program, 126 where it cannot be run.

Without a command, the bundles of all units are built and run, unmodified, each in a process of its own on the board of
its unit, with a broker and the street page. Ctrl-C ends all of it.

Programs live at the street's date and time, unless --now is given. Needs a C compiler and Linux; a program that is
linked statically or is set-uid cannot be given a board.

Examples:
  plinth hil sim/scenarios/street.yaml --unit lamp-01 -- i2cdetect -y 1
  plinth hil deploy/unit.yaml -- node dist/streetlight/streetlight.js --probe --config deploy/unit.yaml
  plinth hil sim/scenarios/street-night.yaml
${exitCodesHelp}`,
    )
    .action(hil);
}

async function hil(file: string, command: readonly string[], options: Options): Promise<void> {
  if (options.depth !== "preload")
    throw new UserError(`there is no depth "${options.depth}"`, exitCodes.usage, "Depths: preload");
  const scenario = await streetOf(file, options.now ?? false);
  const seed = numberOption("--seed", options.seed ?? `${scenario.seed}`, 0, 0xffff_ffff);
  const [program, ...args] = command;
  await (program === undefined
    ? live(scenario, seed, options)
    : run([program, ...args], scenario, seed, options)
  ).catch(explainHil);
}

async function streetOf(file: string, now: boolean): Promise<Scenario> {
  const nowMs = systemWallMs();
  const scenario = await inputFile(file, (text) =>
    isUnitFile(text) ? unitScenario(text, file, nowMs) : readScenario(text, file),
  );
  return now ? moved(scenario, nowMs) : scenario;
}

async function run(
  command: readonly [string, ...string[]],
  scenario: Scenario,
  seed: number,
  { unit, json }: Options,
): Promise<void> {
  if (json)
    throw new UserError("--json says nothing of a command", exitCodes.usage, "What it prints is its own.");
  const lent = await lendBoard({
    scenario,
    seed,
    unit: unitOf(scenario, unit),
    version: packageJson.version,
    offer: offerBoard,
  });
  const code = await foreground(command, lent.env).finally(() => lent.close());
  // Its own words are on the terminal already.
  if (code !== 0) throw new UserError("", code);
}

/** The one that was named, or the only one. */
function unitOf({ units }: Scenario, asked: string | undefined): string {
  const ids = units.map(({ config }) => config.unit);
  if (asked === undefined && ids.length === 1) return ids[0]!;
  if (asked !== undefined && ids.includes(asked)) return asked;
  throw new UserError(
    asked === undefined ? `the street has ${ids.length} units` : `the street has no unit ${asked}`,
    exitCodes.usage,
    `Say whose board the command gets: --unit, one of ${ids.join(", ")}.`,
  );
}

async function live(scenario: Scenario, seed: number, options: Options): Promise<void> {
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
    say(`${scenario.units.length} processes, seed ${seed}`);
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
