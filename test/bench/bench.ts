import type { Driver, Part, Place, Ports } from "#devices/part.ts";
import { PortError } from "#devices/ports/error.ts";
import { johnnyFiveComponents } from "#firmware/johnny-five/components.ts";
import { modbusOverSerial } from "#firmware/modbus/modbus.ts";
import { Board } from "#sim/board.ts";
import type { TwinEnvironment } from "#sim/chips/twin.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { splitmix32 } from "#sim/world/random.ts";

/** Longest virtual time that anything on a bench is waited for. */
const patienceMs = 600_000;

/** A simulated board on a table, to try parts on: virtual time runs only while something is waited for. */
export class Bench {
  readonly loop = new EventLoop(Date.UTC(2026, 5, 21));
  readonly board = new Board(this.loop);
  readonly clock = new VirtualClock(this.loop);
  readonly ports: Ports;
  readonly #word: () => number;

  constructor(seed = 1) {
    this.#word = splitmix32(seed);
    const ports = this.board.ports(this.clock);
    this.ports = {
      clock: this.clock,
      ...ports,
      modbus: modbusOverSerial(ports.serial, this.clock),
      components: johnnyFiveComponents(this.clock, ports.gpio),
    };
  }

  readonly random = () => this.#word() / 2 ** 32;

  /** A twin soldered to the board at `place`. */
  solder<T>(definition: { create(environment: TwinEnvironment): T }, place: Place): T {
    return definition.create({ loop: this.loop, random: this.random, place, wiring: this.board });
  }

  open<P extends Part>(part: P, place: Place): Promise<Awaited<ReturnType<P["open"]>>> {
    return this.outcome(part.open(place, this.ports)) as Promise<Awaited<ReturnType<P["open"]>>>;
  }

  /** Opened, probed and configured: ready to sample. */
  async start<P extends Part>(part: P, place: Place): Promise<Awaited<ReturnType<P["open"]>>> {
    const driver = await this.open(part, place);
    await this.outcome((driver as Driver).probe());
    await this.outcome((driver as Driver).configure());
    return driver;
  }

  /** What `work` comes to. Time passes until it does. */
  async outcome<T>(work: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    work.then(settle, settle);
    const endMs = this.loop.now + patienceMs;
    while (!isSettled && this.loop.now < endMs) await this.pass(5);
    if (!isSettled) throw new Error(`nothing happened within ${patienceMs} ms of virtual time`);
    return work;
  }

  /** The PortError that `work` rejects with. */
  async refusal(work: Promise<unknown>): Promise<PortError> {
    const error = await this.outcome(work.catch((reason: unknown) => reason));
    if (error instanceof PortError) return error;
    throw new Error("it did not reject with a PortError", { cause: error });
  }

  pass(ms: number): Promise<void> {
    return this.loop.runUntil(this.loop.now + ms);
  }
}

/** Bytes as documents print them: `01 04 14`. */
export const hex = (text: string) =>
  Uint8Array.from(text.trim().split(/\s+/), (byte) => Number.parseInt(byte, 16));
