import { type Duration, minutes, seconds } from "#devices/duration.ts";
import type { Clock } from "#devices/ports/clock.ts";
import type { Store } from "#devices/ports/store.ts";

/** What follows an alarm is a part of the story. */
const afterAlarm = seconds(10);
/** A unit whose alarms come and go does not wear out its medium. */
const pauseAfterAlarm: Duration = minutes(10);

const pattern = /^record-\d{6}-\d{4}\.flight$/;

/** Where records come from. */
export interface RecordSource {
  /** Counts the lives of the unit. */
  readonly boot: number;
  pack(why: string): Promise<Uint8Array>;
}

/**
 * Keeps records on the medium: the newest few, each whole or not at all. A medium that takes none is told, and nothing else.
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
      void this.save(`alarm ${name}`);
    });
  }

  /** @returns the name of the file; undefined when it could not be kept, which was told. One at a time. */
  save(why: string): Promise<string | undefined> {
    const turn = this.#turn.then(() => this.#save(why));
    this.#turn = turn;
    return turn;
  }

  async #save(why: string): Promise<string | undefined> {
    try {
      const name = `record-${digits(this.#source.boot, 6)}-${digits(++this.#count, 4)}.flight`;
      const bytes = await this.#source.pack(why);
      await this.#makeRoom();
      await this.#store.replace(name, bytes);
      return name;
    } catch (error) {
      this.#onTrouble(`the flight record is not kept: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  }

  /** Oldest first, by name. */
  async #makeRoom(): Promise<void> {
    const names = (await this.#store.list()).filter((name) => pattern.test(name)).sort();
    for (const name of names.slice(0, Math.max(names.length - this.#files + 1, 0)))
      await this.#store.remove(name);
  }
}

const digits = (number: number, width: number) => String(number % 10 ** width).padStart(width, "0");
