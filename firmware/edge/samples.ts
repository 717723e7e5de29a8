import type { Duration } from "#devices/duration.ts";
import type { Clock } from "#devices/ports/clock.ts";
import type { Quantity } from "#devices/quantities.ts";
import type { Quality, Sample } from "#devices/sample.ts";

/** How much later than expected a sample may be before it is called stale: two missed, and a little. */
const patience = 2.5;

type Listener = (sample: Sample) => void;

/**
 * The newest sample of every source of one unit, and who wants to hear of it. Data travels one way: parts and
 * estimators put in, estimators, controllers, alarms and telemetry take out.
 */
export class Samples {
  readonly #clock: Clock;
  readonly #boot: number;
  readonly #quantities: ReadonlyMap<string, Quantity>;
  readonly #latest = new Map<string, Sample>();
  readonly #periods = new Map<string, number>();
  readonly #listeners = new Map<string, Listener[]>();

  constructor(clock: Clock, boot: number, quantities: ReadonlyMap<string, Quantity>) {
    this.#clock = clock;
    this.#boot = boot;
    this.#quantities = quantities;
  }

  /** New samples of the source are expected at least this often. */
  expect(source: string, every: Duration): void {
    this.#periods.set(source, every);
  }

  /** What a source measures; undefined for one that is not declared. */
  quantity(source: string): Quantity | undefined {
    return this.#quantities.get(source);
  }

  /** @param atMs when it was so, if that is not now: something that was detected a moment ago */
  put(source: string, value: number, quality: Quality, atMs = this.#clock.now()): void {
    const quantity = this.#quantities.get(source);
    if (!quantity) throw new Error(`${source} is not declared`);
    const wallMs = this.#clock.wall();
    const sample: Sample = {
      source,
      value,
      quantity,
      quality,
      atMs,
      wallMs: wallMs === undefined ? undefined : wallMs - (this.#clock.now() - atMs),
      clock: this.#clock.wallQuality,
      boot: this.#boot,
    };
    this.#latest.set(source, sample);
    const listeners = this.#listeners.get(source);
    if (listeners) for (const listener of listeners) listener(sample);
  }

  /** The newest sample with its quality as of now; undefined when there never was one. */
  latest(source: string): Sample | undefined {
    const sample = this.#latest.get(source);
    if (sample?.quality !== "good") return sample;
    const period = this.#periods.get(source);
    if (period === undefined || this.#clock.now() - sample.atMs <= period * patience) return sample;
    return { ...sample, quality: "stale" };
  }

  on(source: string, listener: Listener): void {
    const listeners = this.#listeners.get(source) ?? [];
    listeners.push(listener);
    this.#listeners.set(source, listeners);
  }

  /** Every source that has a sample, for whoever shows them all. */
  all(): Sample[] {
    return [...this.#latest.keys()].map((source) => this.latest(source)!);
  }
}
