import type { Channels, Reading } from "../part.ts";
import { PortError } from "../ports/error.ts";
import type { ModbusLine } from "../ports/modbus.ts";

/** One row of a meter's table of input registers. */
export interface MeterRegister<Name extends string = string> {
  /** As the meter's document spells it. */
  readonly name: string;
  readonly address: number;
  /** `u16` is one register; `u32le` two, low word first; `float32` two, IEEE 754, high word first. */
  readonly format: "u16" | "u32le" | "float32";
  /** Counts that make one unit of the channel's quantity: 10 for a register in 0.1 V. */
  readonly perUnit: number;
  /** What it is read for. Without one, a register only proves that this is the meter: see `allowed`. */
  readonly channel?: Name;
  /** The only values that the meter ever gives. */
  readonly allowed?: readonly number[];
}

/** A meter as data. Every meter is read by the same reader. */
export interface MeterMap<C extends Channels = Channels> {
  readonly channels: C;
  /** Most registers that the meter gives in one answer, where that is less than Modbus allows. */
  readonly answerMax?: number;
  readonly registers: readonly MeterRegister<keyof C & string>[];
}

/** Types a map by its channels. */
export const meterMap = <const C extends Channels>(map: MeterMap<C>): MeterMap<C> => map;

/** Registers that no row names but that are fetched all the same, when that spares a request. */
const gapMax = 16;

/** Most registers of one request (Modbus Application Protocol V1.1b3, section 6.4). */
const spanMax = 125;

export interface Span {
  readonly address: number;
  readonly count: number;
}

const wordsOf = ({ format }: MeterRegister) => (format === "u16" ? 1 : 2);

/** The fewest requests that fetch all registers of a map, in the order of their addresses. */
export function spans(registers: readonly MeterRegister[], answerMax = spanMax): Span[] {
  const found: Span[] = [];
  for (const register of registers.toSorted((one, other) => one.address - other.address)) {
    const last = found.at(-1);
    const end = register.address + wordsOf(register);
    if (last && register.address - (last.address + last.count) <= gapMax && end - last.address <= answerMax)
      found[found.length - 1] = { address: last.address, count: Math.max(last.count, end - last.address) };
    else found.push({ address: register.address, count: end - register.address });
  }
  return found;
}

/**
 * Everything that a meter measures.
 * Rejects as the line does, and with `wrong-device` when a value is one that this meter cannot give.
 */
export async function readMeter<C extends Channels>(
  line: Pick<ModbusLine, "path" | "readInputRegisters">,
  unit: number,
  map: MeterMap<C>,
): Promise<Reading<C>> {
  const words = new Map<number, number>();
  for (const { address, count } of spans(map.registers, map.answerMax)) {
    const registers = await line.readInputRegisters(unit, address, count);
    registers.forEach((word, index) => {
      words.set(address + index, word);
    });
  }
  const reading: Record<string, number> = {};
  for (const register of map.registers) {
    const value = decodeRegister(register, words.get(register.address)!, words.get(register.address + 1));
    const impossible = whyImpossible(register, value, map.channels);
    if (impossible)
      throw new PortError("wrong-device", {
        port: line.path,
        address: unit,
        operation: `read ${register.name}`,
        detail: impossible,
      });
    if (register.channel !== undefined) reading[register.channel] = value;
  }
  return reading as Reading<C>;
}

/** Distance between two neighbouring IEEE 754 singles around `value` of a channel. @param perUnit of its register */
export const float32Step = (perUnit: number) => (value: number) => {
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(value * perUnit))), -126);
  return 2 ** (exponent - 23) / perUnit;
};

/** The value of a register in its channel's unit. @param second the register after it, for formats of two words. */
export function decodeRegister(
  { format, perUnit }: MeterRegister,
  first: number,
  second: number | undefined,
): number {
  if (format === "u16") return first / perUnit;
  if (format === "u32le") return (second! * 0x1_0000 + first) / perUnit;
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, first);
  view.setUint16(2, second!);
  return view.getFloat32(0) / perUnit;
}

function whyImpossible(register: MeterRegister, value: number, channels: Channels): string | undefined {
  const { channel, allowed } = register;
  if (allowed && !allowed.includes(value))
    return `it is ${value}, never anything but ${allowed.join(" or ")}`;
  if (channel === undefined) return undefined;
  const { range, quantity } = channels[channel]!;
  if (value >= range[0] && value <= range[1]) return undefined;
  return `${value} ${quantity.unit} is outside ${range[0]} to ${range[1]} ${quantity.unit}`;
}
