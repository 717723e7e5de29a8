import { type Furniture, factorySettings, sized } from "#devices/furniture/vocabulary.ts";
import type { LinkPort } from "#devices/ports/link.ts";
import type { SerialPortPort } from "#devices/ports/serial.ts";
import type { WireRecord } from "#devices/wire.ts";
import type { UnitConfig } from "#firmware/config.ts";
import { johnnyFiveComponents } from "#firmware/johnny-five/components.ts";
import type { UnitEvent } from "#firmware/journal.ts";
import { modbusOverSerial } from "#firmware/modbus/modbus.ts";
import { clientIdOf } from "#firmware/unit/city-link.ts";
import { Unit } from "#firmware/unit/unit.ts";
import { Board } from "#sim/board.ts";
import { twinsOf } from "#sim/chips/index.ts";
import type { Twin, TwinDefinition } from "#sim/chips/twin.ts";
import { Ingest } from "#sim/ingest.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { VirtualBroker } from "#sim/ports/link.ts";
import { VirtualStore } from "#sim/ports/store.ts";
import { solder } from "#sim/street/solder.ts";
import { random } from "#sim/world/random.ts";

/** A January night in Trieste, 21:00 UTC: dark until 6 in the morning. */
const nightMs = Date.UTC(2026, 0, 10, 21);

export interface UnitOptions {
  /** Of the unit: `streetlight-1` when left out. */
  readonly id?: string;
  /** Of a kind that comes in sizes. */
  readonly size?: number;
  readonly startMs?: number;
  readonly receipts?: UnitConfig["receipts"];
  /** Roles that have a part; all that are not optional when left out. */
  readonly roles?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  /** To a broker of its own when left out. */
  readonly link?: LinkPort;
  /** Stands between the serial lines of the board and the process. */
  readonly serial?: (port: SerialPortPort) => SerialPortPort;
}

/**
 * One unit on a simulated board, with a broker and the city's store: to try what a unit does over several lives.
 * Board, parts and medium outlive its process.
 */
export class UnitOnBench {
  readonly loop: EventLoop;
  readonly board: Board;
  readonly broker: VirtualBroker;
  medium = new VirtualStore();
  readonly events: (UnitEvent & { readonly atMs: number })[] = [];
  readonly stored: WireRecord[] = [];
  readonly config: UnitConfig;
  readonly declaration: Furniture;
  readonly twins: ReadonlyMap<string, Twin>;
  clock: VirtualClock;
  unit: Unit | undefined;
  readonly #serial: (port: SerialPortPort) => SerialPortPort;
  readonly #link: LinkPort | undefined;
  #lives = 0;

  /** @param declaration of the kind, in any size */
  static async of(declaration: Furniture, options: UnitOptions = {}): Promise<UnitOnBench> {
    const ofSize = sized(declaration, options.size);
    return new UnitOnBench(ofSize, await twinsFor(ofSize), options);
  }

  protected constructor(
    declaration: Furniture,
    definitions: ReadonlyMap<string, TwinDefinition>,
    options: UnitOptions,
  ) {
    const { kind, roles: declared } = declaration;
    const {
      id = `${kind}-1`,
      size,
      startMs = nightMs,
      receipts = "end-to-end",
      roles,
      settings = {},
      serial = (port) => port,
    } = options;
    this.#link = options.link;
    this.#serial = serial;
    this.declaration = declaration;
    this.loop = new EventLoop(startMs);
    this.board = new Board(this.loop);
    this.clock = new VirtualClock(this.loop);
    this.broker = new VirtualBroker(new VirtualClock(this.loop));
    const parts = Object.entries(declared)
      .filter(([name, { optional }]) => roles?.includes(name) ?? !optional)
      .map(([name, { accepts, place }]) => [name, { part: accepts[0], place }] as const);
    this.config = {
      unit: id,
      site: "pier",
      kind,
      ...(size === undefined ? {} : { size }),
      location: { latitude: 45.65, longitude: 13.77, timeZone: "Europe/Rome" },
      parts: Object.fromEntries(parts),
      settings: { ...factorySettings(declaration), ...settings },
      broker: { url: "mqtt://virtual" },
      receipts,
    };
    this.twins = solder(this.config, {
      loop: this.loop,
      wiring: this.board,
      definitions,
      random: (role) => random(1, role),
    });
    const city = this.broker.port().open("city", { topic: "plinth/city/status", payload: "offline" });
    new Ingest(city, (record) => void this.stored.push(record));
  }

  /** Begins a life of the unit's process; it goes on as time passes. */
  start(): Promise<Unit> {
    this.clock = new VirtualClock(this.loop);
    const { clock } = this;
    const { serial, ...wired } = this.board.ports(clock);
    const ports = { ...wired, serial: this.#serial(serial) };
    const life = ++this.#lives;
    return Unit.start(
      this.declaration,
      this.config,
      {
        clock,
        ...ports,
        components: johnnyFiveComponents(clock, ports.gpio),
        modbus: modbusOverSerial(ports.serial, clock),
        link: this.#link ?? this.broker.port({ clock }),
        store: this.medium.mount(),
      },
      {
        version: "1.0.0",
        journal: (event) => {
          if (clock === this.clock) this.events.push({ ...event, atMs: this.loop.now });
        },
        newEpoch: () => life.toString(16).padStart(16, "0"),
      },
    ).then((unit) => {
      if (clock === this.clock) this.unit = unit;
      return unit;
    });
  }

  /** The process dies without a goodbye; with `powerCut`, unsynced bytes go by that seed. */
  kill(powerCut?: number): void {
    this.clock.halt();
    this.clock = new VirtualClock(this.loop);
    this.unit = undefined;
    this.board.abandon();
    this.broker.cut(clientIdOf(this.config));
    if (powerCut !== undefined) this.medium.powerCut(powerCut);
  }

  pass(ms: number): Promise<void> {
    return this.loop.runUntil(this.loop.now + ms);
  }

  /** Events of one type, in order. */
  said<Type extends UnitEvent["type"]>(type: Type) {
    return this.events.filter(
      (event): event is Extract<UnitEvent, { type: Type }> & { atMs: number } => event.type === type,
    );
  }
}

/** Every part that the factory would choose has a twin. */
export const twinsFor = ({ roles }: Furniture) =>
  twinsOf(Object.values(roles).map(({ accepts }) => accepts[0]));
