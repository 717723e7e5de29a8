import type { Furniture } from "#devices/furniture/vocabulary.ts";
import { placeOf } from "#devices/part.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";
import { lineName } from "#devices/ports/gpio.ts";
import type { LinkPort } from "#devices/ports/link.ts";
import type { UnitConfig } from "#firmware/config.ts";
import type { Journal } from "#firmware/journal.ts";
import { Outbox } from "#firmware/outbox/outbox.ts";
import { clientIdOf } from "#firmware/unit/city-link.ts";
import { Board, type WireTraffic } from "../board.ts";
import type { Twin, TwinDefinition } from "../chips/twin.ts";
import type { KindModel, Site, Spot } from "../kinds/model.ts";
import type { EventLoop } from "../loop.ts";
import { VirtualClock } from "../ports/clock.ts";
import type { VirtualLine } from "../ports/gpio.ts";
import type { VirtualI2cBus } from "../ports/i2c.ts";
import type { NodeFaults } from "../ports/kernel-faults.ts";
import type { SerialCable } from "../ports/serial.ts";
import { type Random, random } from "../world/random.ts";
import type { World } from "../world/street.ts";
import type { Host, Hosted, Life, Testimony } from "./host.ts";
import { solder } from "./solder.ts";

export interface UnitSetting {
  readonly model: KindModel;
  readonly declaration: Furniture;
  readonly config: UnitConfig;
  readonly xM: number;
}

/** What connects the units: a broker in virtual time, or a real one. */
export interface Network {
  /** A link for one life of a unit, on its clock. */
  link(clock: Clock): LinkPort;
  /** A process died: the broker sees its connection break. */
  cut(clientId: string): void;
  /** The broker goes away, and comes back. */
  away(): void | Promise<void>;
  back(): void | Promise<void>;
  /** The broker hangs, and goes on. */
  stall?(): void;
  resume?(): void;
  /** The next `count` acknowledgements are lost: a broker in virtual time alone can be made to. */
  dropPuback?(count: number): void;
}

export interface UnitEnvironment {
  readonly loop: EventLoop;
  readonly world: World;
  readonly twins: ReadonlyMap<string, TwinDefinition>;
  readonly network: Network;
  /** What stands around the unit, by its model. */
  readonly siteAt: (spot: Spot) => Site;
  readonly journal: (unit: SimulatedUnit, event: Parameters<Journal>[0]) => void;
  /** What the unit's process runs on. */
  readonly hostFor: (hosted: Hosted) => Host;
}

/** A supervisor needs this long to notice and to start the process again (systemd's RestartSec and node's start). */
const restartMs = 2_500;
/** A board needs this long from power to process. */
const bootMs = 25_000;
/**
 * One unit of the street: board, parts and what is around them for ever, and the process on it for one life at a
 * time. It knows no kind. What happens to it is a verb.
 */
export class SimulatedUnit {
  readonly id: string;
  readonly xM: number;
  readonly model: KindModel;
  readonly declaration: Furniture;
  readonly config: UnitConfig;
  readonly twins: ReadonlyMap<string, Twin>;
  readonly site: Site;
  /** What its process runs on. */
  readonly host: Host;
  readonly #environment: UnitEnvironment;
  readonly #board: Board;
  #life: Life | undefined;
  #lives = 0;
  #startedMs = 0;
  #isPowered = true;
  #powerCuts = 0;
  #restart: Cancel = () => {};

