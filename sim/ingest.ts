import type { Cancel } from "#devices/ports/clock.ts";
import type { Link, Message } from "#devices/ports/link.ts";
import { addressOf, unitTopics, type WireRecord } from "#devices/wire.ts";
import type { Receipt } from "#firmware/outbox/receipt.ts";
import { SequenceSet } from "./sequence-set.ts";

/** Keeps a record for good. The receipt goes out when it resolved; when it rejects, the unit will send it again. */
export type Keep = (record: WireRecord, message: Message) => void | Promise<void>;

export interface Tally {
  /** Records kept, each once. */
  readonly delivered: number;
  /** Copies dropped. */
  readonly duplicated: number;
  /** Sequence numbers up to the highest that have not come: on their way, dropped by the unit to save space, or lost. */
  readonly gaps: number;
}

/** The records of one outbox: a device's, since it was last given a new store. */
interface Stream {
  readonly kept: SequenceSet;
  readonly keeping: Set<number>;
  duplicated: number;
}

/** Longer than any record a unit writes. */
const payloadBytesMax = 65_536;
/** Ranges in one receipt. */
const receiptLengthMax = 1_000;
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * The city's side: stores each record of every unit once, whatever the link repeats, and tells the unit so. Delivery
 * is at least once; device, epoch and sequence make it exactly once here.
 */
export class Ingest {
  readonly #link: Link;
  readonly #keep: Keep;
  readonly #cancel: Cancel;
  /** By device, then by epoch. */
  readonly #streams = new Map<string, Map<string, Stream>>();
  readonly #receipts = new Map<string, Receipts>();
  #refused = 0;
  #lastRefusal: string | undefined;

  constructor(link: Link, keep: Keep) {
    this.#link = link;
    this.#keep = keep;
    this.#cancel = link.subscribe("plinth/+/+/record/+", (message) => this.#take(message));
  }

  get devices(): string[] {
    return [...this.#streams.keys()];
  }

  /** Messages that were no records, or could not be kept. */
  get refused(): number {
    return this.#refused;
  }

  /** Which message was refused last, and why. */
  get lastRefusal(): string | undefined {
    return this.#lastRefusal;
  }

  /** Of one device over all its epochs, or of all devices. */
  tally(device?: string): Tally {
    const devices =
      device === undefined ? [...this.#streams.values()] : [this.#streams.get(device) ?? new Map()];
    const total = { delivered: 0, duplicated: 0, gaps: 0 };
    for (const epochs of devices)
      for (const { kept, duplicated } of epochs.values()) {
        total.delivered += kept.size;
        total.duplicated += duplicated;
        total.gaps += kept.missing;
      }
    return total;
  }

  /** Takes no more records. The link stays open: it is its owner's. */
  close(): void {
    this.#cancel();
  }

  #take(message: Message): void {
    const record = parseRecord(message);
    if (typeof record === "string") {
      this.#refuse(message, record);
      return;
    }
    const stream = this.#streamOf(record);
    const { sequence } = record;
    if (stream.keeping.has(sequence) || stream.kept.has(sequence)) {
      stream.duplicated += 1;
      // Its receipt was lost, or the unit would not send it again.
      if (!stream.keeping.has(sequence)) this.#acknowledge(message.topic, record);
      return;
    }
    stream.keeping.add(sequence);
    const kept = () => {
      stream.keeping.delete(sequence);
      stream.kept.add(sequence);
      this.#acknowledge(message.topic, record);
    };
    const failed = (error: unknown) => {
      stream.keeping.delete(sequence);
      this.#refuse(message, `it could not be kept: ${error instanceof Error ? error.message : error}`);
    };
    this.#store(record, message, kept, failed);
  }

  #store(record: WireRecord, message: Message, kept: () => void, failed: (error: unknown) => void): void {
    try {
      const work = this.#keep(record, message);
      if (work === undefined) kept();
      else work.then(kept, failed);
    } catch (error) {
      failed(error);
    }
  }

  #streamOf({ device, epoch }: WireRecord): Stream {
    const epochs = ensure(this.#streams, device, () => new Map<string, Stream>());
    return ensure(epochs, epoch, () => ({ kept: new SequenceSet(), keeping: new Set(), duplicated: 0 }));
  }

  #acknowledge(topic: string, { epoch, sequence }: WireRecord): void {
    const { site, unit } = addressOf(topic)!;
    const to = unitTopics(site, unit).receipt;
    ensure(this.#receipts, to, () => new Receipts(this.#link, to)).add(epoch, sequence);
  }

  #refuse({ topic }: Message, reason: string): void {
    this.#refused += 1;
    this.#lastRefusal = `${topic}: ${reason}`;
  }
}

/** Receipts to one unit: one message at a time is on its way, and what is stored meanwhile goes with the next. */
class Receipts {
  readonly #link: Link;
  readonly #topic: string;
  readonly #waiting = new Map<string, SequenceSet>();
  #sending = false;

  constructor(link: Link, topic: string) {
    this.#link = link;
    this.#topic = topic;
  }

  add(epoch: string, sequence: number): void {
    ensure(this.#waiting, epoch, () => new SequenceSet()).add(sequence);
    if (!this.#sending) void this.#send();
  }

  /** What the link does not take is forgotten: the unit sends those records again, and gets another receipt. */
  async #send(): Promise<void> {
    this.#sending = true;
    for (let next = this.#next(); next !== undefined; next = this.#next())
      await this.#link.publish(this.#topic, JSON.stringify(next)).catch(() => {});
    this.#sending = false;
  }

  #next(): Receipt | undefined {
    for (const [epoch, waiting] of this.#waiting) {
      const stored = waiting.take(receiptLengthMax);
      if (waiting.size === 0) this.#waiting.delete(epoch);
      return { epoch, stored };
    }
    return undefined;
  }
}

/** The value of a key, made when there is none yet. */
function ensure<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

/** The record, or what is wrong with it. */
function parseRecord({ topic, payload }: Message): WireRecord | string {
  if (payload.length > payloadBytesMax) return `${payload.length} bytes, at most ${payloadBytesMax}`;
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(payload));
  } catch (error) {
    return `no JSON: ${(error as Error).message}`;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "no JSON object";
  const { device, epoch, sequence } = value as Partial<Record<keyof WireRecord, unknown>>;
  const { site, unit } = addressOf(topic)!;
  // Brokers authorise by topic: nobody writes into the stream of another unit.
  if (device !== `${site}/${unit}`) return `device is not ${site}/${unit}`;
  if (typeof epoch !== "string" || !/^[0-9a-f]{16}$/.test(epoch)) return "epoch is not 16 hexadecimal digits";
  if (!Number.isSafeInteger(sequence) || (sequence as number) < 1)
    return "sequence is not a whole number from 1";
  return value as WireRecord;
}
