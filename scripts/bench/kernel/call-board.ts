import type { LineAddress } from "#devices/ports/gpio.ts";
import { Board } from "#sim/board.ts";
import type { EventLoop } from "#sim/loop.ts";
import { type I2cTarget, VirtualI2cBus } from "#sim/ports/i2c.ts";

export const bus = 1;
export const address = 0x50;

const chip = "pinctrl-bcm2711";
export const outputLine: LineAddress = { chip, offset: 17 };
export const inputLine: LineAddress = { chip, offset: 27 };

/** An EEPROM with a pointer of one byte. */
class Memory implements I2cTarget {
  #pointer = 0;

  write([pointer = 0]: Uint8Array): boolean {
    this.#pointer = pointer;
    return true;
  }

  read(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#pointer++ & 0xff);
  }
}

/** A board with a memory on its bus of 100 kHz. */
export function callBoard(loop: EventLoop): Board {
  const board = new Board(loop);
  board.i2c(bus).attach(address, new Memory());
  return board;
}

/** The same, with bits that take no time. */
export class TimelessBoard extends Board {
  readonly #buses = new Map([[bus, new VirtualI2cBus(`i2c-${bus}`, Number.POSITIVE_INFINITY)]]);

  constructor(loop: EventLoop) {
    super(loop);
    this.#buses.get(bus)!.attach(address, new Memory());
  }

  override get i2cBuses(): ReadonlyMap<number, VirtualI2cBus> {
    return this.#buses;
  }
}
