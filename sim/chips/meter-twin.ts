import { type Part, placeOf, speedAt } from "#devices/part.ts";
import { EnergyCounter } from "./energy-counter.ts";
import { type ModbusDevice, ModbusSlave } from "./modbus-slave.ts";
import { Senses, type Source, type Twin, type TwinEnvironment } from "./twin.ts";

/** What makes a meter this one, and not another. */
export interface MeterDevice extends Omit<ModbusDevice, "path" | "unit" | "speed" | "isAwake"> {
  readonly part: Part;
  readonly factoryUnit: number;
  /** Channels whose voltage it lives off, and the least that one of them must have. */
  readonly mains: { readonly channels: readonly string[]; readonly voltsMin: number };
  /** What it hangs on while nothing was set. */
  readonly initial: Readonly<Record<string, number>>;
  /** Its energy value goes on from zero there. */
  readonly energyWhTop: number;
  readonly honesty: Twin["honesty"];
}

/**
 * An electricity meter on Modbus. Set voltage, current, power and the rest as the world has them. The energy
 * counter counts by itself from `activePower`; setting `activeEnergy` puts it to that many Wh, from where it goes
 * on counting. Without mains it is silent.
 */
export class MeterTwin implements Twin {
  readonly part: Part;
  readonly honesty: Twin["honesty"];
  readonly untouchable: ReadonlySet<string>;
  readonly #loop: TwinEnvironment["loop"];
  readonly #senses: Senses;
  readonly #energy: EnergyCounter;
  readonly #slave: ModbusSlave;
  readonly #mains = new Map<string, Source>();

  /** @param describe the meter, given what it senses by channel name and how to put its counter to some Wh */
  constructor(
    environment: TwinEnvironment,
    describe: (sensed: (channel: string) => number, putEnergy: (wh: number) => void) => MeterDevice,
  ) {
    const { part, factoryUnit, mains, initial, energyWhTop, honesty, ...device } = describe(
      (channel) => this.sensed(channel),
      (wh) => this.#energy.put(wh),
    );
    const { connection, channels } = part;
    if (connection.kind !== "serial") throw new TypeError(`${part.id} is not on a serial line`);
    const place = placeOf("serial", environment.place);
    this.part = part;
    this.honesty = honesty;
    this.untouchable = device.untouchable;
    this.#loop = environment.loop;
    this.#senses = new Senses(channels, environment.loop);
    this.#energy = new EnergyCounter(environment.loop, energyWhTop, (atMs) =>
      this.#senses.at("activePower", atMs),
    );
    for (const name of mains.channels) this.#mains.set(name, 0);
    for (const [channel, value] of Object.entries(initial)) this.set(channel, value);
    this.#senses.set("activeEnergy", () => this.#energy.wh);
    this.#slave = new ModbusSlave(environment, {
      ...device,
      path: place.path,
      unit: place.unit ?? factoryUnit,
      speed: speedAt(place, connection.speed),
      isAwake: () =>
        [...this.#mains.values()].some((source) => worth(source, this.#loop.now) >= mains.voltsMin),
    });
  }

  set(channel: string, source: Source): void {
    if (channel === "activeEnergy") this.#energy.put(worth(source, this.#loop.now));
    else {
      this.#energy.advance();
      this.#senses.set(channel, source);
    }
    if (this.#mains.has(channel)) this.#mains.set(channel, source);
  }

  sensed(channel: string): number {
    return this.#senses.now(channel);
  }

  /** Its connector is pulled: it hears and says nothing. The counter goes on. */
  unplug(): void {
    this.#slave.unplug();
  }

  stick(channel?: string): void {
    this.#energy.advance();
    this.#senses.stick(channel);
  }

  drift(channel: string, offset: number): void {
    this.#energy.advance();
    this.#senses.drift(channel, offset);
  }

  /** It starts again: an answer that was due is lost, the counter is not. */
  brownOut(): void {
    this.#slave.restart();
  }

  /** The next `count` answers arrive with one bit wrong. */
  corruptCrc(count: number): void {
    this.#slave.corruptCrc(count);
  }

  /** It takes requests and answers none. */
  silence(): void {
    this.#slave.silence();
  }

  /** It answers every request with noise of random length. */
  garbage(): void {
    this.#slave.garbage();
  }

  mend(): void {
    this.#energy.advance();
    this.#senses.mend();
    this.#slave.mend();
  }
}

const worth = (source: Source, atMs: number) => (typeof source === "number" ? source : source(atMs));
