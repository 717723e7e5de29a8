import { type Part, placeOf, speedAt } from "#devices/part.ts";
import { type ModbusDevice, ModbusSlave } from "./modbus-slave.ts";
import { Senses, type Source, type Twin, type TwinEnvironment } from "./twin.ts";

/** The device behind the line: all but where it is. */
export type Device = Omit<ModbusDevice, "path" | "unit" | "speed" | "untouchable"> & {
  readonly factoryUnit: number;
  readonly honesty: Twin["honesty"];
};

/**
 * A device on Modbus that is told what to do by registers. What it drives cannot be set from outside; a fault of
 * `stick` or `drift` there lies behind its registers, which go on as written.
 */
export abstract class ModbusTwin implements Twin {
  abstract readonly part: Part;
  readonly untouchable = new Set<string>();
  readonly honesty: Twin["honesty"];
  protected readonly senses: Senses;
  readonly #outputs: readonly string[];
  readonly #slave: ModbusSlave;
  readonly #listeners = new Set<() => void>();

  constructor(part: Part, environment: TwinEnvironment, { factoryUnit, honesty, ...device }: Device) {
    if (part.connection.kind !== "serial") throw new TypeError(`${part.id} is not on a serial line`);
    const place = placeOf("serial", environment.place);
    this.honesty = honesty;
    this.senses = new Senses(part.channels, environment.loop);
    this.#outputs = Object.keys(part.outputs ?? {});
    this.#slave = new ModbusSlave(environment, {
      ...device,
      untouchable: this.untouchable,
      path: place.path,
      unit: place.unit ?? factoryUnit,
      speed: speedAt(place, part.connection.speed),
    });
  }

  set(channel: string, source: Source): void {
    if (this.#outputs.includes(channel))
      throw new RangeError(`${channel} is driven by this part: it cannot be set from outside`);
    this.senses.set(channel, source);
  }

  sensed(channel: string): number {
    return this.senses.now(channel);
  }

  output(name: string): number | undefined {
    return this.#outputs.includes(name) ? this.sensed(name) : undefined;
  }

  onOutput(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Its connector is pulled: it hears and says nothing, and drives what it drove. */
  unplug(): void {
    this.#slave.unplug();
  }

  stick(channel?: string): void {
    this.senses.stick(channel);
  }

  drift(channel: string, offset: number): void {
    this.senses.drift(channel, offset);
    this.driven();
  }

  /** Its registers fall back to their power-on values, and an answer that was due is lost. */
  brownOut(): void {
    this.#slave.restart();
    this.powerOn();
    this.driven();
  }

  /** The next `count` answers arrive with one bit wrong. */
  corruptCrc(count: number): void {
    this.#slave.corruptCrc(count);
  }

  /** It takes requests, obeys, and answers none. */
  silence(): void {
    this.#slave.silence();
  }

  /** It answers every request with noise of random length. */
  garbage(): void {
    this.#slave.garbage();
  }

  mend(): void {
    this.senses.mend();
    this.#slave.mend();
    this.driven();
  }

  protected abstract powerOn(): void;

  /** What it drives may have changed. */
  protected driven(): void {
    for (const listener of this.#listeners) listener();
  }
}
