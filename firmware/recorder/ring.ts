import { deflateSync, inflateSync } from "node:zlib";
import { Block, readBlock } from "./block.ts";
import type { FlightEvent } from "./event.ts";
import { afterEvent, type Knowledge } from "./knowledge.ts";

/** Before it is deflated: that takes a fraction of a millisecond at a time, and no unit may stand still for longer. */
const blockBytes = 16 << 10;
/** The fastest: the others make it a tenth smaller, in several times the time. */
const level = 1;
/** Of the bound, what the beginning of the life may take: there the parts were looked for and configured. */
const headShare = 1 / 32;
const blocksMin = 8;

/** A block that is written no more. */
export interface Sealed {
  readonly startMs: number;
  readonly events: number;
  /** Deflated (RFC 1950). */
  readonly bytes: Uint8Array;
}

/** What a ring holds: from the beginning of the life, and, where something is lost in between, the rest. */
export interface Contents {
  readonly head: readonly Sealed[];
  readonly tail?: { readonly known: Knowledge; readonly blocks: readonly Sealed[] };
  readonly lostEvents: number;
}

/**
 * The last events of a life, and its first, deflated: blocks, of which the oldest after the beginning goes when space is
 * short.
 */
export class Ring {
  readonly #maxBytes: number;
  readonly #know: () => Knowledge;
  readonly #head: Sealed[] = [];
  readonly #tail: Sealed[] = [];
  #headBytes = 0;
  #tailBytes = 0;
  #open: Block | undefined;
  #lostEvents = 0;
  /** What was known when the oldest block of the tail began. */
  #tailKnown: Knowledge | undefined;

  /**
   * @param maxBytes of memory, for all blocks
   * @param know what is known now of the unit's surroundings
   */
  constructor(maxBytes: number, know: () => Knowledge) {
    if (!(maxBytes >= blocksMin * blockBytes))
      throw new RangeError(`a recorder needs ${blocksMin * blockBytes} bytes, and ${maxBytes} are less`);
    this.#maxBytes = maxBytes;
    this.#know = know;
  }

  /** Bytes that it holds. */
  get bytes(): number {
    return this.#headBytes + this.#tailBytes + (this.#open?.capacity ?? 0);
  }

  get lostEvents(): number {
    return this.#lostEvents;
  }

  get contents(): Contents {
    const last = this.#open ? [sealed(this.#open)] : [];
    const blocks = [...this.#tail, ...last];
    if (this.#lostEvents === 0) return { head: [...this.#head, ...blocks], lostEvents: 0 };
    return { head: this.#head, tail: { known: this.#tailKnown!, blocks }, lostEvents: this.#lostEvents };
  }

  add(event: FlightEvent): void {
    this.#open ??= new Block(event.atMs, blockBytes);
    if (this.#open.add(event)) return;
    this.#close(this.#open);
    this.#open = new Block(event.atMs, blockBytes);
    this.#open.add(event);
  }

  #close(block: Block): void {
    const closed = sealed(block);
    const fits = this.#headBytes + closed.bytes.length <= this.#maxBytes * headShare;
    if (this.#tailKnown === undefined && (fits || this.#head.length === 0)) {
      this.#head.push(closed);
      this.#headBytes += closed.bytes.length;
      return;
    }
    this.#tailKnown ??= this.#know();
    this.#tail.push(closed);
    this.#tailBytes += closed.bytes.length;
    while (this.#tail.length > 0 && this.bytes > this.#maxBytes) this.#lose();
  }

  #lose(): void {
    const lost = this.#tail.shift()!;
    this.#tailBytes -= lost.bytes.length;
    this.#lostEvents += lost.events;
    this.#tailKnown = readBlock(lost.startMs, inflateSync(lost.bytes)).reduce(afterEvent, this.#tailKnown!);
  }
}

const sealed = (block: Block): Sealed => ({
  ...{ startMs: block.startMs, events: block.events },
  bytes: deflateSync(block.bytes, { level }),
});
