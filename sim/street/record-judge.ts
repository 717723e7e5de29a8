import type { Furniture } from "#devices/furniture/vocabulary.ts";
import type { RecordBody } from "#devices/wire.ts";
import { SequenceSet } from "../sequence-set.ts";

/** Where the records of one unit are. Each of those made is in exactly one of the other places. */
export interface RecordScore {
  /** Durable at the unit at some time. */
  readonly made: number;
  /** Stored in the city, each once. */
  readonly delivered: number;
  /** Not in the city, but on the unit's medium: a next life would send it. */
  readonly waiting: number;
  /** In neither place, and of no use to anybody: a newer state of the same thing is in one of them. */
  readonly superseded: number;
  /** The rest. */
  readonly lost: number;
}

/** One outbox: numbered without gaps since it was given a new store. */
interface Stream {
  highest: number;
  readonly stored: SequenceSet;
  /** Undelivered states by what they are the state of, and the newest of each. */
  readonly states: Map<number, string>;
  readonly newest: Map<string, number>;
}

/**
 * Counts the records of one unit by what it heard, what the city stored and what the medium holds: never by what the
 * unit says of itself. A number that was given to no record anybody saw counts as lost.
 */
export class RecordJudge {
  readonly #declaration: Furniture;
  readonly #streams = new Map<string, Stream>();

  constructor(declaration: Furniture) {
    this.#declaration = declaration;
  }

  /** The unit said that the record is durable. */
  durable(epoch: string, sequence: number, body: RecordBody): void {
    const stream = this.#streamOf(epoch);
    stream.highest = Math.max(stream.highest, sequence);
    const key = stateOf(this.#declaration, body);
    if (key === undefined || stream.stored.has(sequence)) return;
    stream.states.set(sequence, key);
    stream.newest.set(key, Math.max(stream.newest.get(key) ?? 0, sequence));
  }

  /** The city has the record. */
  stored(epoch: string, sequence: number): void {
    const stream = this.#streamOf(epoch);
    stream.highest = Math.max(stream.highest, sequence);
    stream.stored.add(sequence);
    stream.states.delete(sequence);
  }

  /** @param held what is on the unit's medium: `epoch` and `sequence` of each record. */
  score(held: readonly { readonly epoch: string; readonly sequence: number }[]): RecordScore {
    const total = { made: 0, delivered: 0, waiting: 0, superseded: 0, lost: 0 };
    for (const { epoch, sequence } of held) {
      const stream = this.#streamOf(epoch);
      stream.highest = Math.max(stream.highest, sequence);
    }
    for (const [epoch, { highest, stored, states, newest }] of this.#streams) {
      const own = held.filter((record) => record.epoch === epoch);
      const waiting = new Set(own.map(({ sequence }) => sequence).filter((each) => !stored.has(each)));
      const safe = (sequence: number) => stored.has(sequence) || waiting.has(sequence);
      const superseded = [...states].filter(([sequence, key]) => {
        const last = newest.get(key)!;
        return !safe(sequence) && last > sequence && safe(last);
      }).length;
      total.made += highest;
      total.delivered += stored.size;
      total.waiting += waiting.size;
      total.superseded += superseded;
      total.lost += highest - stored.size - waiting.size - superseded;
    }
    return total;
  }

  #streamOf(epoch: string): Stream {
    const stream = this.#streams.get(epoch) ?? {
      highest: 0,
      stored: new SequenceSet(),
      states: new Map(),
      newest: new Map(),
    };
    this.#streams.set(epoch, stream);
    return stream;
  }
}

/** What a record is the state of; undefined for one that no newer record makes worthless. */
function stateOf({ telemetry }: Furniture, body: RecordBody): string | undefined {
  if (body.type === "actuator") return `actuator ${body.name}`;
  const isState = body.type === "measurement" && telemetry[body.name]?.recordClass === "state";
  return isState ? body.name : undefined;
}
