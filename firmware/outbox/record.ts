import type { RecordClass } from "#devices/furniture/vocabulary.ts";

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
