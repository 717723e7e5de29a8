import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readZonesBy } from "#devices/estimators/local-time.ts";
import { preset } from "#devices/furniture/preset.ts";
import { type Furniture, factorySettings, sized } from "#devices/furniture/vocabulary.ts";
import type { Ports } from "#devices/part.ts";
import type { Clock } from "#devices/ports/clock.ts";
import packageJson from "../package.json" with { type: "json" };
import { type Bundled, errors, isTaken } from "./bundled.ts";
import { readUnitConfig, type UnitConfig } from "./config.ts";
import { DocumentError } from "./document.ts";
import { johnnyFiveComponents } from "./johnny-five/components.ts";
import { createLog, journalInto } from "./log.ts";
import { modbusOverSerial } from "./modbus/modbus.ts";
import { adoptSystemWall, systemClock } from "./ports/clock.ts";
import { sysfsGpioPort } from "./ports/gpio.ts";
import { linuxI2cPort } from "./ports/i2c.ts";
import { mqttLinkPort } from "./ports/mqtt.ts";
import { ttyPort } from "./ports/serial.ts";
import { openStore } from "./ports/store.ts";
import { processZone } from "./ports/zone.ts";
import { probeParts, probeReport } from "./probe.ts";
import { FlightRecorder, type Wires } from "./recorder/flight-recorder.ts";
import { localStreams } from "./stream/local.ts";
import { ThreadStreams } from "./stream/thread.ts";
import { Unit } from "./unit/unit.ts";

/** 0 done, 1 failed, 2 wrong usage or bad input, 3 hardware is missing: as the plinth command has it. */
const exitCodes = { ok: 0, failed: 1, usage: 2, environment: 3 } as const;

const usage = (kind: string) => `Runs a ${kind}.

  node ${kind}.js [--config unit.yaml] [--data folder] [--log-level info]
  node ${kind}.js --probe [--config unit.yaml]

  --config     what this unit is; default unit.yaml. Without one, parts are looked for at the factory's places,
               and nothing is started
  --data       where settings, counters and records are kept; default /var/lib/plinth
  --probe      look for every part, say what was found, and end: 0 all found, 3 something is missing
  --log-level  trace, debug, info, warn, error; default info
  --help, --version`;

/** Factory settings that a bundle was built with, by `site/unit`: those of a flow. */
export type Baked = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The composition root of a board: real ports, the declaration of one kind, and the unit's own configuration. */
export async function main(declaration: Furniture, baked: Baked = {}): Promise<void> {
  const start: Bundled["start"] = (config, wires, options) =>
    Unit.start(sized(declaration, config.size), config, portsOver(wires), options);
  if (isTaken({ declaration, version: packageJson.version, errors, start })) return;
  try {
    process.exitCode = await run(declaration, baked);
  } catch (error) {
    const known = error instanceof DocumentError || (error instanceof Error && "code" in error);
    console.error(known ? (error as Error).message : error);
    process.exitCode = exitCodes.usage;
  }
}

async function run(kind: Furniture, baked: Baked): Promise<number | undefined> {
  const { values } = parseArgs({
    options: {
      config: { type: "string" },
      data: { type: "string", default: "/var/lib/plinth" },
      "log-level": { type: "string", default: "info" },
      probe: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      version: { type: "boolean", default: false },
    },
  });
  if (values.help) console.log(usage(kind.kind));
  else if (values.version) console.log(packageJson.version);
  if (values.help || values.version) return exitCodes.ok;
  readZonesBy(processZone());
  const clock = systemClock();
  const { declaration, config } = configured(kind, baked, values.config);
  if (!config || values.probe) return await probe(declaration, config, portsOver(realWires(clock)));
  await start(sized(declaration, config.size), config, clock, values.data, values["log-level"]);
  return undefined;
}

type BoardWires = Pick<Wires, "clock" | "i2c" | "gpio" | "serial">;

const realWires = (clock: Clock): BoardWires => ({
  clock,
  i2c: linuxI2cPort(clock),
  gpio: sysfsGpioPort(clock),
  serial: ttyPort(clock),
});

/** With what libraries make of the wires. */
function portsOver<W extends BoardWires>(wires: W): W & Ports {
  const { clock, gpio, serial } = wires;
  return {
    ...wires,
    components: johnnyFiveComponents(clock, gpio),
    modbus: modbusOverSerial(serial, clock),
  };
}

interface Configured {
  /** With the factory settings of this very unit. */
  readonly declaration: Furniture;
  /** Absent when no file was named and there is none at the usual place. */
  readonly config?: UnitConfig;
}

