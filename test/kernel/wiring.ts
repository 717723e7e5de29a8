import type { Board } from "#sim/board.ts";
import { twin } from "#sim/chips/tca9548a.ts";
import type { EventLoop } from "#sim/loop.ts";
import type { I2cTarget } from "#sim/ports/i2c.ts";

export const i2cBus = 1;
export const memoryAddress = 0x50;
export const absentAddress = 0x51;
export const hiddenMemoryAddress = 0x52;
export const multiplexer = { address: 0x70, channel: 3 };

const chip = "pinctrl-bcm2711";
export const outputLine = { chip, offset: 17 };
export const inputLine = { chip, offset: 27 };

export const serialPath = "/dev/ttyAMA3";
export const serialSpeed = { baudRate: 19_200, parity: "even" } as const;
export const missingSerialPath = "/dev/ttyAMA4";

/** A memory with a one-byte pointer, as the contract wants it on the bus. */
export class Memory implements I2cTarget {
  readonly cells = new Uint8Array(256);
  #pointer = 0;

  write([pointer = 0, ...bytes]: Uint8Array): boolean {
    this.#pointer = pointer;
    for (const byte of bytes) this.cells[this.#pointer++ & 0xff] = byte;
    return true;
  }

  read(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.cells[this.#pointer++ & 0xff]!);
  }
}

/** What the contracts of I2C and GPIO ports want of a board: two memories, one behind a multiplexer; two lines joined. */
export function wireUp(board: Board, loop: EventLoop): { readonly memory: Memory } {
  const memory = new Memory();
  const place = { kind: "i2c", bus: i2cBus, address: multiplexer.address } as const;
  twin.create({ loop, random: () => 0, place, wiring: board });
  board.i2c(i2cBus).attach(memoryAddress, memory);
  board.i2c(i2cBus, multiplexer).attach(hiddenMemoryAddress, new Memory());
  const [output, input] = [outputLine, inputLine].map(({ offset }) => board.gpio.line(chip, offset));
  output!.sense((level) => input!.drive(level));
  return { memory };
}
