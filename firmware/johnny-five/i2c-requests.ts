import { type Duration, milliseconds } from "#devices/duration.ts";
import { type Cancel, type Clock, sleep } from "#devices/ports/clock.ts";
import type { I2cBus } from "#devices/ports/i2c.ts";
import type { Sequences } from "./sequences.ts";

export interface ReadRequest {
  readonly address: number;
  /** Written before the read, with a repeated START in between; undefined for a plain read. */
  readonly register: number | undefined;
  readonly length: number;
}

/** The I2C half of an IO plugin: writes that nobody waits for, and reads that call back. */
export class I2cRequests {
  readonly #bus: I2cBus;
  readonly #clock: Clock;
  readonly #sequences: Sequences;
  readonly #delays = new Map<number, Duration>();
  readonly #repeating = new Map<number, Set<Cancel>>();
  /** Between two reads of a continuous one; Firmata's sampling interval is 19 ms too. */
  samplingInterval = milliseconds(19);

  constructor(bus: I2cBus, clock: Clock, sequences: Sequences) {
    this.#bus = bus;
    this.#clock = clock;
    this.#sequences = sequences;
  }

  /** From now on this pause, with a STOP before it, is made between a register's write and its read. */
  setDelay(address: number, delay: Duration): void {
    this.#delays.set(address, delay);
  }

  write(address: number, bytes: readonly number[]): void {
    const write = Uint8Array.from(bytes);
    this.#sequences.add(key(address), async () => void (await this.#bus.transfer(address, [{ write }])));
  }

  readOnce(request: ReadRequest, handler: (bytes: Uint8Array) => void): void {
    this.#sequences.add(key(request.address), async () => handler(await this.#read(request)));
  }

  /** Reads until `stop`. A part that fails is reported once, and read on. */
  readContinuously(request: ReadRequest, handler: (bytes: Uint8Array) => void): void {
    const { address } = request;
    let running = true;
    let isFailing = false;
    let cancelPause: Cancel = () => {};
    const again = () =>
      this.#sequences.add(key(address), async () => {
        if (!running) return;
        try {
          handler(await this.#read(request));
          isFailing = false;
        } catch (error) {
          if (isFailing) return;
          isFailing = true;
          throw error;
        } finally {
          if (running) cancelPause = this.#clock.after(this.samplingInterval, again);
        }
      });
    this.#repeatingAt(address).add(() => {
      running = false;
      cancelPause();
    });
    again();
  }

  stop(address: number): void {
    for (const cancel of this.#repeatingAt(address)) cancel();
    this.#repeating.delete(address);
  }

  close(): void {
    for (const address of [...this.#repeating.keys()]) this.stop(address);
  }

  async #read({ address, register, length }: ReadRequest): Promise<Uint8Array> {
    const read = { read: length };
    if (register === undefined) return (await this.#bus.transfer(address, [read]))[0]!;
    const write = { write: Uint8Array.of(register) };
    const delay = this.#delays.get(address);
    if (!delay) return (await this.#bus.transfer(address, [write, read]))[0]!;
    await this.#bus.transfer(address, [write]);
    await sleep(this.#clock, delay);
    return (await this.#bus.transfer(address, [read]))[0]!;
  }

  #repeatingAt(address: number): Set<Cancel> {
    const cancels = this.#repeating.get(address) ?? new Set();
    this.#repeating.set(address, cancels);
    return cancels;
  }
}

const key = (address: number) => `i2c ${address}`;
