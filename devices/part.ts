import type { Cancel, Clock } from "./ports/clock.ts";
import type { ComponentPort } from "./ports/components.ts";
import type { GpioPort, LineAddress } from "./ports/gpio.ts";
import { I2cDevice, type I2cPort, type MultiplexerChannel } from "./ports/i2c.ts";
import type { ModbusPort } from "./ports/modbus.ts";
import type { LineSpeed, SerialLine, SerialPortPort } from "./ports/serial.ts";
import type { Quantity } from "./quantities.ts";

/** One thing that a part measures, or one output that it drives, as its datasheet promises it. */
export interface Channel {
  readonly quantity: Quantity;
  /** Lowest and highest value that the part can report, in the quantity's unit. */
  readonly range: readonly [min: number, max: number];
  /** Largest step between two neighbouring values at `value`: what the sweep allows driver and twin to differ by. */
  readonly step: (value: number) => number;
}

export type Channels = Readonly<Record<string, Channel>>;

/** A number per channel. NaN where the part itself says that it has no value. */
export type Reading<C extends Channels = Channels> = { readonly [Name in keyof C]: number };

/** Where a part may be connected, with its factory settings first. */
export type Connection =
  /** `allCall` where, after power-on, the part also answers at an address that is common to all of its type. */
  | {
      readonly kind: "i2c";
      readonly addresses: readonly [number, ...number[]];
      readonly allCall?: number;
    }
  /** `unit` where parts share the line: the Modbus address as it leaves the factory. */
  | { readonly kind: "serial"; readonly speed: LineSpeed; readonly unit?: number }
  | { readonly kind: "gpio"; readonly activeLow?: boolean };

/** Where a part of one unit is connected. */
export type Place =
  /** `behind` where an I2C multiplexer stands between the bus and the part. */
  | {
      readonly kind: "i2c";
      readonly bus: number;
      readonly address: number;
      readonly behind?: MultiplexerChannel;
    }
  /**
   * `unit` where several parts share the line: the Modbus address, when it is not the part's factory setting;
   * `baudRate` likewise, when the part was set to the speed of the others.
   */
  | { readonly kind: "serial"; readonly path: string; readonly unit?: number; readonly baudRate?: number }
  | ({ readonly kind: "gpio" } & LineAddress);

/** What a driver may use. */
export interface Ports {
  readonly clock: Clock;
  readonly i2c: I2cPort;
  readonly gpio: GpioPort;
  readonly serial: SerialPortPort;
  readonly modbus: ModbusPort;
  readonly components: ComponentPort;
}

/**
 * A driver, in the words of ECMA-419 (sensor class pattern). Everything rejects with PortError.
 * - `probe` proves that the right part answers: `wrong-device` when something else does.
 * - `configure` puts it into its working mode; after it, `sample` may be called, one call at a time.
 * - `sample` returns only numbers that it checked. It waits on the clock as long as the part needs, never logs
 *   and never retries: the unit does that for all parts alike.
 * - `watch`, where the part pushes: called with each new reading, no more often than the part can change.
 * - `apply`, where the part drives something: outputs by channel name, in the channel's unit.
 * - `setTime`, where the part is a clock: Unix milliseconds, from a better clock.
 */
export interface Driver<C extends Channels = Channels> {
  probe(): Promise<void>;
  configure(): Promise<void>;
  sample(): Promise<Reading<C>>;
  watch?(listener: (reading: Reading<C>) => void): Cancel;
  apply?(outputs: Readonly<Record<string, number>>): Promise<void>;
  setTime?(unixMs: number): Promise<void>;
  close(): Promise<void>;
}

/** What a part asks of its supply and puts on its wires, as its datasheet says: for whoever plans the wiring. */
export interface Electrical {
  /** Recommended at its supply pins, V; `own` where something else than the board feeds it: mains, a cell. */
  readonly supply: readonly [minV: number, maxV: number] | "own";
  /** Most that it draws from the board at work, mA; what it drives has a supply of its own. */
  readonly currentMaxMa: number;
  /**
   * What its signals are when high: V; `supply`, whatever feeds it; `open-drain`, what the pull-ups are tied to;
   * `rs-485`, no level but a difference. Absent: `open-drain` on I2C, `supply` elsewhere.
   */
  readonly logic?: number | "supply" | "open-drain" | "rs-485";
}

/** A part that one can buy: what it is, how it connects, what it measures or drives, and its driver. */
export interface Part<C extends Channels = Channels, O extends Channels = Channels> {
  /** Part number in lower case, and the name of its files: `veml7700`. */
  readonly id: string;
  readonly title: string;
  readonly maker: string;
  /** Document number of the datasheet that the driver was written from. */
  readonly datasheet: string;
  readonly connection: Connection;
  readonly electrical?: Electrical;
  readonly channels: C;
  /** What `apply` takes. */
  readonly outputs?: O;
  /** It tells each change by itself: its driver has `watch`. */
  readonly pushes?: true;
  open(place: Place, ports: Ports): Promise<Driver<C>>;
}

/** Types a part without widening its channels. */
export const part = <const C extends Channels, const O extends Channels = Record<never, never>>(
  definition: Part<C, O>,
): Part<C, O> => definition;

/** A part on I2C: `driver` makes its driver, given the part's place on the bus. */
export const i2cPart = <const C extends Channels, const O extends Channels = Record<never, never>>({
  addresses,
  allCall,
  driver,
  ...definition
}: Omit<Part<C, O>, "connection" | "open"> & {
  readonly addresses: readonly [number, ...number[]];
  readonly allCall?: number;
  driver(device: I2cDevice, clock: Clock): Driver<C>;
}): Part<C, O> => ({
  ...definition,
  connection: { kind: "i2c", addresses, ...(allCall === undefined ? {} : { allCall }) },
  async open(place, ports) {
    const { bus, address, behind } = placeOf("i2c", place);
    return driver(new I2cDevice(await ports.i2c.open(bus, behind), address), ports.clock);
  },
});

/** A part on a serial line of its own: `driver` makes its driver, given the line at the part's speed. */
export const serialPart = <const C extends Channels, const O extends Channels = Record<never, never>>({
  speed,
  driver,
  ...definition
}: Omit<Part<C, O>, "connection" | "open"> & {
  readonly speed: LineSpeed;
  driver(line: SerialLine, clock: Clock): Driver<C>;
}): Part<C, O> => ({
  ...definition,
  connection: { kind: "serial", speed },
  async open(place, ports) {
    const at = placeOf("serial", place);
    return driver(await ports.serial.open(at.path, speedAt(at, speed)), ports.clock);
  },
});

/** A step that is the same everywhere in the range. */
export const everywhere = (step: number) => () => step;

/** Narrows a place to the kind that a part needs; the unit's configuration has been checked before. */
export function placeOf<K extends Place["kind"]>(kind: K, place: Place): Extract<Place, { kind: K }> {
  if (place.kind !== kind) throw new TypeError(`this part connects by ${kind}, not by ${place.kind}`);
  return place as Extract<Place, { kind: K }>;
}

/** The speed of a part's line: the factory's, unless the part was set to the speed of the others. */
export const speedAt = ({ baudRate }: Extract<Place, { kind: "serial" }>, factory: LineSpeed): LineSpeed =>
  baudRate === undefined ? factory : { ...factory, baudRate };

/** As terminal programs print it: `9600 baud 8N1`. */
export const speedInWords = ({ baudRate, dataBits = 8, parity = "none", stopBits = 1 }: LineSpeed): string =>
  `${baudRate} baud ${dataBits}${parity.charAt(0).toUpperCase()}${stopBits}`;
