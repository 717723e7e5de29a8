import { RegisterTwin } from "./registers.ts";
import type { Source } from "./twin.ts";

/**
 * A part that is a table of registers and drives something. Whoever listens hears of every moment at which an output
 * may have changed. A part without its connector drives nothing.
 */
export abstract class DrivingTwin extends RegisterTwin {
  readonly #driven = new Set<string>();
  readonly #listeners = new Set<() => void>();

  /** Called by the subclass's constructor: what its registers make of an output, in the output's unit. */
  protected drive(name: string, source: Source): void {
    this.#driven.add(name);
    super.set(name, source);
  }

  /** An output may have changed though nothing was written: an oscillator runs, a pin was shorted. */
  protected changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  output(name: string): number | undefined {
    return this.#driven.has(name) ? this.sensed(name) : undefined;
  }

  onOutput(listener: () => void): void {
    this.#listeners.add(listener);
  }

  override set(channel: string, source: Source): void {
    if (this.#driven.has(channel))
      throw new RangeError(`${channel} is driven by this part: it cannot be set from outside`);
    super.set(channel, source);
  }

  override write(bytes: Uint8Array): boolean {
    const acknowledged = super.write(bytes);
    this.changed();
    return acknowledged;
  }

  override unplug(): void {
    super.unplug();
    this.brownOut();
  }

  override brownOut(): void {
    super.brownOut();
    this.changed();
  }

  override mend(): void {
    super.mend();
    this.changed();
  }

  override stick(channel?: string): void {
    super.stick(channel);
    this.changed();
  }

  override drift(channel: string, offset: number): void {
    super.drift(channel, offset);
    this.changed();
  }
}
