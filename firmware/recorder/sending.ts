import { type Duration, minutes, seconds } from "#devices/duration.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";
import type { FlightPiece } from "#devices/wire.ts";

/**
 * As JSON some 11 KB: what is urgent waits behind one at most, which is two seconds of a modem of 50 kbit/s, and no broker
 * finds it too long.
 */
const pieceBytes = 8 << 10;
/** After each piece: at most 160 KiB/s, so that records and commands always find a gap. */
const pause: Duration = seconds(0.05);
const retryPause: Duration = seconds(10);
/** So long a connection may be gone. */
const patience: Duration = minutes(10);

export interface SendingListener {
  readonly publish: (piece: FlightPiece) => Promise<void>;
  /** @param missing bytes at the end that nobody got, when it was given up */
  readonly onEnd: (missing: number) => void;
}

/** A flight record on its way: one piece after the other, each until the broker has it. */
export class Sending {
  readonly #clock: Clock;
  readonly #file: string;
  readonly #bytes: Uint8Array;
  readonly #listener: SendingListener;
  #offset = 0;
  #triedSinceMs: number | undefined;
  #isOver = false;
  #cancel: Cancel;

  constructor(clock: Clock, file: string, bytes: Uint8Array, listener: SendingListener) {
    this.#clock = clock;
    this.#file = file;
    this.#bytes = bytes;
    this.#listener = listener;
    this.#cancel = clock.after(pause, () => this.#sendNext());
  }

  close(): void {
    this.#isOver = true;
    this.#cancel();
  }

  #sendNext(): void {
    const piece = this.#bytes.subarray(this.#offset, this.#offset + pieceBytes);
    const { buffer, byteOffset, length } = piece;
    this.#triedSinceMs ??= this.#clock.now();
    this.#listener
      .publish({
        ...{ file: this.#file, bytes: this.#bytes.length, offset: this.#offset },
        data: Buffer.from(buffer, byteOffset, length).toString("base64"),
      })
      .then(
        () => this.#sent(length),
        () => this.#failed(),
      );
  }

  #sent(length: number): void {
    if (this.#isOver) return;
    this.#offset += length;
    this.#triedSinceMs = undefined;
    if (this.#offset === this.#bytes.length) this.#end();
    else this.#cancel = this.#clock.after(pause, () => this.#sendNext());
  }

  #failed(): void {
    if (this.#isOver) return;
    if (this.#clock.now() - this.#triedSinceMs! >= patience) this.#end();
    else this.#cancel = this.#clock.after(retryPause, () => this.#sendNext());
  }

  #end(): void {
    this.#isOver = true;
    this.#listener.onEnd(this.#bytes.length - this.#offset);
  }
}
