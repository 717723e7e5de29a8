import type { Quantity } from "../quantities.ts";
import type { ClockQuality, Sample } from "../sample.ts";

/** What an estimator may know beside its samples. */
export interface Context {
  /** Monotonic milliseconds now. */
  readonly nowMs: number;
  /** Unix milliseconds now, undefined while unknown. */
  readonly wallMs: number | undefined;
  readonly clock: ClockQuality;
  /** Degrees north and east (WGS 84). */
  readonly latitude: number;
  readonly longitude: number;
  /** IANA name: `Europe/Rome`. */
  readonly timeZone: string;
  /** The unit's settings, validated against the declaration, by name. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** An output of a step: a number of quality `good`, `suspect` or `stale`; `bad` with NaN when nothing can be said. */
export interface Estimate {
  readonly output: string;
  readonly value: number;
  readonly quality: Sample["quality"];
}

export interface Step<State> {
  readonly state: State;
  /** Outputs that are new or changed. */
  readonly estimates: readonly Estimate[];
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
  /** @param saved what `save` returned in an earlier life, if anything was kept. */
  initial(saved: unknown): State;
  /** One sample of an input, or undefined for a wake-up. Samples of one source come in order of `atMs`. */
  step(state: State, sample: Sample | undefined, context: Context): Step<State>;
  /** JSON that must survive a restart (a counter); undefined when the estimator starts afresh. */
  save?(state: State): unknown;
}
