import type { LineSpeed } from "./serial.ts";

/**
 * A Modbus RTU line with this board as its only client (Modbus over Serial Line V1.02), as much of it as meters
 * need. Requests of one line are queued and never overlap, whoever made them; each is tried once.
 * Rejects with PortError, its address being the unit's:
 * - `timeout`: the unit was silent;
 * - `checksum`: something came, but no answer that its CRC confirms;
 * - `wrong-device`: the unit answered with a Modbus exception: it does not know these registers;
 * - `not-ready`: the line is closed or unplugged; open it again.
 * A RangeError means the caller is wrong, and nothing was put on the wire.
 */
export interface ModbusLine {
  readonly path: string;
  /** Function 0x04. @returns `count` registers of 16 bits from `address` on, as sent: which word is high is the map's business. */
  readInputRegisters(unit: number, address: number, count: number): Promise<Uint16Array>;
  close(): Promise<void>;
}

export interface ModbusPort {
  /**
   * Opening a path again shares its line; it stays open until the last one is closed.
   * Rejects with PortError `bus` as a serial port does, or when the line is open at another speed.
   */
  open(path: string, speed: LineSpeed): Promise<ModbusLine>;
}

/** RangeError unless `readInputRegisters` may be called like this. Every implementation calls it first. */
export function checkRead(unit: number, address: number, count: number): void {
  if (!Number.isInteger(unit) || unit < 1 || unit > 248)
    throw new RangeError(`Modbus unit ${unit} is not from 1 to 247, nor 248, which some makers answer to`);
  if (!Number.isInteger(count) || count < 1 || count > 125)
    throw new RangeError(`one Modbus request reads 1 to 125 registers, not ${count}`);
  if (!Number.isInteger(address) || address < 0 || address + count > 0x1_0000)
    throw new RangeError(`registers ${address} to ${address + count - 1} are not within 0 to 65535`);
}
