/**
 * Microchip MCP23017: sixteen GPIO pins, each an output that switches a load or an input that watches something.
 * Data sheet DS20001952 (rev. D), registers as with IOCON.BANK = 0.
 *
 * After power-on every pin is an input (section 3.5.1), so that a resistor at each load switch decides: the loads
 * are off. Levels are those of the pins; a line that is active low is turned here, not by IPOL. Pins that are not
 * outputs are pulled up by GPPU: open-drain fault outputs need it, and unwired pins must not float.
 */
import { type Channels, type Driver, everywhere, i2cPart, type Reading } from "../part.ts";
import type { Clock } from "../ports/clock.ts";
import type { I2cDevice } from "../ports/i2c.ts";
import { truth } from "../quantities.ts";
import { I2cDriver } from "./i2c-driver.ts";

/** Table 3-1, port A of each pair; port B follows it. */
export const Register = {
  IODIR: 0x00,
  IPOL: 0x02,
  IOCON: 0x0a,
  GPPU: 0x0c,
  INTF: 0x0e,
  GPIO: 0x12,
  OLAT: 0x14,
} as const;

/** IODIRA to OLATB, after which the address pointer rolls over to IODIRA (section 3.2.1). */
const registerCount = 0x16;

const allPins = 0xffff;

export type Pin = `GP${"A" | "B"}${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7}`;
type Pins = Readonly<Record<string, Pin>>;

/** Rev. D of the data sheet takes the inputs of these away (section 3.5.1). */
const outputOnly: readonly Pin[] = ["GPA7", "GPB7"];

/** Which pin does what, by the name of its channel. */
export interface Wiring<O extends Pins = Pins, I extends Pins = Pins> {
  readonly outputs: O;
  readonly inputs: I;
  /** Lines whose low level means 1: open-drain fault outputs, load switches enabled by a low level. */
  readonly activeLow?: readonly ((keyof O | keyof I) & string)[];
}

/** Bit of a pin in a word of both ports, port A low. */
const maskOf = (pin: Pin) => 1 << (Number(pin[3]) + (pin[2] === "B" ? 8 : 0));

/** One wired pin. */
interface Line {
  readonly name: string;
  readonly mask: number;
  readonly isOutput: boolean;
  readonly isActiveLow: boolean;
}

function linesOf({ outputs, inputs, activeLow = [] }: Wiring): readonly Line[] {
  const wired = [
    ...Object.entries(outputs).map(([name, pin]) => ({ name, pin, isOutput: true })),
    ...Object.entries(inputs).map(([name, pin]) => ({ name, pin, isOutput: false })),
  ];
  for (const [index, { name, pin, isOutput }] of wired.entries()) {
    const other = wired.slice(0, index).find((earlier) => earlier.name === name || earlier.pin === pin);
    if (other) throw new RangeError(`${name} on ${pin} clashes with ${other.name} on ${other.pin}`);
    if (!isOutput && outputOnly.includes(pin))
      throw new RangeError(`${name} is on ${pin}, which can only be an output: take another pin`);
  }
  const unknown = activeLow.find((name) => !wired.some((line) => line.name === name));
  if (unknown !== undefined) throw new RangeError(`activeLow names ${unknown}, which is on no pin`);
  return wired.map(({ name, pin, isOutput }) => ({
    name,
    mask: maskOf(pin),
    isOutput,
    isActiveLow: activeLow.includes(name),
  }));
}

const state = { quantity: truth, range: [0, 1] as const, step: everywhere(0) };

const statesOf = <P extends Pins>(pins: P) =>
  Object.fromEntries(Object.keys(pins).map((name) => [name, state])) as {
    readonly [Name in keyof P]: typeof state;
  };

/**
 * An MCP23017 with what is wired to it. Its channels are the inputs, and the outputs as they read at the pins.
 * RangeError for a pin or name that is used twice, an input on GPA7 or GPB7, or an unknown name in `activeLow`.
 */
export function mcp23017With<const O extends Pins, const I extends Pins>(wiring: Wiring<O, I>) {
  const lines = linesOf(wiring);
  const outputs = statesOf(wiring.outputs);
  return i2cPart({
    id: "mcp23017",
    title: "16-bit I/O expander",
    maker: "Microchip",
    datasheet: "DS20001952",
    // Section 2.1. What its outputs source is not in it.
    electrical: { supply: [1.8, 5.5], currentMaxMa: 1 },
    addresses: [0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27],
    channels: { ...outputs, ...statesOf(wiring.inputs) },
    outputs,
    driver: (device, clock) => new Mcp23017(device, clock, lines),
  });
}

/**
 * The bench's: its load switches, and their open-drain fault outputs (low on over-current or over-temperature, as
 * those of the TPS255x). Safety light and modem hang on normally closed contacts: nobody has to hold them on. `charge`
 * closes the path from the solar charger to the battery.
 */
export const benchWiring = {
  outputs: {
    outlet: "GPA0",
    usb1: "GPA1",
    usb2: "GPA2",
    pad: "GPA3",
    lightOff: "GPA4",
    modemOff: "GPA5",
    charge: "GPA6",
  },
  inputs: { usb1Fault: "GPB0", usb2Fault: "GPB1", padFault: "GPB2", outletFault: "GPB3" },
  activeLow: ["usb1Fault", "usb2Fault", "padFault", "outletFault"],
} as const satisfies Wiring;

export const mcp23017 = mcp23017With(benchWiring);

