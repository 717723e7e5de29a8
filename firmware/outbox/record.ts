/** In order of priority: what goes first, and what is kept longest. */
export const recordClasses = ["alarm", "meter", "event", "state", "series"] as const;

/**
 * How a record is treated when links and space are short. `alarm` and `meter` (counters that somebody is billed
 * by) are never dropped; of a `state` only the newest per key is worth delivering; a `series` may be thinned.
 */
export type RecordClass = (typeof recordClasses)[number];

/** One record as it is delivered. Device, epoch and sequence together name it once in the whole fleet. */
export interface OutboxRecord {
  readonly device: string;
  /** 16 hexadecimal digits, drawn when the outbox was first used: sequences of two epochs are not related. */
  readonly epoch: string;
  readonly sequence: number;
  readonly recordClass: RecordClass;
  readonly key: string | undefined;
  readonly body: string;
}
