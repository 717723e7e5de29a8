import { max6369 } from "#devices/chips/max6369.ts";
import { placeOf } from "#devices/part.ts";
import type { Level } from "#devices/ports/gpio.ts";
import type { VirtualLine } from "../ports/gpio.ts";
import type { Twin, TwinDefinition, TwinEnvironment } from "./twin.ts";

/** SET2 SET1 SET0 = 101, and the open-drain part's pulse (19-1676, table 1 and electrical characteristics). */
const startUpDelayMs = 1_000;
const timeoutMs = 1_000;
const pulseMs = 100;

/**
 * MAX6369 with the latch behind it: `alive` is 1 while the latch holds the supply's contactor. The time-out is the
 * least that the data sheet promises; a real part may take longer.
 */
class Max6369Twin implements Twin {
  readonly part = max6369;
  readonly untouchable = new Set<string>();
  readonly honesty = {
    modelled: ["WDI edges", "start-up delay", "time-out", "WDO pulse", "latch"],
    tagged: ["SET0 to SET2", "spread of the time-out"],
  };
  readonly #environment: TwinEnvironment;
  readonly #line: VirtualLine;
  readonly #listeners = new Set<() => void>();
  #level: Level = 0;
  #isStuck = false;
  #isPlugged = true;
  #isAlive = false;
  #runsFromMs = 0;
  /** When WDO fell for the first time since the last edge that counted; it falls again and again. */
  #firstPulseMs: number | undefined;
  #cancelTimeout: () => void = () => {};

  constructor(environment: TwinEnvironment) {
    const { chip, offset } = placeOf("gpio", environment.place);
    this.#environment = environment;
    this.#line = environment.wiring.gpio.line(chip, offset);
    this.#line.sense(() => this.#look());
    this.brownOut();
  }

  set(channel: string): void {
    throw noChannel(channel);
  }

  sensed(channel: string): number {
    throw noChannel(channel);
  }

  drift(channel: string): void {
    throw noChannel(channel);
  }

  /** `heartbeat`: the level that the part sees at WDI. `alive`: 1 while the supply is on. */
  output(name: string): number {
    if (name === "heartbeat") return this.#level;
    if (name === "alive") return this.#isAlive ? 1 : 0;
    throw new RangeError(`no output ${name}: this part has heartbeat and alive`);
  }

  onOutput(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** The cable to WDI is cut: a pull-down holds it. */
  unplug(): void {
    this.#isPlugged = false;
    this.#look();
  }

  /** WDI stays as it is: the part sees no more edges. */
  stick(): void {
    this.#isStuck = true;
  }

  /** Power-on: the latch is clear, and edges start no timer for a while. */
  brownOut(): void {
    this.#firstPulseMs = undefined;
    this.#runsFromMs = this.#environment.loop.now + startUpDelayMs;
    this.#timeOutAt(this.#runsFromMs + timeoutMs);
    this.#turn(false);
  }

  mend(): void {
    this.#isStuck = false;
    this.#isPlugged = true;
    this.#look();
  }

  #look(): void {
    const level = this.#isPlugged ? this.#line.level : 0;
    if (this.#isStuck || level === this.#level) return;
    this.#level = level;
    this.#edge();
    this.#changed();
  }

  #edge(): void {
    if (this.#isPulsing) return;
    const { now } = this.#environment.loop;
    if (now >= this.#runsFromMs) {
      this.#firstPulseMs = undefined;
      this.#timeOutAt(now + timeoutMs);
    }
    this.#isAlive = true;
  }

  /** While WDO is low, edges are ignored, and the latch is held clear. */
  get #isPulsing(): boolean {
    if (this.#firstPulseMs === undefined) return false;
    const sinceMs = this.#environment.loop.now - this.#firstPulseMs;
    return sinceMs % (timeoutMs + pulseMs) < pulseMs;
  }

  #timeOutAt(atMs: number): void {
    const { loop } = this.#environment;
    this.#cancelTimeout();
    this.#cancelTimeout = loop.at(atMs, () => {
      this.#firstPulseMs = loop.now;
      this.#turn(false);
    });
  }

  #turn(isAlive: boolean): void {
    if (isAlive === this.#isAlive) return;
    this.#isAlive = isAlive;
    this.#changed();
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

const noChannel = (channel: string) => new RangeError(`no channel ${channel}: this part measures nothing`);

export const twin = {
  part: max6369,
  create: (environment: TwinEnvironment) => new Max6369Twin(environment),
} satisfies TwinDefinition;
