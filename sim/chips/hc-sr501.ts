import { hcSr501 } from "#devices/chips/hc-sr501.ts";
import type { Cancel } from "#devices/ports/clock.ts";
import { GpioTwin } from "./gpio-twin.ts";
import type { Source, TwinDefinition, TwinEnvironment } from "./twin.ts";

/** Output stays high for so long after the last movement: Tx, near the short end of its potentiometer. */
const delayMs = 5_000;

/** And then low for at least so long, blind: the blocking time. */
const blockingMs = 2_500;

/** In the first minute after power-on it may pulse up to three times for nothing (user's guide). */
const warmUpMs = 60_000;
const falsePulsesMax = 3;

/**
 * HC-SR501 with its jumper at H: every movement starts the delay time anew. `presence` is somebody who moves within
 * its cone; `moved` is one movement. What it senses is its output, delay and blocking included.
 */
export class HcSr501Twin extends GpioTwin {
  readonly part = hcSr501;
  readonly honesty = {
    modelled: ["delay time", "retriggering", "blocking time", "false pulses of the first minute"],
    tagged: ["jumper at L, single trigger", "sensitivity", "temperature compensation", "light sensor"],
  };
  protected readonly cutState = 0;
  #isHigh = false;
  #highUntilMs = 0;
  #blockedUntilMs = 0;
  #next: Cancel = () => {};
  #falsePulses: Cancel[] = [];

  constructor(environment: TwinEnvironment) {
    super(hcSr501, environment);
    this.brownOut();
  }

  /** Somebody moved, just now. */
  moved(): void {
    this.#trigger();
    this.look();
  }

  override set(channel: string, source: Source): void {
    // Until this instant the world was as it had been set before.
    this.look();
    super.set(channel, source);
  }

  /** Its supply comes back: it warms up again. */
  brownOut(): void {
    const { loop, random } = this.environment;
    for (const cancel of this.#falsePulses) cancel();
    this.#isHigh = false;
    this.#blockedUntilMs = 0;
    this.drive(0);
    this.#falsePulses = Array.from({ length: Math.floor(random() * (falsePulsesMax + 1)) }, () =>
      loop.at(loop.now + random() * (warmUpMs - delayMs), () => this.moved()),
    );
    this.look();
  }

  protected get state(): number {
    return this.#isHigh ? 1 : 0;
  }

  protected look(): void {
    const { loop } = this.environment;
    if (this.isTrue) this.#trigger();
    else if (this.#isHigh && loop.now >= this.#highUntilMs) this.#fall();
    this.#next();
    if (this.#isHigh) this.#next = loop.at(this.#highUntilMs, () => this.look());
    else if (this.isTrue) this.#next = loop.at(this.#blockedUntilMs, () => this.look());
  }

  #trigger(): void {
    const { now } = this.environment.loop;
    if (now < this.#blockedUntilMs) return;
    this.#highUntilMs = now + delayMs;
    this.#isHigh = true;
    this.drive(1);
  }

  #fall(): void {
    this.#isHigh = false;
    this.#blockedUntilMs = this.environment.loop.now + blockingMs;
    this.drive(0);
  }
}

export const twin = {
  part: hcSr501,
  create: (environment: TwinEnvironment) => new HcSr501Twin(environment),
} satisfies TwinDefinition;
