import type { Clock } from "#devices/ports/clock.ts";
import type { LinkPort } from "#devices/ports/link.ts";
import { type FlightRecord, unpackRecord } from "#firmware/recorder/file.ts";
import type { FlightRecorder } from "#firmware/recorder/flight-recorder.ts";
import { twinsOf } from "#sim/chips/index.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { VirtualBroker } from "#sim/ports/link.ts";
import { withRecorder } from "#sim/replay/with-recorder.ts";
import { scheduleCommands } from "#sim/scenario/commands.ts";
import { scheduleDeploys } from "#sim/scenario/deploys.ts";
import { outagesOf, schedule } from "#sim/scenario/faults.ts";
import { readScenario } from "#sim/scenario/scenario.ts";
import { InProcess } from "#sim/street/in-process.ts";
import { Street } from "#sim/street/street.ts";
import { syntheticFootfall } from "#sim/world/footfall.ts";
import { createWorld } from "#sim/world/street.ts";

export interface Recorded {
  readonly street: Street;
  readonly process: InProcess;
  readonly flight: FlightRecorder;
  readonly troubles: readonly string[];
  /** Lives on for so long, ms. */
  live(ms: number): Promise<void>;
  /** What the recorder has now, through the format of its file. */
  record(): Promise<FlightRecord>;
}

export interface RecordedOptions {
  /** Of a scenario, after `street`: faults, commands, deploys. */
  readonly more?: readonly string[];
  readonly memory?: number;
  readonly size?: number;
  /** Optional roles that are filled. */
  readonly with?: readonly string[];
  /** How late the timers of the unit's process may be, as those of a board are, ms. */
  readonly latenessMs?: number;
  /** What the clock of the unit's process says when the unit begins, ms: a board takes seconds to load it. */
  readonly loadedMs?: number;
  /** The unit's way to its broker; a virtual one when not given. */
  readonly link?: (clock: Clock) => LinkPort;
  /** Unix ms at which the street begins, instead of the scenario's. */
  readonly startMs?: number;
}

/** A street with one unit of a kind, whose flight recorder runs. */
export async function recordedStreet(kind: string, options: RecordedOptions = {}): Promise<Recorded> {
  const { more = [], memory = 4, size, with: filled = [], latenessMs = 0, loadedMs = 0 } = options;
  const plan = `${size === undefined ? "" : `, size: ${size}`}, with: [${filled.join(", ")}]`;
  const yaml = [
    ...["scenario: recorded", "title: Recorded", "seed: 3", "start: 2025-12-21 16:10", "duration: 6 h"],
    "location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }",
    `street: { peoplePerHourPeak: 400, furniture: [{ kind: ${kind}, units: 1, spacing: 30${plan} }] }`,
    ...more,
  ];
  const { seed, units, location, lengthM, ...scenario } = await readScenario(
    yaml.join("\n"),
    "recorded.yaml",
  );
  const startUnixMs = options.startMs ?? scenario.startUnixMs;
  const loop = new EventLoop(startUnixMs);
  const world = createWorld({
    ...{ seed, location, startUnixMs, lengthM },
    footfall: syntheticFootfall(seed, scenario.peoplePerHourPeak),
    stopPlacesM: units.flatMap(({ model, xM }) => model.stopPlacesM?.(xM) ?? []),
    outages: outagesOf(scenario.faults),
  });
  const cityClock = new VirtualClock(loop);
  cityClock.setWall(loop.now, "network");
  const broker = new VirtualBroker(cityClock);
  const link = options.link ?? ((clock: Clock) => broker.port({ clock }));
  const troubles: string[] = [];
  let process: InProcess | undefined;
  let flight: FlightRecorder | undefined;
  const street = new Street({
    ...{ loop, world, units, version: "test" },
    twins: await twinsOf(units.flatMap(({ config }) => Object.values(config.parts).map(({ part }) => part))),
    network: {
      link,
      cut: (clientId) => void broker.cut(clientId),
      away: () => broker.stop(),
      back: () => broker.start(),
    },
    cityLink: broker.port({ clock: cityClock }),
    hostFor: (hosted) => {
      process = new InProcess(hosted, {
        ...{ loop, link, version: "test" },
        clock: () => new BoardClock(loop, latenessMs, loadedMs),
        start: withRecorder({
          recorder: { memory },
          onFlight: (begun) => {
            flight = begun;
          },
          onTrouble: (what) => troubles.push(what),
        }),
      });
      return process;
    },
  });
  schedule(scenario.faults, street);
  scheduleCommands(scenario.commands, street);
  scheduleDeploys(scenario.deploys, street);
  void street.start();
  await loop.runUntil(loop.now);
  return {
    ...{ street, troubles, process: process! },
    get flight() {
      return flight!;
    },
    live: (ms) => loop.runUntil(loop.now + ms),
    record: async () => unpackRecord(await flight!.pack("test")),
  };
}

/** Its timers fire late, by up to so much, differently each time; and it went on while the process was loaded. */
class BoardClock extends VirtualClock {
  readonly #mostMs: number;
  readonly #loadedMs: number;
  #asked = 0;

  constructor(loop: EventLoop, mostMs: number, loadedMs: number) {
    super(loop);
    this.#mostMs = mostMs;
    this.#loadedMs = loadedMs;
  }

  override now(): number {
    return super.now() + this.#loadedMs;
  }

  protected override at(dueMs: number, run: () => void): () => void {
    const lateMs = ((++this.#asked * 2_654_435_761) % 4_096) / 4_096;
    return super.at(dueMs - this.#loadedMs + lateMs * this.#mostMs, run);
  }
}
