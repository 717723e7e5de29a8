import { type Duration, milliseconds, minutes, seconds } from "#devices/duration.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";
import { Backoff } from "../ports/backoff.ts";
import type { Outbox } from "./outbox.ts";
import type { Receipt } from "./receipt.ts";
import type { OutboxRecord } from "./record.ts";
import { TokenBucket } from "./token-bucket.ts";

export interface DrainOptions {
  /**
   * When a record may be forgotten: `puback` when the broker acknowledged it, which a broker does before it is
   * durable there; `end-to-end` when whoever stores it said so.
   */
  readonly receipts: "puback" | "end-to-end";
  /**
   * How many records may be on their way, deliveries not yet written down included: a restart repeats so many at
   * most. 128 unless said otherwise, 50 or more.
   */
  readonly window?: number;
  /** Records per second in the long run: 600 unless said otherwise. */
  readonly ratePerSecond?: number;
  /** After a reconnect the drain begins at a time drawn evenly from 0 to this: 10 s unless said otherwise. */
  readonly spread?: Duration;
  /** How long to wait for a receipt before a record is sent again: 60 s unless said otherwise. */
  readonly receiptTimeout?: Duration;
}

const defaults = {
  window: 128,
  ratePerSecond: 600,
  spread: seconds(10),
  receiptTimeout: minutes(1),
};

/** Wait for so many tokens at once: a timer per record would be dear. */
const tokensPerWait = 16;

/**
 * Empties an outbox over a link: the most urgent first, several on their way at once, paced, and again whatever
 * failed. It rests while offline and when there is nothing to send.
 */
export class Drain {
  readonly #outbox: Outbox;
  readonly #send: (record: OutboxRecord) => Promise<void>;
  readonly #clock: Clock;
  readonly #settings: Required<DrainOptions>;
  readonly #start: Backoff;
  readonly #retry: Backoff;
  readonly #bucket: TokenBucket;
  readonly #unlisten: Cancel;
  /** By sequence, in the order of sending: when to send again, or undefined while `send` is under way. */
  readonly #onTheWay = new Map<number, number | undefined>();
  #state: "offline" | "starting" | "online" | "closed" = "offline";
  #pumping = false;
  #again = false;
  #wake: Cancel | undefined;
  #startTimer: Cancel | undefined;
  #timeout: Cancel | undefined;
  #holdUntilMs = 0;

  /**
   * @param send resolves when the broker acknowledged the record (PUBACK), and rejects when it did not, at the
   * latest when the connection ends.
   */
  constructor(
    outbox: Outbox,
    clock: Clock,
    send: (record: OutboxRecord) => Promise<void>,
    options: DrainOptions,
  ) {
    this.#settings = { ...defaults, ...options };
    const { window, ratePerSecond, spread } = this.#settings;
    if (!(window >= 50)) throw new RangeError(`a window below 50 starves a slow link: ${window}`);
    this.#outbox = outbox;
    this.#send = send;
    this.#clock = clock;
    // Equal base and cap make every draw an even one over the whole spread (full jitter).
    this.#start = new Backoff(`${outbox.device} drain`, { base: spread, cap: spread });
    this.#retry = new Backoff(`${outbox.device} retry`, { base: milliseconds(500), cap: seconds(30) });
    this.#bucket = new TokenBucket(clock, ratePerSecond, window);
    this.#unlisten = outbox.onWaiting(() => this.#pump());
  }

  /** Records that were sent and not yet delivered. */
  get onTheWay(): number {
    return this.#onTheWay.size;
  }