function configured(declaration: Furniture, baked: Baked, path: string | undefined): Configured {
  let text: string;
  try {
    text = readFileSync(path ?? "unit.yaml", "utf8");
  } catch (error) {
    if (path === undefined && (error as NodeJS.ErrnoException).code === "ENOENT") return { declaration };
    throw error;
  }
  const read = (kind: Furniture) => readUnitConfig(text, path ?? "unit.yaml", kind);
  const { site, unit } = read(declaration);
  const own = preset(declaration, baked[`${site}/${unit}`] ?? {});
  return { declaration: own, config: read(own) };
}

async function probe(declaration: Furniture, config: UnitConfig | undefined, ports: Ports): Promise<number> {
  const factory = Object.entries(declaration.roles).map(([role, { accepts, place }]) => [
    role,
    { part: accepts[0], place },
  ]);
  const findings = await probeParts(config?.parts ?? Object.fromEntries(factory), ports);
  console.log(probeReport(findings));
  if (!config) console.log(firstConfig(declaration));
  return findings.every(({ fault }) => fault === undefined) ? exitCodes.ok : exitCodes.environment;
}

const firstConfig = (declaration: Furniture) => `
There is no unit.yaml here, so the factory's places were tried and nothing was started. A first one:

  unit: lamp-01
  site: my-street
  kind: ${declaration.kind}
  location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
  broker: { url: "mqtt://127.0.0.1:1883" }
  # settings: { ${Object.entries(factorySettings(declaration))
    .filter(([, value]) => typeof value === "number")
    .slice(0, 2)
    .map(([name, value]) => `${name}: ${value}`)
    .join(", ")} }`;

async function start(
  declaration: Furniture,
  config: UnitConfig,
  clock: Clock,
  data: string,
  level: string,
): Promise<void> {
  const log = createLog(level);
  const stopAdopting = adoptSystemWall(clock);
  const link = mqttLinkPort({
    ...brokerOf(config),
    clock,
    onError: (sentence) => log.warn(sentence),
  });
  const board = realWires(clock);
  const wires = { ...board, link, store: await openStore(data), streams: streamsOf(declaration, board) };
  const epoch = randomBytes(8).toString("hex");
  const flight = await recorderOf(declaration, config, wires, epoch, log);
  saveOnSignal(flight, log, data);
  const journal = journalInto(log);
  const starting = Unit.start(declaration, config, portsOver(flight?.wires ?? wires), {
    version: packageJson.version,
    journal: flight?.journal(journal) ?? journal,
    newEpoch: () => epoch,
  });
  // From the first moment on: a unit that is told to stop while it starts must leave its actuators safe as well.
  const stop = (signal: NodeJS.Signals) => {
    log.info(`${signal}: stopping`);
    stopAdopting();
    starting
      .then((unit) => unit.stop())
      .catch((error) => {
        log.fatal(error);
        process.exitCode = exitCodes.failed;
      });
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  await starting;
}

/** kill -USR2: the flight record is written to the data folder. */
function saveOnSignal(
  flight: FlightRecorder | undefined,
  log: ReturnType<typeof createLog>,
  data: string,
): void {
  process.on("SIGUSR2", () => {
    if (!flight) return log.warn("SIGUSR2: this unit has no flight recorder: unit.yaml says recorder: off");
    void flight.save().then((name) => {
      if (name !== undefined) log.info(`SIGUSR2: the flight record is ${data}/${name}`);
    });
  });
}

async function recorderOf(
  declaration: Furniture,
  config: UnitConfig,
  wires: Wires,
  epoch: string,
  log: ReturnType<typeof createLog>,
): Promise<FlightRecorder | undefined> {
  const { recorder } = config;
  if (recorder === "off") return undefined;
  return await FlightRecorder.begin(declaration, config, wires, {
    ...{ version: packageJson.version, epoch },
    ...(recorder ? { recorder } : {}),
    onTrouble: (what) => log.warn(what),
  });
}

/** What streams does so in a thread of its own, whose bundle is beside this one. */
function streamsOf({ roles }: Furniture, board: BoardWires): Wires["streams"] {
  const isStreaming = Object.values(roles).some(({ stream }) => stream !== undefined);
  if (!isStreaming) return localStreams(portsOver(board));
  return new ThreadStreams(new URL("./stream/stream.js", import.meta.url), board.clock);
}

/** The broker's settings, with the files that it names read. */
function brokerOf({ broker }: UnitConfig) {
  const { url, username, passwordFile, caFile, certFile, keyFile } = broker;
  const file = (name: string, path: string | undefined) =>
    path ? { [name]: readFileSync(path, "utf8").trim() } : {};
  return {
    url,
    ...(username ? { username } : {}),
    ...file("password", passwordFile),
    ...file("ca", caFile),
    ...file("cert", certFile),
    ...file("key", keyFile),
  };
}
