import { type Duration, minutes } from "#devices/duration.ts";
import type { Context, Estimator, Happening, Step } from "#devices/estimators/estimator.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";
import type { Sample } from "#devices/sample.ts";
import type { Samples } from "./samples.ts";

export interface EstimationListener {
  onEvent(happening: Happening): void;
  onTrouble(what: string): void;
}

/** An estimator that failed is tried again after this long, if no sample comes before. */
const pauseAfterFault = minutes(1);
/** An estimator that always wants to be woken at once must not stop the clock. */
const wakeMsMin = 1;

/**
 * Runs one estimator: steps it with each sample of its inputs and at the times that it asks for. One that throws
 * has nothing to say, `bad` in all its outputs, and goes on from the state before: the part whose sample it was,
 * and whoever else listens to it, are not to blame.
 */
export class Estimation {
  readonly #estimator: Estimator<unknown>;
  readonly #samples: Samples;
  readonly #clock: Clock;
  readonly #context: Context;
  #state: unknown;
  #cancelWake: Cancel = () => {};
  #wakeAtMs: number | undefined;
  readonly #listener: EstimationListener;
  #running = true;

  constructor(
    estimator: Estimator<unknown>,
    samples: Samples,
    clock: Clock,
    context: Context,
    saved: unknown,
    listener: EstimationListener,
  ) {
    this.#listener = listener;
    this.#estimator = estimator;
    this.#samples = samples;
    this.#clock = clock;
    this.#context = context;
    this.#state = this.#initial(saved);
    for (const input of estimator.inputs) samples.on(input, (sample) => this.#step(sample));
  }

  get name(): string {
    return this.#estimator.name;
  }

  /** The first step, once everything that listens is in place. */
  start(): void {
    this.#step(undefined);
  }

  /** Something changed that it looks at beside its samples: the settings. */
  reconsider(): void {
    this.#step(undefined);
  }

  stop(): void {
    this.#running = false;
    this.#cancelWake();
  }

  /** What must survive a restart; undefined when nothing does. */
  save(): unknown {
    return this.#estimator.save?.(this.#state);
  }

  /** What was kept by another version, or is damaged, may be such that it cannot begin with it. */
  #initial(saved: unknown): unknown {
    try {
      return this.#estimator.initial(saved);
    } catch (error) {
      const why = error instanceof Error ? error.message : error;
      this.#listener.onTrouble(`${this.#estimator.name} begins anew, what was kept cannot be used: ${why}`);
      return this.#estimator.initial(null);
    }
  }

  #step(sample: Sample | undefined): void {
    if (!this.#running) return;
    const { state, estimates, events, wakeAtMs } = this.#attempt(sample);
    this.#state = state;
    this.#wake(wakeAtMs);
    // Before anybody hears of the estimates: what they set off may keep this state, and a power cut lose the event.
    if (events) for (const happening of events) this.#listener.onEvent(happening);
    for (const { output, value, quality } of estimates)
      this.#samples.put(`${this.#estimator.name}.${output}`, value, quality);
  }

  #attempt(sample: Sample | undefined): Step<unknown> {
    try {
      return this.#estimator.step(this.#state, sample, this.#context);
    } catch (error) {
      this.#listener.onTrouble(`${this.#estimator.name}: ${error instanceof Error ? error.message : error}`);
      const outputs = Object.keys(this.#estimator.outputs);
      const estimates = outputs.map((output) => ({ output, value: Number.NaN, quality: "bad" as const }));
      return { state: this.#state, estimates, wakeAtMs: this.#clock.now() + pauseAfterFault };
    }
  }

  #wake(atMs: number | undefined): void {
    if (atMs === this.#wakeAtMs) return;
    this.#cancelWake();
    this.#wakeAtMs = atMs;
    if (atMs === undefined) return;
    this.#cancelWake = this.#clock.after(Math.max(atMs - this.#clock.now(), wakeMsMin) as Duration, () => {
      this.#wakeAtMs = undefined;
      this.#step(undefined);
    });
  }
}