/** Pairs of registers that the driver reads, port A low. */
interface Ports {
  readonly IODIR: number;
  readonly GPPU: number;
  readonly GPIO: number;
  readonly OLAT: number;
}

class Mcp23017<C extends Channels> extends I2cDriver implements Driver<C> {
  readonly #lines: readonly Line[];
  readonly #outputs: number;
  /** Latch of the outputs when all of them are off. */
  readonly #off: number;
  /** What OLAT must hold; undefined until configured. */
  #latch: number | undefined;

  constructor(device: I2cDevice, clock: Clock, lines: readonly Line[]) {
    super(device, clock);
    this.#lines = lines;
    const together = (chosen: readonly Line[]) => chosen.reduce((word, { mask }) => word | mask, 0);
    const outputs = lines.filter(({ isOutput }) => isOutput);
    this.#outputs = together(outputs);
    this.#off = together(outputs.filter(({ isActiveLow }) => isActiveLow));
  }

  /**
   * The part has no identity. What it has: the bit of IOCON that reads 0, interrupts and polarity that nobody here
   * ever sets, and a pointer that rolls over after OLATB.
   */
  async probe(): Promise<void> {
    const bytes = await this.device.readRegister(Register.IODIR, registerCount + 1);
    const isUntouched = [
      ...bytes.subarray(Register.IPOL, Register.GPPU),
      ...bytes.subarray(Register.INTF, Register.INTF + 2),
    ].every((byte) => byte === 0);
    const isRollingOver = bytes[registerCount] === bytes[Register.IODIR];
    const isSilent = wordAt(bytes, Register.IODIR) === 0 && this.#outputs !== allPins;
    if (!isUntouched || !isRollingOver || isSilent)
      throw this.device.error(
        "wrong-device",
        "read IODIRA to OLATB",
        `${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ")}: not what an MCP23017 holds`,
      );
  }

  /**
   * Latches first, directions last. An output that is driven already keeps its level, so that a process that starts
   * again does not blink a load; one that is not, as after power-on, begins off.
   */
  async configure(): Promise<void> {
    const { IODIR, OLAT } = await this.#ports();
    const driven = this.#outputs & ~IODIR;
    const latch = (OLAT & driven) | (this.#off & ~driven);
    await this.#write(Register.OLAT, latch);
    await this.#write(Register.GPPU, this.#inputs);
    await this.#write(Register.IODIR, this.#inputs);
    this.#latch = latch;
  }

  /** What the pins read: an output that is held by a short shows as it is, not as it was set. */
  async sample(): Promise<Reading<C>> {
    const ports = await this.#ports();
    this.#check(ports);
    return decode(ports.GPIO, this.#lines) as Reading<C>;
  }

  /**
   * Sets any of the outputs to 1 or 0; the others keep their latch. RangeError for any other name or value.
   * `not-ready` when the part was reset, or its latch is not as it was written.
   */
  async apply(outputs: Readonly<Record<string, number>>): Promise<void> {
    const changes = Object.entries(outputs).map(([name, value]) => ({
      line: this.#output(name, value),
      value,
    }));
    const ports = await this.#ports();
    this.#check(ports);
    const latch = changes.reduce(
      (word, { line, value }) => ((value === 1) !== line.isActiveLow ? word | line.mask : word & ~line.mask),
      ports.OLAT,
    );
    await this.#write(Register.OLAT, latch);
    this.#latch = latch;
  }

  get #inputs(): number {
    return allPins & ~this.#outputs;
  }

  #output(name: string, value: number): Line {
    const line = this.#lines.find((candidate) => candidate.isOutput && candidate.name === name);
    if (!line) {
      const names = this.#lines.filter(({ isOutput }) => isOutput).map((candidate) => candidate.name);
      throw new RangeError(`no output ${name}: this part drives ${names.join(", ") || "nothing"}`);
    }
    if (value !== 0 && value !== 1) throw new RangeError(`output ${name} is ${value}, not 0 or 1`);
    return line;
  }

  /** A part that lost its supply has all pins as inputs, without pull-ups. */
  #check({ IODIR, GPPU, OLAT }: Ports): void {
    if (IODIR !== this.#inputs || GPPU !== this.#inputs)
      throw this.device.error("not-ready", "read IODIR and GPPU", "reset since it was configured");
    if (OLAT !== this.#latch)
      throw this.device.error(
        "not-ready",
        "read OLAT",
        `0x${OLAT.toString(16)}, expected ${this.#latch === undefined ? "to be configured first" : `0x${this.#latch.toString(16)}`}`,
      );
  }

  async #ports(): Promise<Ports> {
    const bytes = await this.device.readRegister(Register.IODIR, registerCount);
    return {
      IODIR: wordAt(bytes, Register.IODIR),
      GPPU: wordAt(bytes, Register.GPPU),
      GPIO: wordAt(bytes, Register.GPIO),
      OLAT: wordAt(bytes, Register.OLAT),
    };
  }

  #write(register: number, word: number): Promise<void> {
    return this.device.write(register, word & 0xff, word >> 8);
  }
}

const wordAt = (bytes: Uint8Array, register: number) => bytes[register]! | (bytes[register + 1]! << 8);

/** State of each line, 1 or 0, at the pin levels of GPIOA (low byte) and GPIOB (high byte). */
const decode = (levels: number, lines: readonly Line[]) =>
  Object.fromEntries(
    lines.map(({ name, mask, isActiveLow }) => [name, ((levels & mask) !== 0) !== isActiveLow ? 1 : 0]),
  );
