import { type Duration, milliseconds } from "#devices/duration.ts";
import type { RecordClass, TelemetryPoint } from "#devices/furniture/vocabulary.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";
import { publishable, type Sample } from "#devices/sample.ts";
import type { RecordBody } from "#devices/wire.ts";
import type { Samples } from "./edge/samples.ts";

/** Ticks that are past, this one among them: wall time that was set back a little meanwhile must not repeat it. */
const ticksTaken = (elapsedPeriods: number) => Math.floor(elapsedPeriods + 0.1);

export type Record = (recordClass: RecordClass, body: RecordBody, key?: string) => void;

/**
 * Turns samples into records: at each point's period on the wall clock's grid, and at once when it has moved enough,
 * or can no longer be told, or can be told again.
 */
export class Telemetry {
  readonly #points: Readonly<globalThis.Record<string, TelemetryPoint>>;
  readonly #samples: Samples;
  readonly #clock: Clock;
  readonly #record: Record;
  /** The last value told of a point; undefined when it was told that there is none. */
  readonly #reported = new Map<string, number | undefined>();
  #running = true;
  readonly #timers: Cancel[] = [];

  constructor(
    points: Readonly<globalThis.Record<string, TelemetryPoint>>,
    samples: Samples,
    clock: Clock,
    record: Record,
  ) {
    this.#points = points;
    this.#samples = samples;
    this.#clock = clock;
    this.#record = record;
    for (const [name, point] of Object.entries(points))
      if (point.deadband !== undefined)
        samples.thenTell(point.source, (sample) => this.#moved(name, point, sample));
  }

  start(): void {
    const periods = new Set(
      Object.values(this.#points).flatMap(({ every }) => (every === undefined ? [] : [every])),
    );
    for (const period of periods) this.#periodic(period);
  }

  /** The counters as they stand, whatever their period: before the unit goes down. */
  reportCounters(): void {
    for (const [name, { source, recordClass }] of Object.entries(this.#points))
      if (recordClass === "meter") this.#report(name, recordClass, this.#samples.latest(source));
  }

  stop(): void {
    this.#running = false;
    for (const cancel of this.#timers) cancel();
  }

  #periodic(period: Duration): void {
    const slot = this.#timers.push(() => {}) - 1;
    const due = Object.entries(this.#points).filter(([, { every }]) => every === period);
    const wait = (inPeriods: (elapsed: number) => number) => {
      const now = this.#clock.wall() ?? this.#clock.now();
      const delay = milliseconds((inPeriods(now / period) + 1) * period - now);
      this.#timers[slot] = this.#clock.after(delay, () => {
        for (const [name, { source, recordClass }] of due)
          this.#report(name, recordClass, this.#samples.latest(source));
        wait(ticksTaken);
      });
    };
    wait(Math.floor);
  }

  #moved(name: string, { recordClass, deadband = 0 }: TelemetryPoint, sample: Sample): void {
    if (!this.#running) return;
    const last = this.#reported.get(name);
    const isKnown = sample.quality !== "bad";
    const isNews = isKnown
      ? last === undefined || Math.abs(sample.value - last) >= deadband
      : last !== undefined;
    if (isNews) this.#report(name, recordClass, sample);
  }

  #report(name: string, recordClass: RecordClass, sample: Sample | undefined): void {
    if (!sample) return;
    const { quantity, quality } = sample;
    const value = quality === "bad" ? null : publishable(quantity, sample.value);
    this.#reported.set(name, value === null ? undefined : sample.value);
    this.#record(recordClass, { type: "measurement", name, value, unit: quantity.unit, quality }, name);
  }
}
