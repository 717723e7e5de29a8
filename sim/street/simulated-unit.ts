import type { Furniture } from "#devices/furniture/vocabulary.ts";
import { placeOf } from "#devices/part.ts";
import type { Clock } from "#devices/ports/clock.ts";
import type { LinkPort } from "#devices/ports/link.ts";
import type { UnitConfig } from "#firmware/config.ts";
import { johnnyFiveComponents } from "#firmware/johnny-five/components.ts";
import type { Journal } from "#firmware/journal.ts";
import { modbusOverSerial } from "#firmware/modbus/modbus.ts";
import { Outbox } from "#firmware/outbox/outbox.ts";
import { clientIdOf } from "#firmware/unit/city-link.ts";
import { type Snapshot, Unit } from "#firmware/unit/unit.ts";
import { Board } from "../board.ts";
import type { Twin, TwinDefinition } from "../chips/twin.ts";
import type { EventLoop } from "../loop.ts";
import { VirtualClock } from "../ports/clock.ts";
import type { VirtualI2cBus } from "../ports/i2c.ts";
import { VirtualStore } from "../ports/store.ts";
import { random } from "../world/random.ts";
import type { World } from "../world/street.ts";
import { Luminaire } from "./luminaire.ts";
import { surroundings, zones } from "./surroundings.ts";
import { Zone } from "./zone.ts";

export interface UnitSetting {
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
}

export interface UnitEnvironment {
  readonly loop: EventLoop;
  readonly world: World;
  readonly twins: ReadonlyMap<string, TwinDefinition>;
  readonly network: Network;
  readonly journal: (unit: string, event: Parameters<Journal>[0]) => void;
  /** The unit's process ended, however it did. */
  readonly ended: (unit: string) => void;
  readonly version: string;
}

/** A supervisor needs this long to notice and to start the process again (systemd's RestartSec and node's start). */
const restartMs = 2_500;
/** The modem's clock is right this long after the process has started. */
const networkTimeMs = 40_000;

/**
 * One pole of the street: board, parts and lamp for ever, and the process on it for one life at a time. What
 * happens to it is a verb.
 */
export class SimulatedUnit {
  readonly id: string;
  readonly xM: number;
  readonly declaration: Furniture;
  readonly config: UnitConfig;
  readonly store = new VirtualStore();
  readonly luminaire: Luminaire;
  readonly twins: ReadonlyMap<string, Twin>;
  readonly motionZone: Zone;
  readonly #environment: UnitEnvironment;
  readonly #board: Board;
  #clock: VirtualClock | undefined;
  #unit: Unit | undefined;
  #lives = 0;
  #startedMs = 0;

  constructor({ declaration, config, xM }: UnitSetting, environment: UnitEnvironment) {
    const { loop, world } = environment;
    this.id = config.unit;
    this.xM = xM;
    this.declaration = declaration;
    this.config = config;
    this.#environment = environment;
    this.#board = new Board(loop);
    this.twins = this.#solder();
    const draws = random(world.seed, `pole ${this.id}`);
    this.luminaire = new Luminaire(loop, this.twins.get("lamp")!, () => world.mains.isOn(loop.now));
    this.motionZone = new Zone(world, xM, zones.motionM);
    const truth = surroundings(world, { xM, luminaire: this.luminaire, random: draws });
    for (const [role, twin] of this.twins)
      for (const channel of Object.keys(twin.part.channels)) {
        const source = truth[`${role}.${channel}`];
        if (source) twin.set(channel, source);
      }
    // A meter counts what it is asked for later by the power of that moment: it is asked before each change.
    for (const twin of this.twins.values())
      if ("activeEnergy" in twin.part.channels) this.luminaire.onChange(() => twin.sensed("activeEnergy"));
    const motion = this.twins.get("motion");
    if (motion) this.motionZone.follow(loop, (occupied) => motion.set("presence", occupied ? 1 : 0));
  }

  get isRunning(): boolean {
    return this.#clock !== undefined;
  }

  /** What the unit says of itself; undefined while its process is dead or has just begun. */
  get snapshot(): Snapshot | undefined {
    return this.#unit?.snapshot();
  }

  /** Street time at which the monotonic clock of this life was at 0, Unix milliseconds. */
  get clockOriginMs(): number {
    return this.#startedMs;
  }

  /** Begins a life of the unit's process. */
  async start(): Promise<void> {
    const { loop, world, network, journal, version } = this.#environment;
    const clock = new VirtualClock(loop);
    const ports = this.#board.ports(clock);
    const life = ++this.#lives;
    const draws = random(world.seed, `life ${life} of ${this.id}`);
    this.#clock = clock;
    this.#startedMs = loop.now;
    loop.at(loop.now + networkTimeMs, () => clock.setWall(loop.now, "network"));
    const epoch = [draws.word(), draws.word()].map((word) => word.toString(16).padStart(8, "0")).join("");
    const unit = await Unit.start(
      this.declaration,
      this.config,
      {
        clock,
        ...ports,
        components: johnnyFiveComponents(clock, ports.gpio),
        modbus: modbusOverSerial(ports.serial, clock),
        link: network.link(clock),
        store: this.store.mount(),
      },
      {
        version,
        journal: (event) => {
          if (this.#clock === clock) journal(this.id, event);
        },
        newEpoch: () => epoch,
      },
    );
    if (this.#clock === clock) this.#unit = unit;
  }

  /** The process dies without a goodbye. The supervisor starts it again, after `forMs` if that is longer. */
  kill(forMs = restartMs): void {
    const { loop, network, ended } = this.#environment;
    this.#clock?.halt();
    this.#clock = undefined;
    this.#unit = undefined;
    ended(this.id);
    this.#board.abandon();
    network.cut(clientIdOf(this.config));
    loop.at(loop.now + Math.max(forMs, restartMs), () => {
      if (!this.#clock) void this.start();
    });
  }

  /** An orderly stop. */
  async stop(): Promise<void> {
    await this.#unit?.stop();
    this.#clock?.halt();
    this.#clock = undefined;
    this.#unit = undefined;
    this.#environment.ended(this.id);
  }

  /** The I2C bus that the part of a role is on. */
  busOf(role: string): VirtualI2cBus {
    const { bus, behind } = placeOf("i2c", this.config.parts[role]!.place);
    return this.#board.i2c(bus, behind);
  }

  /** Every record on the unit's medium: what a process that starts now would send. The medium is left as it is. */
  async held(): Promise<{ readonly epoch: string; readonly sequence: number }[]> {
    const device = `${this.config.site}/${this.config.unit}`;
    const clock = new VirtualClock(this.#environment.loop);
    const copy = this.store.image(0).mount();
    const outbox = await Outbox.open(copy, clock, { device, epoch: "0".repeat(16) });
    const records: { epoch: string; sequence: number }[] = [];
    for (let record = await outbox.take(); record; record = await outbox.take())
      records.push({ epoch: record.epoch, sequence: record.sequence });
    await outbox.close();
    return records;
  }

  #solder(): Map<string, Twin> {
    const { loop, world, twins } = this.#environment;
    return new Map(
      Object.entries(this.config.parts).map(([role, { part, place }]) => {
        const definition = twins.get(part.id);
        if (!definition)
          throw new Error(`there is no twin of ${part.id}: it would be sim/chips/${part.id}.ts`);
        const draws = random(world.seed, `${role} of ${this.id}`);
        return [role, definition.create({ loop, place, wiring: this.#board, random: () => draws.uniform() })];
      }),
    );
  }
}
