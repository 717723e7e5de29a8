import type { Random } from "../world/random.ts";

/** What a medium writes as a whole, or tears: a disk's and an SD card's logical block. */
export const sectorBytes = 512;

/**
 * The bytes of one file as a page cache and a medium hold them: zeros until written, allocated sector by sector,
 * and for each sector written since the last sync what the medium still holds.
 */
export class SparseBytes {
  readonly size: number;
  readonly #sectors = new Map<number, Uint8Array>();
  /** On the medium, by sector: before the first write since the last sync. */
  readonly #before = new Map<number, Uint8Array>();
  /** Sectors of a sync that failed: clean for the kernel, and never written. */
  readonly #forsaken = new Map<number, Uint8Array>();

  constructor(size: number) {
    this.size = size;
  }

  read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    eachSector(offset, length, (sector, from, at, count) => {
      const source = this.#sectors.get(sector);
      if (source !== undefined) bytes.set(source.subarray(from, from + count), at);
    });
    return bytes;
  }

  write(offset: number, bytes: Uint8Array): void {
    eachSector(offset, bytes.length, (sector, from, at, count) => {
      const target = this.#sectors.get(sector) ?? new Uint8Array(sectorBytes);
      if (!this.#before.has(sector)) {
        this.#before.set(sector, this.#forsaken.get(sector) ?? target.slice());
        this.#forsaken.delete(sector);
      }
      target.set(bytes.subarray(at, at + count), from);
      this.#sectors.set(sector, target);
    });
  }

  /** @returns the sectors that went to the medium. */
  sync(): number {
    const written = this.#before.size;
    this.#before.clear();
    return written;
  }

  /** The sync failed: what was to be written is dropped from the queue, and stays readable until the power goes. */
  forsake(): void {
    for (const [sector, bytes] of this.#before) this.#forsaken.set(sector, bytes);
    this.#before.clear();
  }

  cut(draw: Random): void {
    for (const pending of [this.#before, this.#forsaken]) {
      for (const [sector, before] of pending) this.#settle(sector, before, draw);
      pending.clear();
    }
  }

  corrupt(offset: number, mask: number): void {
    const sector = Math.floor(offset / sectorBytes);
    const bytes = this.#sectors.get(sector) ?? new Uint8Array(sectorBytes);
    bytes[offset % sectorBytes]! ^= mask;
    this.#sectors.set(sector, bytes);
  }

  clone(): SparseBytes {
    const copy = new SparseBytes(this.size);
    for (const [sector, bytes] of this.#sectors) copy.#sectors.set(sector, bytes.slice());
    for (const [sector, bytes] of this.#before) copy.#before.set(sector, bytes.slice());
    for (const [sector, bytes] of this.#forsaken) copy.#forsaken.set(sector, bytes.slice());
    return copy;
  }

  /** One third each: the new sector, the old one, or a mixture that breaks at any byte, from either end. */
  #settle(sector: number, before: Uint8Array, draw: Random): void {
    const fate = draw.integer(0, 2);
    if (fate === 0) return;
    const bytes = this.#sectors.get(sector)!;
    const edge = fate === 1 ? 0 : draw.integer(0, sectorBytes);
    if (fate === 1 || draw.chance(0.5)) bytes.set(before.subarray(edge), edge);
    else bytes.set(before.subarray(0, edge));
  }
}

function eachSector(
  offset: number,
  length: number,
  visit: (sector: number, from: number, at: number, count: number) => void,
): void {
  let at = 0;
  while (at < length) {
    const sector = Math.floor((offset + at) / sectorBytes);
    const from = (offset + at) % sectorBytes;
    const count = Math.min(sectorBytes - from, length - at);
    visit(sector, from, at, count);
    at += count;
  }
}
