import { milliseconds } from "#devices/duration.ts";
import { type Clock, sleep } from "#devices/ports/clock.ts";
import type { Errors } from "#firmware/bundled.ts";
import type { FlightEvent } from "#firmware/recorder/event.ts";
import type { Failure } from "#firmware/stream/messages.ts";
import type { Deviations } from "./deviation.ts";
import { Sequence } from "./sequence.ts";

export interface AnswerSettings {
  readonly toleranceMs: number;
  readonly deviations: Deviations;
  /** Of the code that plays the record. */
  readonly errors: Errors;
}

/** Answers from the record, each after the time that it took then. */
export class Answers {
  readonly errors: Errors;
  readonly #clock: Clock;
  readonly #sequences: ReadonlyMap<string, Sequence>;
  readonly #placeOf: (subject: string) => string;
  readonly #toleranceMs: number;
  readonly #deviations: Deviations;
  /** Of what the record has nothing of. */
  readonly #empty = new Map<string, Sequence>();

  /** @param placeOf a subject: what is asked of one place is asked in order */
  constructor(
    clock: Clock,
    events: readonly FlightEvent[],
    placeOf: (subject: string) => string,
    { toleranceMs, deviations, errors }: AnswerSettings,
  ) {
    this.errors = errors;
    this.#clock = clock;
    this.#placeOf = placeOf;
    this.#toleranceMs = toleranceMs;
    this.#deviations = deviations;
    const byPlace = new Map<string, FlightEvent[]>();
    for (const event of events) {
      const place = placeOf(event.subject);
      const others = byPlace.get(place);
      if (others) others.push(event);
      else byPlace.set(place, [event]);
    }
    this.#sequences = new Map(
      [...byPlace].map(([place, of]) => [place, new Sequence(place, of, toleranceMs, deviations)]),
    );
  }

  /** What the record has for that; or what is nearest to it, where it has nothing there. */
  take(subject: string): FlightEvent | undefined {
    const sequence = this.#sequenceOf(this.#placeOf(subject));
    const nowMs = this.#clock.now();
    return sequence.take(subject, nowMs) ?? sequence.nearest(subject, nowMs);
  }

  /** Waits as long as it took, then fails as it failed. */
  async settle({ forMs, failure }: FlightEvent): Promise<void> {
    if (forMs > 0) await sleep(this.#clock, milliseconds(forMs));
    if (failure !== undefined) throw this.errors.port(JSON.parse(failure) as Failure);
  }

  /** A call and its outcome; one of which the record knows nothing succeeds, and says nothing. */
  async call(subject: string): Promise<Uint8Array> {
    const event = this.take(subject);
    if (event) await this.settle(event);
    return event?.payload ?? new Uint8Array();
  }

  finish(untilMs: number): void {
    for (const sequence of this.#sequences.values()) sequence.finish(untilMs);
  }

  #sequenceOf(place: string): Sequence {
    const known = this.#sequences.get(place) ?? this.#empty.get(place);
    if (known) return known;
    const empty = new Sequence(place, [], this.#toleranceMs, this.#deviations);
    this.#empty.set(place, empty);
    return empty;
  }
}
