import type { I2cTarget } from "#sim/ports/i2c.ts";

/**
 * The register file of a PCA9685 as far as its outputs need it, read back in physical terms
 * (NXP PCA9685 Rev. 4: register summary, table 4; LEDn_ON and LEDn_OFF, section 7.3.3; PRE_SCALE, section 7.3.5).
 */
export class Pca9685Registers implements I2cTarget {
  readonly transfers: number[][] = [];
  readonly #registers = new Uint8Array(256);
  #pointer = 0;

  write([register = 0, ...bytes]: Uint8Array): boolean {
    this.transfers.push([register, ...bytes]);
    this.#pointer = register;
    for (const byte of bytes) this.#registers[this.#pointer++ & 0xff] = byte;
    return true;
  }

  read(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#registers[this.#pointer++ & 0xff]!);
  }

  /** Output `n` on, as a part of the cycle: LEDn_ON_L is at 06h + 4 n, full OFF (bit 4 of OFF_H) wins. */
  duty(n: number): number {
    const [on, off] = [this.#word(0x06 + 4 * n), this.#word(0x08 + 4 * n)];
    if (off & 0x1000) return 0;
    if (on & 0x1000) return 1;
    return ((off - on + 4096) % 4096) / 4096;
  }

  /** Hertz, from the internal oscillator of 25 MHz. */
  get frequency(): number {
    return 25e6 / (4096 * (this.#registers[0xfe]! + 1));
  }

  /** Microseconds for which output `n` is high in each cycle. */
  pulse(n: number): number {
    return (this.duty(n) * 1e6) / this.frequency;
  }

  #word(register: number): number {
    return this.#registers[register]! | (this.#registers[register + 1]! << 8);
  }
}
