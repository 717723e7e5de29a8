import { inflateSync } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import { readBlock } from "./block.ts";
import type { FlightEvent } from "./event.ts";
import { afterEvent, ignorant, type Knowledge } from "./knowledge.ts";
import { Ring, type Sealed } from "./ring.ts";

const boundBytes = 256 << 10;

/** Bytes that do not deflate: a hash's. */
function noise(seed: number, length: number): Uint8Array {
  let state = seed * 2_654_435_761 + 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

const heard = (number: number, length: number): FlightEvent => ({
  ...{ kind: "heard", subject: "/dev/ttyAMA0", atMs: number, forMs: 0 },
  payload: noise(number, length),
});

const edge = (number: number): FlightEvent => ({
  ...{ kind: "edge", subject: `line:${number % 3}`, atMs: number, forMs: 0 },
  payload: Uint8Array.of(number & 1),
});

const eventsOf = (blocks: readonly Sealed[]) =>
  blocks.flatMap(({ startMs, bytes }) => readBlock(startMs, inflateSync(bytes)));

it("keeps within its bound, whatever comes, and knows how much it has lost", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 150 }), (lengths) => {
      const ring = new Ring(boundBytes, () => ignorant);
      for (const [number, length] of lengths.entries()) {
        ring.add(heard(number, length));
        expect(ring.bytes).toBeLessThanOrEqual(boundBytes);
      }
      const { head, tail, lostEvents } = ring.contents;
      const times = eventsOf([...head, ...(tail?.blocks ?? [])]).map(({ atMs }) => atMs);
      expect(times.length + lostEvents).toBe(lengths.length);
      // The beginning and the end, and one gap between.
      const expected = lengths.map((_, number) => number);
      const first = eventsOf(head).length;
      expect(times).toEqual([...expected.slice(0, first), ...expected.slice(first + lostEvents)]);
    }),
    { numRuns: 30 },
  );
});

it("knows at the end of a gap what those knew who saw all of it", () => {
  let known: Knowledge = ignorant;
  const ring = new Ring(boundBytes, () => known);
  const all: FlightEvent[] = [];
  for (let number = 0; number < 1_000; number++)
    for (const event of [heard(number, 900), edge(number)]) {
      ring.add(event);
      all.push(event);
      known = afterEvent(known, event);
    }
  const { head, tail, lostEvents } = ring.contents;
  expect(lostEvents).toBeGreaterThan(100);
  expect(tail!.known).toEqual(all.slice(0, eventsOf(head).length + lostEvents).reduce(afterEvent, ignorant));
  expect(Object.keys(tail!.known.levels)).toHaveLength(3);
});

it("refuses a bound that holds nothing", () => {
  expect(() => new Ring(1_000, () => ignorant)).toThrow("a recorder needs 131072 bytes");
});
