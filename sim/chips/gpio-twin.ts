import { type Part, placeOf } from "#devices/part.ts";
import type { Cancel } from "#devices/ports/clock.ts";
import type { Level } from "#devices/ports/gpio.ts";
import type { VirtualLine } from "../ports/gpio.ts";
import { Senses, type Source, type Twin, type TwinEnvironment } from "./twin.ts";

/** How often a source that is a function of time is looked at. A source that is a number costs nothing. */
const lookMs = 250;

/**
 * A two-state part that drives one GPIO line and has one channel. A subclass says when the world's changes reach
 * the wire; this class knows the wire and its faults.
 */
export abstract class GpioTwin implements Twin {
  abstract readonly part: Part;
  abstract readonly honesty: Twin["honesty"];
  readonly untouchable = new Set<string>();
  protected readonly environment: TwinEnvironment;
  /** What the channel reads as with the cable cut. */
  protected abstract readonly cutState: number;
  readonly #channel: string;
  readonly #senses: Senses;
  readonly #line: VirtualLine;
  #level: Level | undefined;
  #stuckState: number | undefined;
  #isPlugged = true;
  #nextLook: Cancel = () => {};

  constructor(part: Part, environment: TwinEnvironment) {
    const { chip, offset } = placeOf("gpio", environment.place);
    this.environment = environment;
    this.#channel = Object.keys(part.channels)[0]!;
    this.#senses = new Senses(part.channels, environment.loop);
    this.#line = environment.wiring.gpio.line(chip, offset);
  }

  /** What the part reports, faults of its wire aside. */
  protected abstract get state(): number;

  /** The world may have changed. */
  protected abstract look(): void;

  /** The world's side of the channel. */
  protected get isTrue(): boolean {
    return Math.round(this.#senses.now(this.#channel)) === 1;
  }

  /** Puts the part's end of the wire to a level; undefined lets go of it. */
  protected drive(level: Level | undefined): void {
    this.#level = level;
    if (this.#isPlugged && this.#stuckState === undefined) this.#line.drive(level);
  }

  set(channel: string, source: Source): void {
    this.#senses.set(channel, source);
    this.#nextLook();
    this.look();
    if (typeof source === "function") this.#lookAgain();
  }

  sensed(channel: string): number {
    this.#senses.now(channel);
    return this.#isPlugged ? (this.#stuckState ?? this.state) : this.cutState;
  }

  /** The cable is cut: the line floats. */
  unplug(): void {
    this.#isPlugged = false;
    this.#line.drive(undefined);
  }

  /** The output stays as it is, whatever happens. */
  stick(): void {
    this.#stuckState = this.state;
  }

  drift(channel: string, offset: number): void {
    this.#senses.drift(channel, offset);
    this.look();
  }

  abstract brownOut(): void;

  mend(): void {
    this.#senses.mend();
    this.#stuckState = undefined;
    this.#isPlugged = true;
    this.drive(this.#level);
    this.look();
  }

  #lookAgain(): void {
    this.#nextLook = this.environment.loop.at(this.environment.loop.now + lookMs, () => {
      this.look();
      this.#lookAgain();
    });
  }
}
