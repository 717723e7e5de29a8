import { join } from "node:path";
import type { Clock } from "#devices/ports/clock.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { mqttLinkPort } from "#firmware/ports/mqtt.ts";
import type { Broker } from "../broker.ts";
import { FaultsUnderWay } from "../live/faults-under-way.ts";
import type { EventLoop } from "../loop.ts";
import { scheduleCommands } from "../scenario/commands.ts";
import { scheduleDeploys } from "../scenario/deploys.ts";
import { type City, layOut } from "../scenario/lay-out.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { Hosted } from "../street/host.ts";
import { InProcess } from "../street/in-process.ts";
import type { Network } from "../street/simulated-unit.ts";
import type { Street } from "../street/street.ts";
import type { Outage } from "../world/mains.ts";
import { linkFromOutside } from "./link-from-outside.ts";
import { lackingOn, type Machine, streetTime, thisMachine } from "./machine.ts";
import { OwnProcess } from "./process/own-process.ts";

export interface StreetOfProcessesOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly version: string;
  /** The only unit with a process of its own, while the others live in this one; each has its own when not given. */
  readonly only?: string | undefined;
  /** Of each kind that has processes the program of its bundle, by kind. */
  readonly programs: ReadonlyMap<string, string>;
  /** For configurations and data: a folder for each unit. */
  readonly folder: string;
  readonly broker: Broker;
  /** This one, in real time, when not given. */
  readonly machine?: Machine;
}

/**
 * A street in real time, whose units are their own bundles in processes of this machine, each on the device nodes of
 * its board; or one of them is. The units live at the street's date and time.
 */
export class StreetOfProcesses {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly street: Street;
  readonly faults: FaultsUnderWay;
  /** Of the street, as the real clock goes. */
  readonly #nowMs: () => number;
  #followed: Promise<void> = Promise.resolve();

  /** Not yet begun. Rejects with EnvironmentError without a C compiler. */
  static async of(options: StreetOfProcessesOptions): Promise<StreetOfProcesses> {
    const { scenario, seed, version, only, machine = thisMachine } = options;
    const clock = systemClock();
    const outages: Outage[] = [];
    const { nowMs, env } = await streetTime(machine, scenario.startUnixMs);
    const street = await layOut(scenario, seed, { version, outages }, (loop) =>
      cityOf(options, loop, (hosted) => {
        const { unit, kind } = hosted.config;
        if (unit !== (only ?? unit)) return undefined;
        return new OwnProcess(hosted, {
          loop,
          clock,
          program: options.programs.get(kind)!,
          folder: join(options.folder, unit),
          broker: options.broker,
          offer: (board) => machine.offer(board, { loop }),
          lacking: lackingOn(machine),
          env,
          moreNodeFlags: machine.nodeFlags,
        });
      }),
    );
    const faults = new FaultsUnderWay(street, outages, scenario);
    return new StreetOfProcesses(options, street, faults, nowMs);
  }

  private constructor(
    { scenario, seed }: StreetOfProcessesOptions,
    street: Street,
    faults: FaultsUnderWay,
    nowMs: () => number,
  ) {
    this.scenario = scenario;
    this.seed = seed;
    this.street = street;
    this.faults = faults;
    this.#nowMs = nowMs;
  }

  /**
   * Starts every unit, and lets time go. Resolves when each unit has tried each of its parts.
   * @param atMs as of `Street.start`
   */
  async begin(atMs?: number): Promise<void> {
    const { scenario, street, faults } = this;
    faults.schedule(scenario.faults, (id) => void faults.set(id, false, undefined));
    scheduleCommands(scenario.commands, street);
    scheduleDeploys(scenario.deploys, street);
    this.#followed = street.loop.follow(this.#nowMs);
    await street.start(atMs);
  }

  /** Tells every process to end, and waits until it has. Then time stands. */
  async close(): Promise<void> {
    await this.street.stop();
    this.street.loop.stop();
    await this.#followed;
  }
}

/** @param processOf undefined for a unit that lives on the loop */
function cityOf(
  { broker, version }: StreetOfProcessesOptions,
  loop: EventLoop,
  processOf: (hosted: Hosted) => OwnProcess | undefined,
): City {
  const { url } = broker;
  const cityLink = mqttLinkPort({ url, clock: systemClock() });
  const link = (clock: Clock) => linkFromOutside(mqttLinkPort({ url, clock }), loop);
  const hostFor = (hosted: Hosted) => processOf(hosted) ?? new InProcess(hosted, { loop, link, version });
  return { network: networkOf(broker, link), cityLink, hostFor };
}

/** What can be done to a real broker of this process. */
const networkOf = (broker: Broker, link: Network["link"]): Network => ({
  link,
  cut: (clientId) => void broker.cut(clientId),
  away: () => broker.stop(),
  back: () => broker.start(),
  stall: () => broker.stall(),
  resume: () => broker.resume(),
});