  constructor(setting: UnitSetting, environment: UnitEnvironment) {
    const { model, declaration, config, xM } = setting;
    const { loop, world, twins, siteAt, hostFor } = environment;
    this.id = config.unit;
    this.xM = xM;
    this.model = model;
    this.declaration = declaration;
    this.config = config;
    this.#environment = environment;
    this.#board = new Board(loop, declaration.fastBuses);
    this.host = hostFor({ declaration, config, board: this.#board });
    const draws = (stream: string) => random(world.seed, stream);
    this.twins = solder(config, {
      loop,
      wiring: this.#board,
      definitions: twins,
      random: (role) => draws(`${role} of ${this.id}`),
    });
    this.site = siteAt({
      id: this.id,
      xM,
      size: config.size,
      declaration,
      config,
      twins: this.twins,
      random: (stream) => draws(`${stream} ${this.id}`),
      snapshot: () => this.snapshot,
      power: (isOn) => this.power(isOn),
    });
  }

  get isRunning(): boolean {
    return this.#life !== undefined;
  }

  /** What the unit says of itself; undefined while its process is dead or has just begun. */
  get snapshot(): Testimony | undefined {
    return this.#life?.testimony;
  }

  /** Street time at which the monotonic clock of this life was at 0, Unix milliseconds. */
  get clockOriginMs(): number {
    return this.#startedMs;
  }

  /** Begins a life of the unit's process. */
  async start(): Promise<void> {
    const { loop, world, journal } = this.#environment;
    const draws = random(world.seed, `life ${++this.#lives} of ${this.id}`);
    const epoch = [draws.word(), draws.word()].map((word) => word.toString(16).padStart(8, "0")).join("");
    this.#startedMs = loop.now;
    const life = this.host.begin(epoch, {
      journal: (event) => journal(this, event),
      onDeath: (how) => {
        journal(this, { type: "trouble", what: `the process died: ${how}` });
        this.kill();
      },
    });
    this.#life = life;
    await life.begun;
  }

  /** The process dies without a goodbye. The supervisor starts it again, after `forMs` if that is longer. */
  kill(forMs = restartMs): void {
    this.#die();
    this.#startIn(Math.max(forMs, restartMs));
  }

  /**
   * The controller's supply goes, and with it the process, what the medium had not synced, and the settings of every
   * part; or it comes back, and the board boots.
   */
  power(isOn: boolean): void {
    if (isOn === this.#isPowered) return;
    this.#isPowered = isOn;
    if (isOn) {
      this.#startIn(bootMs);
      return;
    }
    this.#die();
    this.#restart();
    const cut = random(this.#environment.world.seed, `power cut ${++this.#powerCuts} of ${this.id}`);
    this.host.powerCut(cut.word());
    for (const twin of this.twins.values()) twin.brownOut();
  }

  /** An orderly stop. */
  async stop(): Promise<void> {
    this.#restart();
    await this.#life?.stop();
    this.#endLife();
    await this.host.close?.();
  }

  /** The I2C bus that the part of a role is on; behind a multiplexer, the branch. */
  busOf(role: string): VirtualI2cBus {
    const { bus, behind } = placeOf("i2c", this.config.parts[role]!.place);
    return this.#board.i2c(bus, behind);
  }

  /** The bus itself, where the part of a role is behind a multiplexer. */
  trunkOf(role: string): VirtualI2cBus {
    return this.#board.i2c(placeOf("i2c", this.config.parts[role]!.place).bus);
  }

  /** The serial line that the part of a role is on. */
  cableOf(role: string): SerialCable {
    return this.#board.cables.get(placeOf("serial", this.config.parts[role]!.place).path)!;
  }

  /** The device node through which its process reaches the part of a role. */
  nodeOf(role: string): NodeFaults {
    const { place } = this.config.parts[role]!;
    switch (place.kind) {
      case "i2c":
        return this.#board.kernel.node(`/dev/i2c-${place.bus}`);
      case "serial":
        return this.#board.kernel.node(place.path);
      case "gpio":
        return this.#board.kernel.node(lineName(place));
    }
  }

  /** What happens to it by chance. */
  random(what: string): Random {
    return random(this.#environment.world.seed, `${what} of ${this.id}`);
  }

  /** For how long each of its I2C buses was busy, ms, since the street began. */
  get i2cBusyMs(): ReadonlyMap<number, number> {
    return this.#board.i2cBusyMs;
  }

  /** What passed over its I2C buses and serial lines since the street began. */
  get traffic(): WireTraffic {
    return this.#board.traffic;
  }

  /** The GPIO line that the part of a role is on. */
  lineOf(role: string): VirtualLine {
    const { chip, offset } = placeOf("gpio", this.config.parts[role]!.place);
    return this.#board.gpio.line(chip, offset);
  }

  /** Every record on the unit's medium: what a process that starts now would send. The medium is left as it is. */
  async held(): Promise<{ readonly epoch: string; readonly sequence: number }[]> {
    const device = `${this.config.site}/${this.config.unit}`;
    const clock = new VirtualClock(this.#environment.loop);
    const copy = await this.host.medium();
    const outbox = await Outbox.open(copy.mount(), clock, { device, epoch: "0".repeat(16) });
    const records: { epoch: string; sequence: number }[] = [];
    for (let record = await outbox.take(); record; record = await outbox.take())
      records.push({ epoch: record.epoch, sequence: record.sequence });
    await outbox.close();
    return records;
  }

  #die(): void {
    this.#life?.kill();
    this.#endLife();
    this.#environment.network.cut(clientIdOf(this.config));
  }

  #endLife(): void {
    this.#life = undefined;
    this.site.ended?.();
  }

  #startIn(ms: number): void {
    const { loop } = this.#environment;
    this.#restart();
    this.#restart = loop.at(loop.now + ms, () => {
      if (!this.#life && this.#isPowered) void this.start();
    });
  }
}
