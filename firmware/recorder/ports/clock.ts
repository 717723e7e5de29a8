import type { Duration } from "#devices/duration.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";
import { offsetPayload } from "../knowledge.ts";
import type { Recorder } from "../recorder.ts";

/** Less than this is the clock's own noise, ms: an NTP client slews by so much between two looks. */
const stepMinMs = 0.5;

/** The unit's clock: what is noted is how the wall time was set, by the unit or by others, when the unit next asks for it. */
export class RecordedClock implements Clock {
  readonly #clock: Clock;
  readonly #recorder: Recorder;

  constructor(clock: Clock, recorder: Recorder) {
    this.#clock = clock;
    this.#recorder = recorder;
  }

  now(): number {
    return this.#clock.now();
  }

  wall(): number | undefined {
    this.#look();
    return this.#clock.wall();
  }

  get wallQuality(): Clock["wallQuality"] {
    this.#look();
    return this.#clock.wallQuality;
  }

  setWall(...time: Parameters<Clock["setWall"]>): void {
    this.#clock.setWall(...time);
    this.#look();
  }

  after(delay: Duration, run: () => void): Cancel {
    return this.#clock.after(delay, run);
  }

  every(period: Duration, run: () => void): Cancel {
    return this.#clock.every(period, run);
  }

  #look(): void {
    const { wallQuality } = this.#clock;
    const wallMs = this.#clock.wall();
    if (wallMs === undefined) return;
    const offsetMs = wallMs - this.#clock.now();
    const { known } = this.#recorder;
    const stepMs = Math.abs(offsetMs - (known.wallOffsetMs ?? Number.POSITIVE_INFINITY));
    if (wallQuality === known.wallQuality && stepMs < stepMinMs) return;
    this.#recorder.learn({ wallOffsetMs: offsetMs, wallQuality });
    this.#recorder.note("wall", wallQuality, { payload: offsetPayload(offsetMs) });
  }
}
