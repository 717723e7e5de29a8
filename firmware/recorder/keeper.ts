import { type Duration, minutes, seconds } from "#devices/duration.ts";
import type { Clock } from "#devices/ports/clock.ts";
import type { Store } from "#devices/ports/store.ts";
import { flightFilePattern } from "#devices/wire.ts";

/** What follows an alarm is a part of the story. */
const afterAlarm = seconds(10);
/** A unit whose alarms come and go does not wear out its medium. */
const pauseAfterAlarm: Duration = minutes(10);

const pattern = new RegExp(flightFilePattern);
const isRequest = (name: string) => name.endsWith("-request.flight");

/** What a record is kept for. Those of alarms nobody can ask away. */
export type Occasion = "alarm" | "request";

/** A record as a file has it, and what the file is called. */
export interface FlightBytes {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** Where records come from. */
export interface RecordSource {
  /** Counts the lives of the unit. */
  readonly boot: number;
  pack(why: string): Promise<Uint8Array>;
}

/**
 * Keeps records on the medium: the newest few, each whole or not at all, no more than half of them on request. A medium
 * that takes none is told, and nothing else.
 */
export class Keeper {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #files: number;
  readonly #source: RecordSource;
  readonly #onTrouble: (what: string) => void;
  #count = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #isWaiting = false;
  #notBeforeMs = 0;

  /** @param files that may be kept, 1 or more */
  constructor(
    store: Store,
    clock: Clock,
    files: number,
    source: RecordSource,
    onTrouble: (what: string) => void,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#files = files;
    this.#source = source;
    this.#onTrouble = onTrouble;
  }

  /** An alarm was raised. Several that come together make one record. */
  alarmed(name: string): void {
    if (this.#isWaiting || this.#clock.now() < this.#notBeforeMs) return;
    this.#isWaiting = true;
    this.#clock.after(afterAlarm, () => {
      this.#isWaiting = false;
      this.#notBeforeMs = this.#clock.now() + pauseAfterAlarm;
      // Why not was told.
      this.save(`alarm ${name}`, "alarm").catch(() => {});
    });
  }

  /** Rejects when it could not be kept, which was told. One at a time. */
  save(why: string, occasion: Occasion): Promise<FlightBytes> {
    const turn = this.#turn.then(() => this.#save(why, occasion));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** Makes a record of what is known now, under a name of its own, and keeps it nowhere. */
  async make(why: string, occasion: Occasion): Promise<FlightBytes> {
    const ending = occasion === "request" ? "-request.flight" : ".flight";
    const file = `record-${digits(this.#source.boot, 6)}-${digits(++this.#count, 4)}${ending}`;
    return { file, bytes: await this.#source.pack(why) };
  }

  /** Records that are kept, oldest first. */
  async names(): Promise<string[]> {
    return (await this.#store.list()).filter((name) => pattern.test(name)).sort();
  }

  /** Undefined when none is kept under that name. */
  async read(file: string): Promise<Uint8Array | undefined> {
    return pattern.test(file) ? await this.#store.read(file) : undefined;
  }

  async #save(why: string, occasion: Occasion): Promise<FlightBytes> {
    try {
      const made = await this.make(why, occasion);
      await this.#makeRoom(occasion);
      await this.#store.replace(made.file, made.bytes);
      return made;
    } catch (error) {
      this.#onTrouble(`the flight record is not kept: ${error instanceof Error ? error.message : error}`);
      throw error;
    }
  }

  /** Oldest first, by name; on request, first those that somebody asked for, when they are half of all. */
  async #makeRoom(occasion: Occasion): Promise<void> {
    const names = await this.names();
    const requested = occasion === "request" ? names.filter(isRequest) : [];
    const asked = requested.slice(0, Math.max(requested.length + 1 - Math.max(this.#files >> 1, 1), 0));
    const left = names.filter((name) => !asked.includes(name));
    const gone = [...asked, ...left.slice(0, Math.max(left.length + 1 - this.#files, 0))];
    for (const name of gone) await this.#store.remove(name);
  }
}

const digits = (number: number, width: number) => String(number % 10 ** width).padStart(width, "0");
