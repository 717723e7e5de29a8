import { type Duration, minutes, seconds } from "#devices/duration.ts";
import { longestFrame } from "./inventory.ts";

export interface OutboxOptions {
  /** The unit's name in the fleet; it goes into every record. */
  readonly device: string;
  /** A fresh random epoch, 16 hexadecimal digits: used when the store holds no outbox that can be read. */
  readonly epoch: string;
  /** What the outbox may take on the medium: 64 MiB unless said otherwise, at least six segments. */
  readonly maxBytes?: number;
  /** 256 KiB unless said otherwise. No record is longer than an eighth of it. */
  readonly segmentBytes?: number;
  /** How long a record may wait for company before it is made durable: 1 s unless said otherwise. */
  readonly commitWindow?: Duration;
  /** So many waiting records are company enough: 64 unless said otherwise. */
  readonly commitRecords?: number;
  /**
   * How long a delivery may stay unwritten (a power cut then repeats it) when no commit comes by that could take it
   * along: 5 min unless said otherwise.
   */
  readonly deliveryWindow?: Duration;
  /** So many unwritten deliveries are written at once: 32 unless said otherwise. */
  readonly deliveryRecords?: number;
}

export const defaults = {
  maxBytes: 64 << 20,
  segmentBytes: 256 << 10,
  commitWindow: seconds(1),
  commitRecords: 64,
  deliveryWindow: minutes(5),
  deliveryRecords: 32,
};

export type Settings = Required<OutboxOptions>;

/** RangeError that says which option is wrong, and what it must be. */
export function checkOptions({ epoch, maxBytes, segmentBytes }: Settings): void {
  if (!/^[0-9a-f]{16}$/.test(epoch))
    throw new RangeError(`an epoch is 16 hexadecimal digits in lower case, not "${epoch}"`);
  if (segmentBytes % 4096 !== 0 || segmentBytes < 8192)
    throw new RangeError(`segmentBytes is a multiple of 4096, 8192 or more, not ${segmentBytes}`);
  if (maxBytes < 6 * segmentBytes)
    throw new RangeError(
      `maxBytes must hold six segments of ${segmentBytes} bytes, and ${maxBytes} does not`,
    );
}

/** RangeError when a frame of `length` bytes cannot be kept. */
export function checkLength(length: number, segmentBytes: number): void {
  const limit = longestFrame(segmentBytes);
  if (length > limit)
    throw new RangeError(
      `a record of ${length} bytes with its header is too long: segments of ${segmentBytes} bytes take ${limit} ` +
        "at most. Split it, or open the outbox with a larger segmentBytes.",
    );
}
