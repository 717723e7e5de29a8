import { Block } from "./block.ts";
import type { FlightEvent } from "./event.ts";

/** So many blocks share the bound: the record loses its oldest part in steps of that size. */
const blocksMax = 64;
/** Of the bound, what the beginning of the life may take: there the parts were looked for and configured. */
const headShare = 1 / 8;
const blockBytesMin = 1024;

/** A block, and what was known when it began. */
export interface Kept<Knowledge> {
  readonly block: Block;
  readonly known: Knowledge;
  /** Of what was known, bytes. */
  readonly knownBytes: number;
}

/**
 * The last events of a life, and its first: blocks, of which the oldest after the beginning goes when space is short.
 */
export class Ring<Knowledge> {
  readonly #know: () => Knowledge;
  readonly #sizeOf: (known: Knowledge) => number;
  readonly #maxBytes: number;
  readonly #head: Kept<Knowledge>[] = [];
  readonly #tail: Kept<Knowledge>[] = [];
  /** Of sealed blocks and of what was known when they began. */
  #headBytes = 0;
  #tailBytes = 0;
  #open: Kept<Knowledge> | undefined;
  #lostBlocks = 0;
  #lostEvents = 0;
  readonly #events = new Map<Block, number>();

  /**
   * @param maxBytes of memory, for all blocks
   * @param know what is known now, for a block that begins
   * @param sizeOf how much memory that takes, bytes
   */
  constructor(maxBytes: number, know: () => Knowledge, sizeOf: (known: Knowledge) => number = () => 0) {
    if (!(maxBytes >= blocksMax * blockBytesMin))
      throw new RangeError(`a recorder needs ${blocksMax * blockBytesMin} bytes, and ${maxBytes} are less`);
    this.#maxBytes = maxBytes;
    this.#know = know;
    this.#sizeOf = sizeOf;
  }

  /** Bytes that it holds: an open block counts whole. */
  get bytes(): number {
    return this.#headBytes + this.#tailBytes + (this.#open ? this.#blockBytes + this.#open.knownBytes : 0);
  }

  get lostEvents(): number {
    return this.#lostEvents;
  }

  /** From the beginning of the life on; null stands for what was lost. */
  get blocks(): readonly (Kept<Knowledge> | null)[] {
    const gap = this.#lostBlocks > 0 ? [null] : [];
    return [...this.#head, ...gap, ...this.#tail, ...(this.#open ? [this.#open] : [])];
  }

  add(event: FlightEvent): void {
    this.#open ??= this.#begin(event.atMs);
    if (!this.#open.block.add(event)) {
      this.#close(this.#open);
      this.#open = this.#begin(event.atMs);
      this.#open.block.add(event);
    }
    const { block } = this.#open;
    this.#events.set(block, (this.#events.get(block) ?? 0) + 1);
  }

  get #blockBytes(): number {
    return Math.floor(this.#maxBytes / blocksMax);
  }

  #begin(atMs: number): Kept<Knowledge> {
    const known = this.#know();
    return { block: new Block(atMs, this.#blockBytes), known, knownBytes: this.#sizeOf(known) };
  }

  #close(kept: Kept<Knowledge>): void {
    kept.block.seal();
    const bytes = this.#weight(kept);
    if (this.#tail.length === 0 && this.#headBytes + bytes <= this.#maxBytes * headShare) {
      this.#head.push(kept);
      this.#headBytes += bytes;
      return;
    }
    this.#tail.push(kept);
    this.#tailBytes += bytes;
    while (this.#tail.length > 0 && this.bytes > this.#maxBytes) this.#lose();
  }

  #lose(): void {
    const lost = this.#tail.shift()!;
    this.#tailBytes -= this.#weight(lost);
    this.#lostBlocks++;
    this.#lostEvents += this.#events.get(lost.block) ?? 0;
    this.#events.delete(lost.block);
  }

  #weight({ block, knownBytes }: Kept<Knowledge>): number {
    return block.length + knownBytes;
  }
}
