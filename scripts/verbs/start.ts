import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import * as catalogue from "#devices/furniture/index.ts";
import { DocumentError } from "#firmware/document.ts";
import { type Live, startLive } from "#sim/live/live.ts";
import { Shelf } from "#sim/live/shelf.ts";
import { NodeRedError } from "#sim/node-red.ts";
import type { Scenario } from "#sim/scenario/scenario.ts";
import { sunElevationDeg } from "#sim/world/natural-light.ts";
import packageJson from "../../package.json" with { type: "json" };
import { buildFlows } from "../bundle/flows.ts";
import { exitCodes, exitCodesHelp } from "../exit-codes.ts";
import { numberOption } from "../number-option.ts";
import { root } from "../root.ts";
import { UserError } from "../user-error.ts";

interface Options {
  readonly portBase?: string;
  readonly host: string;
  readonly speed: string;
  readonly seed?: string;
  readonly fresh?: boolean;
  readonly json?: boolean;
  /** Where Node-RED keeps its files; not a flag. */
  readonly workDir?: string;
}

const usualPorts = { broker: 1883, nodeRed: 1880, page: 8080 } as const;
const scenarios = join(root, "sim/scenarios");
const firstScenario = "street";
/** The street begins in the blue hour, when the lamps have just come on. */
const blueHourDeg = -7;

export function register(program: Command): void {
  program
    .command("start")
    .description("Run a simulated street with its broker, Node-RED and the street page")
    .option("--port-base <port>", "street page at this port, Node-RED at the next, broker at the one after")
    .option("--host <address>", "listen elsewhere than on this machine alone", "127.0.0.1")
    .option("--speed <factor>", "how fast time runs to begin with, 0 to 3600", "1")
    .option("--seed <number>", "another street of people and weather")
    .option("--fresh", "throw away what was edited in Node-RED at earlier starts on these ports")
    .option("--json", "print the URLs as one JSON object when all is up")
    .addHelpText(
      "after",
      `
Without --port-base: broker 1883, Node-RED 1880, street page 8080. Ctrl-C ends all of it.
What is edited in Node-RED is kept for the next start; --fresh begins with the street's own flow again.

Example:
  plinth start --port-base 20000 --speed 60
${exitCodesHelp}`,
    )
    .action(start);
}

async function start(options: Options): Promise<void> {
  const say = options.json ? () => {} : (line: string) => console.log(line);
  const street = await live(options, say);
  const { page, nodeRed, broker } = street.urls;
  if (options.json) console.log(JSON.stringify(street.urls));
  else {
    if (street.hasKeptFlow) say("Node-RED goes on with the flow of an earlier start; --fresh begins anew");
    say(`\n  MQTT broker  ${broker}\n  Node-RED     ${nodeRed}\n  Street page  ${page}\n\nCtrl-C ends it.`);
  }
  await interrupted();
  say("\nstopping");
  await street.close();
}

/** The street that `plinth start` runs. UserError when it cannot be. */
export async function live(options: Options, say: (line: string) => void = () => {}): Promise<Live> {
  const ports = portsOf(options.portBase);
  const speed = numberOption("--speed", options.speed, 0, 3_600, true);
  const shelf = await Shelf.read(scenarios).catch(explain);
  const scenario = inBlueHour(shelf.find(firstScenario)!.scenario);
  const seed =
    options.seed === undefined ? scenario.seed : numberOption("--seed", options.seed, 0, 0xffff_ffff);
  const workDir = options.workDir ?? join(root, ".plinth", `node-red-${ports.nodeRed}`);
  if (options.fresh) await rm(workDir, { recursive: true, force: true }).catch(explain);
  say("Node-RED nodes: built from the declarations");
  await buildFlows({ kinds: Object.values(catalogue) }).catch(explain);
  return await startLive({
    scenario,
    shelf,
    seed,
    speed,
    host: options.host,
    ports,
    workDir,
    version: packageJson.version,
    onStep: say,
  }).catch(explain);
}

/** Resolves at the first Ctrl-C or SIGTERM; a second one ends the process on the spot. */
export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}

/** The street of a scenario on today's date, in the blue hour, on a whole minute. */
function inBlueHour(scenario: Scenario): Scenario {
  const minuteMs = 60_000;
  const noonMs = Math.floor(Date.now() / 86_400_000) * 86_400_000 + 12 * 60 * minuteMs;
  const solarNoonMs = noonMs - (scenario.location.longitude / 360) * 86_400_000;
  let startUnixMs = Math.floor(solarNoonMs / minuteMs) * minuteMs;
  const lastMs = startUnixMs + 12 * 60 * minuteMs;
  while (startUnixMs < lastMs && sunElevationDeg(startUnixMs, scenario.location) > blueHourDeg)
    startUnixMs += minuteMs;
  return { ...scenario, startUnixMs };
}

function portsOf(base: string | undefined): { broker: number; nodeRed: number; page: number } {
  if (base === undefined) return usualPorts;
  const page = numberOption("--port-base", base, 1, 65_533);
  return { page, nodeRed: page + 1, broker: page + 2 };
}

/** What keeps a street from starting is nearly always a port that somebody else has. */
export function explain(error: unknown): never {
  const { code = "", port, path, syscall, message } = error as NodeJS.ErrnoException & { port?: number };
  if (["ENOTFOUND", "EADDRNOTAVAIL", "EAI_AGAIN"].includes(code))
    throw new UserError(`this machine has no such address (${code})`, exitCodes.usage, "Look at --host.");
  // Node tells of a folder on a read-only disk that there is none.
  const isDisk =
    ["EPERM", "EROFS", "ENOSPC", "EDQUOT", "EEXIST", "ENOTDIR"].includes(code) || syscall === "mkdir";
  if (isDisk || (code === "EACCES" && path !== undefined))
    throw new UserError(
      `${path ?? "a file"} cannot be written (${code})`,
      exitCodes.environment,
      "The street keeps the nodes that it builds and Node-RED's files there: make room, or let it be written to.",
    );
  if (code === "EADDRINUSE" || code === "EACCES")
    throw new UserError(
      `port ${port} is ${code === "EACCES" ? "not ours to open" : "taken"}`,
      exitCodes.environment,
      "Move them with --port-base, such as --port-base 20000, or end what uses it.",
    );
  if (error instanceof DocumentError) throw new UserError(message, exitCodes.usage);
  if (error instanceof NodeRedError)
    throw new UserError(message, exitCodes.environment, "--port-base moves all three ports.");
  throw error;
}
