import type { SequenceRange } from "#firmware/outbox/removals.ts";

/** A set of sequence numbers from 1, held as ranges: a stream that comes nearly in order takes next to no memory. */
export class SequenceSet {
  /** Disjoint, not adjacent, rising. */
  readonly #ranges: { first: number; last: number }[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** How many numbers from 1 to the highest are not in the set. */
  get missing(): number {
    return (this.#ranges.at(-1)?.last ?? 0) - this.#size;
  }

  /** Takes the lowest ranges out of the set, at most `count`; both ends of a range belong to it. */
  take(count: number): SequenceRange[] {
    const taken = this.#ranges.splice(0, count).map(({ first, last }) => [first, last] as const);
    for (const [first, last] of taken) this.#size -= last - first + 1;
    return taken;
  }

  has(sequence: number): boolean {
    const range = this.#ranges[this.#after(sequence) - 1];
    return range !== undefined && sequence <= range.last;
  }

  /** @returns false when it was there already. */
  add(sequence: number): boolean {
    const index = this.#after(sequence);
    const below = this.#ranges[index - 1];
    const above = this.#ranges[index];
    if (below !== undefined && sequence <= below.last) return false;
    this.#size += 1;
    const joinsBelow = below !== undefined && below.last === sequence - 1;
    const joinsAbove = above !== undefined && above.first === sequence + 1;
    if (joinsBelow && joinsAbove) {
      below.last = above.last;
      this.#ranges.splice(index, 1);
    } else if (joinsBelow) below.last = sequence;
    else if (joinsAbove) above.first = sequence;
    else this.#ranges.splice(index, 0, { first: sequence, last: sequence });
    return true;
  }

  /** Index of the first range that begins after `sequence`. */
  #after(sequence: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ranges[middle]!.first <= sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
