import type { Duration } from "#devices/duration.ts";
import type { Clock } from "#devices/ports/clock.ts";
import type { Quantity } from "#devices/quantities.ts";
import type { Quality, Sample } from "#devices/sample.ts";
import { Consequences } from "./consequences.ts";

/** How much later than expected a sample may be before it is called stale: two missed, and a little. */
const patience = 2.5;

type Listener = (sample: Sample) => void;

const none: readonly never[] = [];

/**
 * The newest sample of every source of one unit, and who wants to hear of it. Data travels one way: parts and
 * estimators put in, estimators, controllers, alarms and telemetry take out, in this order.
 */
export class Samples {
  readonly #clock: Clock;
  readonly #boot: number;
  readonly #quantities: ReadonlyMap<string, Quantity>;
  readonly #latest = new Map<string, Sample>();
  readonly #periods = new Map<string, number>();
  readonly #listeners = new Map<string, Listener[]>();
  readonly #deciders = new Map<string, (() => void)[]>();
  readonly #tellers = new Map<string, Listener[]>();
  readonly #consequences = new Consequences();

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
    for (const listener of this.#listeners.get(source) ?? none) listener(sample);
    for (const decide of this.#deciders.get(source) ?? none) this.#consequences.decide(decide);
    for (const tell of this.#tellers.get(source) ?? none) this.#consequences.tell(() => tell(sample));
  }

  /** The newest sample with its quality as of now; undefined when there never was one. */
  latest(source: string): Sample | undefined {
    const sample = this.#latest.get(source);
    if (sample?.quality !== "good") return sample;
    const period = this.#periods.get(source);
    if (period === undefined || this.#clock.now() - sample.atMs <= period * patience) return sample;
    return { ...sample, quality: "stale" };
  }

  /** At once, in the order of asking: for what makes further samples of it. */
  on(source: string, listener: Listener): void {
    listenersOf(this.#listeners, source).push(listener);
  }

  /** Once, when all samples of this instant are there, however many of them call for it. */
  thenDecide(source: string, decide: () => void): void {
    listenersOf(this.#deciders, source).push(decide);
  }

  /** After all decisions of this instant: for what keeps, tells or publishes, which no actuator waits for. */
  thenTell(source: string, listener: Listener): void {
    listenersOf(this.#tellers, source).push(listener);
  }

  /** Every source that has a sample, for whoever shows them all. */
  all(): Sample[] {
    return [...this.#latest.keys()].map((source) => this.latest(source)!);
  }
}

function listenersOf<L>(listeners: Map<string, L[]>, source: string): L[] {
  const known = listeners.get(source) ?? [];
  listeners.set(source, known);
  return known;
}
