import type { FlightEvent } from "#firmware/recorder/event.ts";
import type { Deviations } from "./deviation.ts";

/** What is recorded of one place, such as one address of a bus, and how far a replay has come in it. */
export class Sequence {
  readonly place: string;
  readonly #events: readonly FlightEvent[];
  readonly #toleranceMs: number;
  readonly #deviations: Deviations;
  #next = 0;
  /** By subject, the last one at or before where the replay is. */
  readonly #last = new Map<string, FlightEvent>();

  /** @param events in the order in which they began */
  constructor(place: string, events: readonly FlightEvent[], toleranceMs: number, deviations: Deviations) {
    this.place = place;
    this.#events = events;
    this.#toleranceMs = toleranceMs;
    this.#deviations = deviations;
  }

  /**
   * What the record has for that, asked now. Undefined where it has nothing of the kind, which is a deviation.
   */
  take(subject: string, nowMs: number): FlightEvent | undefined {
    this.#forgetBefore(nowMs - this.#toleranceMs);
    const found = this.#find(subject, nowMs);
    if (found >= 0) {
      for (let at = this.#next; at < found; at++) this.#skipped(this.#events[at]!);
      this.#next = found + 1;
      const event = this.#events[found]!;
      this.#last.set(subject, event);
      return event;
    }
    const next = this.#events[this.#next];
    const expected = next ? `${next.subject} at ${seconds(next.atMs)}` : "nothing more";
    this.#deviations.add({ atMs: nowMs, of: "surroundings", place: this.place, expected, came: subject });
    return undefined;
  }

  /** What was, or will be, the answer nearest to now: for what the record does not have. */
  nearest(subject: string, nowMs: number): FlightEvent | undefined {
    const ahead = this.#events.slice(this.#next).find((event) => event.subject === subject);
    const last = this.#last.get(subject);
    if (!ahead || !last) return last ?? ahead;
    return ahead.atMs - nowMs < nowMs - last.atMs ? ahead : last;
  }

  /** The record is over: what was not asked for by then is told. */
  finish(untilMs: number): void {
    this.#forgetBefore(untilMs - this.#toleranceMs);
  }

  #find(subject: string, nowMs: number): number {
    for (let at = this.#next; at < this.#events.length; at++) {
      const event = this.#events[at]!;
      if (event.atMs > nowMs + this.#toleranceMs) return -1;
      if (event.subject === subject) return at;
    }
    return -1;
  }

  #forgetBefore(ms: number): void {
    for (let next = this.#events[this.#next]; next && next.atMs < ms; next = this.#events[this.#next]) {
      this.#next++;
      this.#skipped(next);
    }
  }

  #skipped(event: FlightEvent): void {
    this.#last.set(event.subject, event);
    this.#deviations.add({
      ...{ atMs: event.atMs, of: "surroundings", place: this.place },
      ...{ expected: event.subject, came: "nothing" },
    });
  }
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(3)} s`;
