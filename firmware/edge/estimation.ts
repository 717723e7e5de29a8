import type { Duration } from "#devices/duration.ts";
import type { Context, Estimator } from "#devices/estimators/estimator.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";
import type { Sample } from "#devices/sample.ts";
import type { Samples } from "./samples.ts";

/** Runs one estimator: steps it with each sample of its inputs and at the times that it asks for. */
export class Estimation {
  readonly #estimator: Estimator<unknown>;
  readonly #samples: Samples;
  readonly #clock: Clock;
  readonly #context: Context;
  #state: unknown;
  #cancelWake: Cancel = () => {};
  #wakeAtMs: number | undefined;

  constructor(
    estimator: Estimator<unknown>,
    samples: Samples,
    clock: Clock,
    context: Context,
    saved: unknown,
  ) {
    this.#estimator = estimator;
    this.#samples = samples;
    this.#clock = clock;
    this.#context = context;
    this.#state = estimator.initial(saved);
    for (const input of estimator.inputs) samples.on(input, (sample) => this.#step(sample));
  }

  get name(): string {
    return this.#estimator.name;
  }

  /** The first step, once everything that listens is in place. */
  start(): void {
    this.#step(undefined);
  }

  stop(): void {
    this.#cancelWake();
  }

  /** What must survive a restart; undefined when nothing does. */
  save(): unknown {
    return this.#estimator.save?.(this.#state);
  }

  #step(sample: Sample | undefined): void {
    const { state, estimates, wakeAtMs } = this.#estimator.step(this.#state, sample, this.#context);
    this.#state = state;
    this.#wake(wakeAtMs);
    for (const { output, value, quality } of estimates)
      this.#samples.put(`${this.#estimator.name}.${output}`, value, quality);
  }

  #wake(atMs: number | undefined): void {
    if (atMs === this.#wakeAtMs) return;
    this.#cancelWake();
    this.#wakeAtMs = atMs;
    if (atMs === undefined) return;
    this.#cancelWake = this.#clock.after(Math.max(atMs - this.#clock.now(), 0) as Duration, () => {
      this.#wakeAtMs = undefined;
      this.#step(undefined);
    });
  }
}
