import type { LineSpeed } from "./serial.ts";

/**
 * A Modbus RTU line with this board as its only client (Modbus over Serial Line V1.02), as much of it as meters,
 * charging controllers and signs need. Requests of one line are queued and never overlap, whoever made them; each
 * is tried once. Rejects with PortError, its address being the unit's:
 * - `timeout`: the unit was silent;
 * - `checksum`: something came, but no answer that its CRC confirms;
 * - `wrong-device`: the unit answered with a Modbus exception: it does not know these registers or this value;
 * - `not-ready`: the line is closed or unplugged, or the unit says that it is busy; try again.
 * A RangeError means the caller is wrong, and nothing was put on the wire.
 */
export interface ModbusLine {
  readonly path: string;
  /** Function 0x04. @returns `count` registers of 16 bits from `address` on, as sent: which word is high is the map's business. */
  readInputRegisters(unit: number, address: number, count: number): Promise<Uint16Array>;
  /** Function 0x03, for the registers that can be written. */
  readHoldingRegisters(unit: number, address: number, count: number): Promise<Uint16Array>;
  /**
   * Function 0x06. Resolves when the unit has confirmed it. It confirms by repeating the request, as an adapter
   * with local echo does too: what matters is read back.
   */
  writeRegister(unit: number, address: number, value: number): Promise<void>;
  /** Function 0x10: registers from `address` on, at once. Resolves when the unit has confirmed their number. */
  writeRegisters(unit: number, address: number, values: readonly number[]): Promise<void>;
  close(): Promise<void>;
}

export interface ModbusPort {
  /**
   * Opening a path again shares its line; it stays open until the last one is closed.
   * Rejects with PortError `bus` as a serial port does, or when the line is open at another speed.
   */
  open(path: string, speed: LineSpeed): Promise<ModbusLine>;
}

/** Most registers of one request (Modbus Application Protocol V1.1b3, sections 6.3, 6.4 and 6.12). */
const readMax = 125;
const writeMax = 123;

/** RangeError unless registers may be read like this. Every implementation calls it first. */
export function checkRead(unit: number, address: number, count: number): void {
  checkSpan(unit, address, count, readMax, "reads");
}

/** RangeError unless registers may be written like this. Every implementation calls it first. */
export function checkWrite(unit: number, address: number, values: readonly number[]): void {
  checkSpan(unit, address, values.length, writeMax, "writes");
  const wrong = values.find((value) => !Number.isInteger(value) || value < 0 || value > 0xffff);
  if (wrong !== undefined) throw new RangeError(`a register holds 0 to 65535, not ${wrong}`);
}

function checkSpan(unit: number, address: number, count: number, max: number, verb: string): void {
  if (!Number.isInteger(unit) || unit < 1 || unit > 248)
    throw new RangeError(`Modbus unit ${unit} is not from 1 to 247, nor 248, which some makers answer to`);
  if (!Number.isInteger(count) || count < 1 || count > max)
    throw new RangeError(`one Modbus request ${verb} 1 to ${max} registers, not ${count}`);
  if (!Number.isInteger(address) || address < 0 || address + count > 0x1_0000)
    throw new RangeError(`registers ${address} to ${address + count - 1} are not within 0 to 65535`);
}
