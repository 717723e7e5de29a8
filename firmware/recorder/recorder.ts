import type { Clock } from "#devices/ports/clock.ts";
import { PortError } from "#devices/ports/error.ts";
import { failureOf } from "../stream/messages.ts";
import { type EventKind, type FlightEvent, nothing } from "./event.ts";
import { type DocumentName, ignorant, type Knowledge } from "./knowledge.ts";
import { type Contents, Ring } from "./ring.ts";

const encoder = new TextEncoder();

export interface Noted {
  /** When it began; now unless said otherwise. */
  readonly atMs?: number;
  readonly payload?: Uint8Array | string;
  readonly error?: unknown;
}

/** The record of one life, while it is being made. It takes what the ports tell it, and never throws. */
export class Recorder {
  readonly clock: Clock;
  readonly #ring: Ring;
  #known = ignorant;
  /** @param maxBytes of memory */
  constructor(clock: Clock, maxBytes: number) {
    this.clock = clock;
    this.#ring = new Ring(maxBytes, () => this.#known);
  }

  get known(): Knowledge {
    return this.#known;
  }

  get bytes(): number {
    return this.#ring.bytes;
  }

  get lostEvents(): number {
    return this.#ring.lostEvents;
  }

  get contents(): Contents {
    return this.#ring.contents;
  }

  note(kind: EventKind, subject: string, { atMs, payload = nothing, error }: Noted = {}): void {
    const nowMs = this.clock.now();
    const beganMs = atMs ?? nowMs;
    const event: FlightEvent = {
      ...{ kind, subject, atMs: beganMs, forMs: nowMs - beganMs },
      payload: typeof payload === "string" ? encoder.encode(payload) : payload,
      ...(error === undefined ? {} : { failure: JSON.stringify(failureOf(error)) }),
    };
    this.#ring.add(event);
  }

  learn(news: Partial<Knowledge>): void {
    this.#known = { ...this.#known, ...news };
  }

  learnDocument(name: DocumentName, content: unknown): void {
    this.learn({ documents: { ...this.#known.documents, [name]: content } });
  }

  /** Notes the outcome of a call: before its caller goes on. */
  async noted<T>(
    kind: EventKind,
    subject: string,
    call: () => Promise<T>,
    payloadOf: (outcome: T) => Uint8Array | string = () => nothing,
  ): Promise<T> {
    const atMs = this.clock.now();
    try {
      const outcome = await call();
      this.note(kind, subject, { atMs, payload: payloadOf(outcome) });
      return outcome;
    } catch (error) {
      // A RangeError is the caller's: nothing passed.
      if (error instanceof PortError || !(error instanceof RangeError))
        this.note(kind, subject, { atMs, error });
      throw error;
    }
  }
}
