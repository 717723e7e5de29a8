import { milliseconds } from "#devices/duration.ts";
import type { SerialLine, SerialPortPort } from "#devices/ports/serial.ts";
import type { Errors } from "#firmware/bundled.ts";
import type { FlightEvent } from "#firmware/recorder/event.ts";
import type { Answers } from "../answers.ts";
import type { ReplayClock } from "../clock.ts";

/** What is heard within this after something was written is its answer: it comes as long after it as it did. ms */
const answerMs = 2_000;

/** What was heard on serial lines: answers by what they answer, and the rest. */
export class HeardBytes {
  readonly unasked: readonly FlightEvent[];
  readonly #answers = new Map<FlightEvent, FlightEvent[]>();

  /** @param events of the kinds `heard` and `written`, in order */
  constructor(events: readonly FlightEvent[]) {
    const lastWritten = new Map<string, FlightEvent>();
    const unasked: FlightEvent[] = [];
    for (const event of events) {
      const path = event.kind === "heard" ? event.subject : pathOf(event.subject);
      if (event.kind === "written") lastWritten.set(path, event);
      else {
        const asked = lastWritten.get(path);
        if (asked && event.atMs - asked.atMs < answerMs)
          this.#answers.set(asked, [...(this.#answers.get(asked) ?? []), event]);
        else unasked.push(event);
      }
    }
    this.unasked = unasked;
  }

  answersTo(written: FlightEvent): readonly FlightEvent[] {
    return this.#answers.get(written) ?? [];
  }
}

/** `/dev/ttyAMA0` of `/dev/ttyAMA0 55aa`. */
export const pathOf = (written: string): string => written.replace(/ [0-9a-f]*$/, "");

/** Serial lines at whose far ends is what was there. */
export class ReplayedSerial implements SerialPortPort {
  readonly #clock: ReplayClock;
  readonly #writes: Answers;
  readonly #calls: Answers;
  readonly #heard: HeardBytes;
  readonly #lines = new Map<string, ReplayedLine>();

  constructor(clock: ReplayClock, heard: HeardBytes, writes: Answers, calls: Answers) {
    this.#clock = clock;
    this.#heard = heard;
    this.#writes = writes;
    this.#calls = calls;
  }

  async open(path: string): Promise<SerialLine> {
    await this.#calls.call(`${path} open`);
    const line = new ReplayedLine(path, this.#writes.errors, (bytes) => this.#write(path, bytes));
    this.#lines.set(path, line);
    return line;
  }

  hear({ subject, payload }: FlightEvent): void {
    this.#lines.get(subject)?.deliver(payload);
  }

  unplug({ subject }: FlightEvent): void {
    this.#lines.get(subject)?.end();
  }

  async #write(path: string, bytes: Uint8Array): Promise<void> {
    const event = this.#writes.take(`${path} ${hexadecimal(bytes)}`);
    if (!event) return;
    for (const answer of this.#heard.answersTo(event))
      this.#clock.after(milliseconds(answer.atMs - event.atMs), () => this.hear(answer));
    await this.#writes.settle(event);
  }
}

const hexadecimal = (bytes: Uint8Array) =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

class ReplayedLine implements SerialLine {
  readonly path: string;
  readonly #errors: Errors;
  readonly #write: (bytes: Uint8Array) => Promise<void>;
  readonly #listeners = new Set<(chunk: Uint8Array) => void>();
  readonly #closeListeners = new Set<() => void>();
  #open = true;

  constructor(path: string, errors: Errors, write: (bytes: Uint8Array) => Promise<void>) {
    this.path = path;
    this.#errors = errors;
    this.#write = write;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#open)
      throw this.#errors.port({
        ...{ kind: "not-ready", port: this.path, operation: "write" },
        words: `${this.path} is closed`,
      });
    await this.#write(bytes);
  }

  async flush(): Promise<void> {
    // What was thrown away then was never heard, and is not in the record.
  }

  onData(listener: (chunk: Uint8Array) => void): () => void {
    const own = (chunk: Uint8Array) => listener(chunk);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  onClose(listener: () => void): () => void {
    this.#closeListeners.add(listener);
    return () => this.#closeListeners.delete(listener);
  }

  async close(): Promise<void> {
    this.end();
  }

  deliver(chunk: Uint8Array): void {
    for (const listener of [...this.#listeners]) listener(chunk.slice());
  }

  end(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#listeners.clear();
    for (const listener of [...this.#closeListeners]) listener();
  }
}
