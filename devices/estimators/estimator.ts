import type { Quantity } from "../quantities.ts";
import type { ClockQuality, Sample } from "../sample.ts";

/** An accepted command that is still in force. */
export interface ActiveCommand {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Monotonic milliseconds; of a signal, the instant at which it was taken. */
  readonly untilMs: number;
}

/** What an estimator may know beside its samples. */
export interface Context {
  /** Monotonic milliseconds now. */
  readonly nowMs: number;
  /** Unix milliseconds now, undefined while unknown. */
  readonly wallMs: number | undefined;
  readonly clock: ClockQuality;
  /** The unit's address, `site/unit`: what names given by it are unique by. */
  readonly device: string;
  /** Degrees north and east (WGS 84). */
  readonly latitude: number;
  readonly longitude: number;
  /** IANA name: `Europe/Rome`. */
  readonly timeZone: string;
  /** The unit's settings, validated against the declaration, by name. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Timed commands in force, and the signal whose sample is being heard. */
  readonly commands: readonly ActiveCommand[];
}

/** An output of a step: a number of quality `good`, `suspect` or `stale`; `bad` with NaN when nothing can be said. */
export interface Estimate {
  readonly output: string;
  readonly value: number;
  readonly quality: Sample["quality"];
}

/** What a field of an event may hold: JSON, because standards nest (GeoJSON in the Curb Data Specification). */
export type FieldValue =
  | string
  | number
  | boolean
  | null
  | readonly FieldValue[]
  | { readonly [name: string]: FieldValue };

/** Something that happened and is told with its particulars: a session that ended, a vehicle that came. */
export interface Happening {
  /** One of the events that the declaration names. */
  readonly event: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

export interface Step<State> {
  readonly state: State;
  /** Outputs that are new or changed. */
  readonly estimates: readonly Estimate[];
  /** Told once, in order, after the state behind them was kept. */
  readonly events?: readonly Happening[];
  /** Monotonic milliseconds at which a step without a sample is wanted, if nothing comes first. */
  readonly wakeAtMs?: number;
}

/**
 * A pure function from samples to estimates. No clock, no I/O, no randomness: the same samples give the same
 * estimates, in a simulated second or on a pole.
 */
export interface Estimator<State> {
  readonly name: string;
  readonly outputs: Readonly<Record<string, Quantity>>;
  /** Sources it is stepped with: `motion.presence`. */
  readonly inputs: readonly string[];
  /** Names of the events that its steps may tell. */
  readonly events?: readonly string[];
  /** @param saved what `save` returned in an earlier life, if anything was kept; null when that is lost. */
  initial(saved: unknown): State;
  /** One sample of an input, or undefined for a wake-up. Samples of one source come in order of `atMs`. */
  step(state: State, sample: Sample | undefined, context: Context): Step<State>;
  /** JSON that must survive a restart (a counter); undefined when the estimator starts afresh. */
  save?(state: State): unknown;
}
