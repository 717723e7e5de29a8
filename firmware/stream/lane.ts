import { type Duration, milliseconds } from "#devices/duration.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";
import { goOn, type Soon } from "#devices/soon.ts";
import { type Block, type Converter, conversionsPerSlot, type Stream } from "#devices/stream.ts";
import type { OnDetections } from "./port.ts";

/** This many slots on end that fail end a lane: whoever supervises it starts the part anew. */
const failuresMax = 10;
/** Two instants of the clock are the same within this share of a slot. */
const epsilon = 1e-6;

/**
 * Samples one streamed part in slots on the grid of the clock, and runs its detector. While something moves, the
 * result of each conversion is fetched just before the next one begins, at equal distances: the lanes of a bus
 * convert at the same time, and the bus carries nothing but starts and results. A slot that would begin a whole
 * slot too late is left out, and counted.
 */
export class Lane {
  readonly #converter: Converter;
  readonly #stream: Stream;
  readonly #clock: Clock;
  readonly #onDetections: OnDetections;
  readonly #phases: number;
  readonly #rows: Rows;
  #state: unknown;
  #isMoving = false;
  #isRunning = true;
  #cancel: Cancel = () => {};
  #failure: unknown;
  #failures = 0;
  /** The slot under way: when it was due, how far it is, and whose turn is last in it. */
  #slotMs: number;
  #phase = 0;
  #turn = 0;
  #isConverting = false;
  #sampled = 0;
  #missed = 0;

  constructor(converter: Converter, stream: Stream, clock: Clock, onDetections: OnDetections) {
    this.#converter = converter;
    this.#stream = stream;
    this.#clock = clock;
    this.#onDetections = onDetections;
    this.#phases = conversionsPerSlot(stream);
    this.#rows = new Rows(stream);
    this.#state = stream.detector.initial();
    this.#slotMs = Math.ceil(clock.now() / stream.idle) * stream.idle;
    this.#at(this.#slotMs);
  }

  /** Slots so far, and why the last one failed, if it did. Throws what ended the lane. */
  get standing(): { readonly sampled: number; readonly missed: number; readonly failure: unknown } {
    if (this.#failures === failuresMax) throw this.#failure;
    return { sampled: this.#sampled, missed: this.#missed, failure: this.#failure };
  }

  stop(): void {
    this.#isRunning = false;
    this.#cancel();
  }

  #at(dueMs: number): void {
    const delay = milliseconds(Math.max(dueMs - this.#clock.now(), 0));
    this.#cancel = this.#clock.after(delay, this.#step);
  }

  /** Fetches what was converted, and begins what is next: in one go where the bus never waits. */
  readonly #step = (): void => {
    if (this.#isConverting) goOn(this.#fetch, this.#fetched, this.#failed);
    else goOn(this.#begin, this.#begun, this.#failed);
  };

  readonly #fetch = (): Soon<number> => {
    this.#isConverting = false;
    return this.#converter.fetch();
  };

  readonly #fetched = (value: number): void => {
    this.#rows.set(this.#channel, value);
    if (++this.#phase === this.#phases) this.#finish();
    if (!this.#isRunning) return;
    const isEarly = this.#phase === 0 && this.#slotMs - this.#clock.now() > epsilon * this.#stream.every;
    if (isEarly) this.#at(this.#slotMs);
    else goOn(this.#begin, this.#begun, this.#failed);
  };

  readonly #begin = (): Soon<unknown> => {
    if (this.#phase === 0) this.#rows.open(this.#clock.now());
    return this.#converter.begin(this.#channel);
  };

  readonly #begun = (): void => {
    if (!this.#isRunning) return;
    this.#isConverting = true;
    const readyMs = this.#clock.now() + this.#converter.conversionTime;
    const nextMs = this.#slotMs + ((this.#phase + 1) / this.#phases) * this.#stream.every;
    this.#at(this.#isMoving ? Math.max(nextMs, readyMs) : readyMs);
  };

  get #channel(): string {
    const { each, inTurn } = this.#stream;
    return each[this.#phase] ?? inTurn[this.#turn % inTurn.length]!;
  }

  #finish(): void {
    const { idle, every, detector } = this.#stream;
    this.#sampled++;
    this.#rows.close();
    if (!this.#isMoving || this.#rows.slots === idle / every) {
      const { state, detections, isMoving } = detector.detect(this.#state, this.#rows.take());
      this.#state = state;
      this.#isMoving = isMoving;
      if (detections.length > 0) this.#onDetections(detections);
    }
    this.#failures = 0;
    this.#failure = undefined;
    this.#nextSlot();
  }

  #nextSlot(): void {
    const { idle, every } = this.#stream;
    const period: Duration = this.#isMoving ? every : idle;
    const dueMs = (Math.floor(this.#slotMs / period + epsilon) + 1) * period;
    const late = Math.max(Math.floor((this.#clock.now() - dueMs) / period + epsilon), 0);
    this.#missed += late;
    this.#slotMs = dueMs + late * period;
    this.#phase = 0;
    this.#turn++;
  }

  readonly #failed = (error: unknown): void => {
    if (!this.#isRunning) return;
    this.#isConverting = false;
    this.#missed++;
    this.#failure = error;
    if (++this.#failures === failuresMax) {
      this.stop();
      return;
    }
    this.#nextSlot();
    this.#at(this.#slotMs);
  };
}

/** The slots that are gathered for the detector: one block after the other in the same memory. */
class Rows {
  readonly #atMs: Float64Array;
  readonly #values: Readonly<Record<string, Float64Array>>;
  readonly #columns: readonly Float64Array[];
  #slots = 0;

  constructor({ each, inTurn, every, idle }: Stream) {
    const column = () => new Float64Array(idle / every);
    this.#atMs = column();
    this.#values = Object.fromEntries([...each, ...inTurn].map((name) => [name, column()]));
    this.#columns = Object.values(this.#values);
  }

  get slots(): number {
    return this.#slots;
  }

  /** Begins a slot, or begins it again. */
  open(atMs: number): void {
    this.#atMs[this.#slots] = atMs;
    for (const column of this.#columns) column[this.#slots] = Number.NaN;
  }

  set(channel: string, value: number): void {
    this.#values[channel]![this.#slots] = value;
  }

  close(): void {
    this.#slots++;
  }

  take(): Block {
    const block = { slots: this.#slots, atMs: this.#atMs, values: this.#values };
    this.#slots = 0;
    return block;
  }
}
