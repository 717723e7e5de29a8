import type { Channels, Part, Place } from "#devices/part.ts";
import type { MultiplexerChannel } from "#devices/ports/i2c.ts";
import type { EventLoop } from "../loop.ts";
import type { VirtualGpio } from "../ports/gpio.ts";
import type { VirtualI2cBus } from "../ports/i2c.ts";
import type { SerialTarget, VirtualSerialLine } from "../ports/serial.ts";

/** What a twin is soldered to. */
export interface Wiring {
  i2c(bus: number, behind?: MultiplexerChannel): VirtualI2cBus;
  readonly gpio: VirtualGpio;
  serial(path: string, target: SerialTarget): VirtualSerialLine;
}

/** What a twin may use: the street's time, its own seeded randomness (0 to 1), and where it is connected. */
export interface TwinEnvironment {
  readonly loop: EventLoop;
  readonly random: () => number;
  readonly place: Place;
  readonly wiring: Wiring;
}

/** A physical quantity around a part: a value, or a function of the street's time in Unix milliseconds. */
export type Source = number | ((atMs: number) => number);

/**
 * The simulated other half of a part: set in physical units, read in bytes. Faults are verbs; each ends with its
 * opposite or with `mend`, which ends them all.
 */
export interface Twin {
  readonly part: Part;
  /** The world around the part, by channel name. RangeError for a channel that the part does not have. */
  set(channel: string, source: Source): void;
  /** What the part would report if it were perfect: the channel now, in its unit, faults included. */
  sensed(channel: string): number;
  /** What the part drives, by output name, in the output's unit; undefined while it drives nothing. */
  output?(name: string): number | undefined;
  /** Calls back at each change of what the part drives. */
  onOutput?(listener: () => void): void;
  /** The connector is pulled: the part is gone from its bus. */
  unplug(): void;
  /** A channel stays at its present value; all of them when none is named. */
  stick(channel?: string): void;
  /** A channel reads too high by `offset`, in its unit. */
  drift(channel: string, offset: number): void;
  /** Supply dips: registers fall back to their reset values, settings are lost. */
  brownOut(): void;
  mend(): void;
  /** Registers and fields that were touched though the twin only knows them by name. */
  readonly untouchable: ReadonlySet<string>;
  /** What is modelled, and what is documented but not: the honesty list of the docs page. */
  readonly honesty: { readonly modelled: readonly string[]; readonly tagged: readonly string[] };
}

/** Exported as `twin` by each file of this folder that is named after a part. */
export interface TwinDefinition {
  readonly part: Part;
  create(environment: TwinEnvironment): Twin;
}

/** The physical side of a twin: sources, and the faults that lie between the world and the part. */
export class Senses {
  readonly #channels: Channels;
  readonly #loop: EventLoop;
  readonly #sources = new Map<string, Source>();
  readonly #stuck = new Map<string, number>();
  readonly #drifts = new Map<string, number>();

  constructor(channels: Channels, loop: EventLoop) {
    this.#channels = channels;
    this.#loop = loop;
  }

  set(channel: string, source: Source): void {
    this.#check(channel);
    this.#sources.set(channel, source);
  }

  /** The channel's value at `atMs`, clipped to what the part can report; 0 where nothing was set. */
  at(channel: string, atMs: number): number {
    const stuck = this.#stuck.size > 0 ? this.#stuck.get(channel) : undefined;
    if (stuck !== undefined) return stuck;
    const source = this.#sources.get(channel) ?? 0;
    const drift = this.#drifts.size > 0 ? (this.#drifts.get(channel) ?? 0) : 0;
    const value = (typeof source === "number" ? source : source(atMs)) + drift;
    const { range } = this.#channels[channel]!;
    return Math.min(Math.max(value, range[0]), range[1]);
  }

  now(channel: string): number {
    this.#check(channel);
    return this.at(channel, this.#loop.now);
  }

  stick(channel?: string): void {
    for (const name of channel === undefined ? Object.keys(this.#channels) : [channel])
      this.#stuck.set(name, this.now(name));
  }

  drift(channel: string, offset: number): void {
    this.#check(channel);
    this.#drifts.set(channel, offset);
  }

  get isStuck(): boolean {
    return this.#stuck.size > 0;
  }

  mend(): void {
    this.#stuck.clear();
    this.#drifts.clear();
  }

  #check(channel: string): void {
    if (!(channel in this.#channels))
      throw new RangeError(`no channel ${channel}: this part has ${Object.keys(this.#channels).join(", ")}`);
  }
}
