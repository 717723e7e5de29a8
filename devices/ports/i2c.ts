import type { Soon } from "../soon.ts";
import { PortError, type PortErrorKind } from "./error.ts";

export type I2cOperation = { readonly write: Uint8Array } | { readonly read: number };

/**
 * An I2C controller (NXP UM10204). One primitive: `transfer` is one START … STOP on the 7-bit `address`
 * (right-aligned, 0x08 to 0x77), with a repeated START between operations where `checkTransfer` allows several; it
 * resolves with the bytes of each read, in order. Transfers of one bus never interleave.
 * Rejects with PortError: `no-acknowledge-address`, `no-acknowledge-data`, `arbitration-lost`, `bus`, `timeout`.
 * A RangeError means the caller is wrong (address, empty operation), and nothing was put on the wire.
 */
export interface I2cBus {
  /** As the configuration names it: `i2c-1`. */
  readonly name: string;
  transfer(address: number, operations: readonly I2cOperation[]): Promise<Uint8Array[]>;
  /**
   * The same before it returns: throws what `transfer` rejects with. Only a bus that never waits has it, such as a
   * simulated one in this thread, where a stream's thousands of transfers a second need no promises.
   */
  readonly transferNow?: ((address: number, operations: readonly I2cOperation[]) => Uint8Array[]) | undefined;
  close(): Promise<void>;
}

/** One of the downstream channels of an I2C multiplexer: the multiplexer's address, and the channel from 0 on. */
export interface MultiplexerChannel {
  readonly address: number;
  readonly channel: number;
}

export interface I2cPort {
  /**
   * @param bus the kernel's bus number: 1 is `/dev/i2c-1`
   * @param behind the multiplexer channel that leads on; every transfer then selects it first
   */
  open(bus: number, behind?: MultiplexerChannel): Promise<I2cBus>;
}

/** Longest read after a repeated START: the kernel's I2C_SMBUS_BLOCK_MAX, which is all that i2c-bus offers. */
const registerBytesMax = 32;

/**
 * RangeError unless `transfer` may be called like this. Every implementation calls it first, so that no driver
 * passes on a simulated bus with what a board cannot do: a repeated START stands only between a one-byte register
 * pointer and a read of 1 to 32 bytes.
 */
export function checkTransfer(address: number, operations: readonly I2cOperation[]): void {
  if (!Number.isInteger(address) || address < 0x08 || address > 0x77)
    throw new RangeError(`I2C address ${address} is not a 7-bit address from 0x08 to 0x77`);
  if (operations.length === 0) throw new RangeError("an I2C transfer needs at least one operation");
  for (const operation of operations) {
    const length = "write" in operation ? operation.write.length : operation.read;
    if (!Number.isInteger(length) || length < 1 || length > 8192)
      throw new RangeError(`an I2C operation moves 1 to 8192 bytes, not ${length}`);
  }
  if (operations.length > 1 && !isRegisterRead(operations))
    throw new RangeError(
      "a repeated START is made only between a one-byte register pointer and a read of 1 to 32 bytes: " +
        "read longer blocks in pieces that each name their register, or use separate transfers",
    );
}

function isRegisterRead([first, second, third]: readonly I2cOperation[]): boolean {
  if (!first || !second || third || !("write" in first) || !("read" in second)) return false;
  return first.write.length === 1 && second.read <= registerBytesMax;
}

/** What a driver may find wrong in the bytes that a part gave. */
export type DeviceErrorKind = Extract<PortErrorKind, "wrong-device" | "not-ready" | "checksum" | "timeout">;

/** A part on a bus: what drivers are written against. Register pointer first, as nearly every part wants it. */
export class I2cDevice {
  readonly bus: I2cBus;
  readonly address: number;

  constructor(bus: I2cBus, address: number) {
    this.bus = bus;
    this.address = address;
  }

  async write(...bytes: number[]): Promise<void> {
    await this.bus.transfer(this.address, [{ write: Uint8Array.from(bytes) }]);
  }

  /** Write the register pointer, repeated START, read `length` bytes. */
  async readRegister(register: number, length: number): Promise<Uint8Array> {
    const [bytes] = await this.bus.transfer(this.address, [
      { write: Uint8Array.of(register) },
      { read: length },
    ]);
    return bytes!;
  }

  async readUint8(register: number): Promise<number> {
    const [byte] = await this.readRegister(register, 1);
    return byte!;
  }

  /** A register of 16 bits, high byte first, as nearly every part of that width has it. */
  async readUint16(register: number): Promise<number> {
    const [high, low] = await this.readRegister(register, 2);
    return (high! << 8) | low!;
  }

  /** @param word 0 to 65535, high byte first */
  writeUint16(register: number, word: number): Promise<void> {
    return this.write(register, word >> 8, word & 0xff);
  }

  /** `wrong-device`, or what else is said, unless a register of 8 bits holds `expected`. */
  async verify(
    register: number,
    expected: number,
    operation: string,
    otherwise: DeviceErrorKind = "wrong-device",
  ): Promise<void> {
    const found = await this.readUint8(register);
    if (found !== expected)
      throw this.error(otherwise, operation, `0x${found.toString(16)}, expected 0x${expected.toString(16)}`);
  }

  /** A transfer, over when this returns where the bus never waits. `operations` are not to change meanwhile. */
  transferSoon(operations: readonly I2cOperation[]): Soon<Uint8Array[]> {
    const { bus, address } = this;
    return bus.transferNow ? bus.transferNow(address, operations) : bus.transfer(address, operations);
  }

  /** A PortError that names this part's place, for what a driver finds wrong in the bytes themselves. */
  error(kind: DeviceErrorKind, operation: string, detail?: string): PortError {
    return new PortError(kind, {
      port: this.bus.name,
      address: this.address,
      operation,
      ...(detail === undefined ? {} : { detail }),
    });
  }
}