  /** Tells the state of the link: fit for `Link.onState`. */
  setConnected(connected: boolean): void {
    if (this.#state === "closed" || connected !== (this.#state === "offline")) return;
    this.#startTimer?.();
    this.#state = connected ? "starting" : "offline";
    if (!connected) return;
    this.#retry.reset();
    this.#holdUntilMs = 0;
    this.#startTimer = this.#clock.after(this.#start.next(), () => {
      this.#state = "online";
      this.#pump();
    });
  }

  /** Whoever stores the records has these: they are released. One of another epoch is none of ours. */
  receipt({ epoch, stored }: Receipt): void {
    if (epoch !== this.#outbox.epoch) return;
    for (const [from, to] of stored) {
      this.#outbox.release(from, to);
      for (const [sequence, dueMs] of this.#onTheWay)
        if (sequence >= from && sequence <= to && dueMs !== undefined) this.#onTheWay.delete(sequence);
    }
    this.#pump();
  }

  /** Stops sending. What is on its way waits again, for the next drain or the next life. */
  close(): void {
    this.#state = "closed";
    this.#unlisten();
    for (const cancel of [this.#wake, this.#startTimer, this.#timeout]) cancel?.();
    for (const sequence of this.#onTheWay.keys()) this.#outbox.giveBack(sequence);
    this.#onTheWay.clear();
  }

  #pump(): void {
    this.#again = true;
    if (!this.#pumping) void this.#fill();
  }

  async #fill(): Promise<void> {
    this.#pumping = true;
    while (this.#again) {
      this.#again = false;
      while (this.#maySend()) {
        const record = await this.#outbox.take();
        if (record === undefined) break;
        if (this.#state === "online") this.#dispatch(record);
        else this.#outbox.giveBack(record.sequence);
      }
    }
    this.#pumping = false;
  }

  #maySend(): boolean {
    if (this.#state !== "online" || this.#outbox.waiting === 0) return false;
    const heldMs = this.#holdUntilMs - this.#clock.now();
    if (heldMs > 0) return this.#wakeIn(heldMs);
    if (this.#windowIsFull()) return false;
    return this.#bucket.take() || this.#wakeIn(this.#bucket.waitMs(tokensPerWait));
  }

  #windowIsFull(): boolean {
    // A medium that takes no writes forgets deliveries at the next start, whatever is done here.
    const unwritten = this.#outbox.isFailing ? 0 : this.#outbox.unwrittenDeliveries;
    const full = this.#onTheWay.size + unwritten >= this.#settings.window;
    if (full && unwritten >= this.#onTheWay.size) void this.#outbox.flush();
    return full;
  }

  #dispatch(record: OutboxRecord): void {
    const { sequence } = record;
    this.#onTheWay.set(sequence, undefined);
    this.#send(record).then(
      () => this.#acknowledged(sequence),
      () => this.#failed(sequence),
    );
  }

  #acknowledged(sequence: number): void {
    this.#retry.reset();
    this.#onTheWay.delete(sequence);
    if (this.#settings.receipts === "puback") this.#outbox.release(sequence);
    else if (this.#state !== "closed" && this.#outbox.isTaken(sequence)) {
      this.#onTheWay.set(sequence, this.#clock.now() + this.#settings.receiptTimeout);
      this.#watchReceipts();
    }
    this.#pump();
  }

  #failed(sequence: number): void {
    if (!this.#onTheWay.delete(sequence)) return;
    const nowMs = this.#clock.now();
    // One wait for all that fail together.
    if (nowMs >= this.#holdUntilMs) this.#holdUntilMs = nowMs + this.#retry.next();
    this.#outbox.giveBack(sequence);
  }

  #watchReceipts(): void {
    const dueMs = [...this.#onTheWay.values()].find((due) => due !== undefined);
    if (dueMs === undefined || this.#timeout !== undefined) return;
    const wait = milliseconds(Math.max(0, dueMs - this.#clock.now()));
    this.#timeout = this.#clock.after(wait, () => {
      this.#timeout = undefined;
      this.#sendAgain();
      this.#watchReceipts();
    });
  }

  #sendAgain(): void {
    for (const [sequence, dueMs] of this.#onTheWay) {
      if (dueMs === undefined || dueMs > this.#clock.now()) continue;
      this.#onTheWay.delete(sequence);
      this.#outbox.giveBack(sequence);
    }
  }

  /** @returns false, for the caller to pass on: nothing may be sent before that. */
  #wakeIn(waitMs: number): false {
    this.#wake ??= this.#clock.after(milliseconds(waitMs), () => {
      this.#wake = undefined;
      this.#pump();
    });
    return false;
  }
}
