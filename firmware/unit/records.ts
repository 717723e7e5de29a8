import type { RecordClass } from "#devices/furniture/vocabulary.ts";
import type { Clock } from "#devices/ports/clock.ts";
import type { Link } from "#devices/ports/link.ts";
import type { Store } from "#devices/ports/store.ts";
import { type RecordBody, type RecordTime, unitTopics } from "#devices/wire.ts";
import type { UnitConfig } from "../config.ts";
import type { Journal } from "../journal.ts";
import { Drain } from "../outbox/drain.ts";
import { Outbox } from "../outbox/outbox.ts";
import { parseReceipt } from "../outbox/receipt.ts";
import type { OutboxRecord } from "../outbox/record.ts";
import { MemoryStore } from "../ports/memory-store.ts";

/** A receipt that lists a week's ranges fits; anything longer is not one. */
const receiptBytesMax = 65_536;
/** Of a board with half a gigabyte of memory, and a day of a streetlight's records. */
const memoryBytesMax = 4 << 20;

export interface RecordStats {
  /** Durable in this epoch since it began. */
  readonly made: number;
  readonly waiting: number;
  readonly dropped: number;
  readonly superseded: number;
  readonly rejected: number;
  readonly bytesOnMedium: number;
}

/** What a unit has to tell, on its way through the outbox: stamped with time and boot, kept, and sent in order of priority. */
export class Records {
  readonly #outbox: Outbox;
  readonly #clock: Clock;
  readonly #boot: number;
  readonly #config: UnitConfig;
  readonly #journal: Journal;
  #drain: Drain | undefined;
  /** Why the last record was not kept: told once, not with every record. */
  #trouble: string | undefined;

  private constructor(outbox: Outbox, clock: Clock, boot: number, config: UnitConfig, journal: Journal) {
    this.#outbox = outbox;
    this.#clock = clock;
    this.#boot = boot;
    this.#config = config;
    this.#journal = journal;
  }

  /**
   * A store that cannot be opened is told, and records are kept in memory: as long as the link works they still
   * reach the city, and whatever else the unit does goes on.
   */
  static async open(
    config: UnitConfig,
    store: Store,
    clock: Clock,
    boot: number,
    { journal, newEpoch }: { readonly journal: Journal; readonly newEpoch: () => string },
  ): Promise<Records> {
    const identity = { device: `${config.site}/${config.unit}`, epoch: newEpoch() };
    const outbox = await Outbox.open(store, clock, identity).catch((error: Error) => {
      journal({ type: "trouble", what: `records are kept in memory only: ${error.message}` });
      return Outbox.open(new MemoryStore(), clock, { ...identity, maxBytes: memoryBytesMax });
    });
    return new Records(outbox, clock, boot, config, journal);
  }

  /** Takes a record; the journal hears of it once it is durable. Resolves with true when it is, false when it never will be. */
  add(recordClass: RecordClass, body: RecordBody, key?: string): Promise<boolean> {
    const time: RecordTime = {
      wall: this.#clock.wall() ?? null,
      clock: this.#clock.wallQuality,
      uptime: this.#clock.now(),
      boot: this.#boot,
    };
    return this.#outbox.append(recordClass, JSON.stringify({ time, body }), key).then(
      (sequence) => {
        this.#trouble = undefined;
        this.#journal({ type: "record", epoch: this.#outbox.epoch, sequence, body });
        return true;
      },
      (error: Error) => {
        if (error.message !== this.#trouble) this.#journal({ type: "trouble", what: error.message });
        this.#trouble = error.message;
        return false;
      },
    );
  }

  /** Sends what waits, now and from now on, whenever the link is up. */
  drainInto(link: Link): void {
    const topics = unitTopics(this.#config.site, this.#config.unit);
    const send = (record: OutboxRecord) => link.publish(topics.record(record.recordClass), onTheWire(record));
    const drain = new Drain(this.#outbox, this.#clock, send, { receipts: this.#config.receipts });
    this.#drain = drain;
    link.onState((connected) => drain.setConnected(connected));
  }

  receipt(payload: Uint8Array): void {
    try {
      if (payload.length > receiptBytesMax)
        throw new Error(`a receipt of ${payload.length} bytes is too long`);
      this.#drain?.receipt(parseReceipt(new TextDecoder().decode(payload)));
    } catch (error) {
      this.#journal({ type: "trouble", what: error instanceof Error ? error.message : String(error) });
    }
  }

  stats(): RecordStats {
    const { next, waiting, taken, dropped, superseded, rejected, bytesOnMedium } = this.#outbox.stats();
    const total = (counts: Readonly<Record<RecordClass, number>>) =>
      Object.values(counts).reduce((sum, count) => sum + count, 0);
    return {
      made: next - 1,
      waiting: total(waiting) + total(taken),
      dropped: total(dropped),
      superseded,
      rejected,
      bytesOnMedium,
    };
  }

  /** Makes durable what is not yet, and stops sending: the rest waits for the next life. */
  async close(): Promise<void> {
    this.#drain?.close();
    await this.#outbox.close();
  }
}

/** The outbox keeps `{"time":…,"body":…}`; the envelope goes in front, without parsing it again. */
function onTheWire({ device, epoch, sequence, body }: OutboxRecord): string {
  return `{"device":${JSON.stringify(device)},"epoch":"${epoch}","sequence":${sequence},${body.slice(1)}`;
}
