/** Where a record lies in the log. */
export interface Location {
  readonly generation: number;
  readonly offset: number;
  readonly length: number;
}

const waiting = 1;
const taken = 2;
const gone = 0;

/**
 * The records of one class that are not yet removed, by rising sequence: 21 bytes each, the bodies stay on the
 * medium. A record waits, or was taken for delivery.
 */
export class Backlog {
  #sequences = new Float64Array(16);
  #generations = new Uint32Array(16);
  #offsets = new Uint32Array(16);
  #lengths = new Uint32Array(16);
  #states = new Uint8Array(16);
  #length = 0;
  /** All before it are gone. */
  #first = 0;
  /** No record before it waits. */
  #cursor = 0;
  #waiting = 0;
  #taken = 0;
  #bytes = 0;

  get waiting(): number {
    return this.#waiting;
  }

  get taken(): number {
    return this.#taken;
  }

  /** What the records take in the log. */
  get bytes(): number {
    return this.#bytes;
  }

  get oldest(): number | undefined {
    return this.#waiting + this.#taken === 0 ? undefined : this.#sequences[this.#first];
  }

  /** Call `sort` before anything else when a sequence was not above all that were pushed before. */
  push(sequence: number, location: Location): void {
    if (this.#length === this.#sequences.length) this.#resize();
    const at = this.#length++;
    this.#sequences[at] = sequence;
    this.#generations[at] = location.generation;
    this.#offsets[at] = location.offset;
    this.#lengths[at] = location.length;
    this.#states[at] = waiting;
    this.#waiting += 1;
    this.#bytes += location.length;
  }

  /** By sequence; of a sequence that was pushed twice the later location holds. */
  sort(): void {
    const order = new Uint32Array(this.#length).map((_, at) => at);
    order.sort((a, b) => this.#sequences[a]! - this.#sequences[b]! || a - b);
    const [sequences, generations] = [this.#sequences, this.#generations];
    const [offsets, lengths] = [this.#offsets, this.#lengths];
    this.#sequences = new Float64Array(sequences.length);
    this.#generations = new Uint32Array(sequences.length);
    this.#offsets = new Uint32Array(sequences.length);
    this.#lengths = new Uint32Array(sequences.length);
    this.#length = this.#waiting = this.#bytes = 0;
    order.forEach((from, index) => {
      if (sequences[from] === sequences[order[index + 1]!]) return;
      this.push(sequences[from]!, {
        generation: generations[from]!,
        offset: offsets[from]!,
        length: lengths[from]!,
      });
    });
  }

  /** The oldest record that waits; it no longer does. */
  take(): number | undefined {
    if (this.#waiting === 0) return undefined;
    while (this.#states[this.#cursor] !== waiting) this.#cursor += 1;
    this.#states[this.#cursor] = taken;
    this.#waiting -= 1;
    this.#taken += 1;
    return this.#sequences[this.#cursor];
  }

  /** Delivery failed: it waits again, in its old place. */
  giveBack(sequence: number): boolean {
    const at = this.#find(sequence);
    if (at < 0 || this.#states[at] !== taken) return false;
    this.#states[at] = waiting;
    this.#taken -= 1;
    this.#waiting += 1;
    this.#cursor = Math.min(this.#cursor, at);
    return true;
  }

  isTaken(sequence: number): boolean {
    const at = this.#find(sequence);
    return at >= 0 && this.#states[at] === taken;
  }

  remove(sequence: number): Location | undefined {
    const at = this.#find(sequence);
    if (at < 0) return undefined;
    const location = this.#location(at);
    if (this.#states[at] === waiting) this.#waiting -= 1;
    else this.#taken -= 1;
    this.#states[at] = gone;
    this.#bytes -= location.length;
    while (this.#first < this.#length && this.#states[this.#first] === gone) this.#first += 1;
    if (this.#first === this.#length) this.#length = this.#first = this.#cursor = 0;
    return location;
  }

  locate(sequence: number): Location | undefined {
    const at = this.#find(sequence);
    return at < 0 ? undefined : this.#location(at);
  }

  relocate(sequence: number, generation: number, offset: number): void {
    const at = this.#find(sequence);
    this.#generations[at] = generation;
    this.#offsets[at] = offset;
  }

  /** Sequences from `from` to `to`, both included. */
  within(from: number, to: number): number[] {
    return this.#select(this.#lowerBound(from), (at) => this.#sequences[at]! <= to);
  }

  /** The oldest `count` that wait. */
  oldestWaiting(count: number): number[] {
    let left = count;
    return this.#select(
      this.#cursor,
      () => left > 0,
      (at) => this.#states[at] === waiting && left-- > 0,
    );
  }

  inGeneration(generation: number): number[] {
    return this.#select(
      this.#first,
      () => true,
      (at) => this.#generations[at] === generation,
    );
  }

  /** Visits the generation of every record's segment. */
  eachGeneration(visit: (generation: number) => void): void {
    for (let at = this.#first; at < this.#length; at++)
      if (this.#states[at] !== gone) visit(this.#generations[at]!);
  }

  #select(first: number, proceed: (at: number) => boolean, choose: (at: number) => boolean = () => true) {
    const found: number[] = [];
    for (let at = first; at < this.#length && proceed(at); at++)
      if (this.#states[at] !== gone && choose(at)) found.push(this.#sequences[at]!);
    return found;
  }

  #location(at: number): Location {
    return {
      generation: this.#generations[at]!,
      offset: this.#offsets[at]!,
      length: this.#lengths[at]!,
    };
  }

  #find(sequence: number): number {
    const at = this.#lowerBound(sequence);
    const found = at < this.#length && this.#sequences[at] === sequence && this.#states[at] !== gone;
    return found ? at : -1;
  }

  #lowerBound(sequence: number): number {
    let low = this.#first;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sequences[middle]! < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Closes the gaps, and doubles the columns when that did not free half of them. */
  #resize(): void {
    const live = this.#waiting + this.#taken;
    const capacity = live * 2 > this.#length ? this.#length * 2 : this.#length;
    const old = [this.#sequences, this.#generations, this.#offsets, this.#lengths, this.#states] as const;
    const keep = (at: number) => old[4][at] !== gone;
    this.#sequences = packed(old[0], keep, new Float64Array(capacity), this.#length);
    this.#generations = packed(old[1], keep, new Uint32Array(capacity), this.#length);
    this.#offsets = packed(old[2], keep, new Uint32Array(capacity), this.#length);
    this.#lengths = packed(old[3], keep, new Uint32Array(capacity), this.#length);
    this.#states = packed(old[4], keep, new Uint8Array(capacity), this.#length);
    this.#length = live;
    this.#first = this.#cursor = 0;
  }
}

function packed<Column extends Float64Array | Uint32Array | Uint8Array>(
  from: Column,
  keep: (at: number) => boolean,
  to: Column,
  length: number,
): Column {
  let next = 0;
  for (let at = 0; at < length; at++) if (keep(at)) to[next++] = from[at]!;
  return to;
}
