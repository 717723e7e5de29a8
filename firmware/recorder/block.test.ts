import fc from "fast-check";
import { expect, it } from "vitest";
import { Block, readBlock } from "./block.ts";
import { eventKinds, type FlightEvent, ticksPerMs } from "./event.ts";

const ticks = fc.integer({ min: 0, max: 400_000_000_000 });
const event: fc.Arbitrary<FlightEvent> = fc
  .record(
    {
      kind: fc.constantFrom(...eventKinds),
      subject: fc.oneof(fc.constantFrom("i2c-1 10 w04 r2", "wärme µ"), fc.string()),
      atTicks: ticks,
      forTicks: ticks,
      payload: fc.uint8Array({ maxLength: 40 }),
      failure: fc.string(),
    },
    { requiredKeys: ["kind", "subject", "atTicks", "forTicks", "payload"] },
  )
  .map(({ atTicks, forTicks, ...rest }) => ({
    ...rest,
    atMs: atTicks / ticksPerMs,
    forMs: forTicks / ticksPerMs,
  }));

it("gives back what was put in, to a 4096th of a millisecond, in any order of time", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 20 }), (events) => {
      const block = new Block(events[0]?.atMs ?? 0, 1 << 20);
      for (const one of events) expect(block.add(one)).toBe(true);
      expect(readBlock(block.startMs, block.bytes)).toEqual(events);
      expect(block.events).toBe(events.length);
    }),
  );
});

const transfer = (atMs: number): FlightEvent => ({
  ...{ kind: "transfer", subject: "i2c-1 10 w04 r2", atMs, forMs: 0 },
  payload: Uint8Array.of(1, 2),
});

it("takes a transfer whose like it has in a dozen bytes", () => {
  const block = new Block(0, 1 << 16);
  block.add(transfer(0));
  const before = block.bytes.length;
  for (let at = 1; at <= 100; at++) block.add(transfer(at * 1_000));
  expect((block.bytes.length - before) / 100).toBeLessThan(12);
});

it("refuses what it has no room for, and stays as it was; an empty one takes anything", () => {
  const block = new Block(0, 100);
  expect(block.add(transfer(0))).toBe(true);
  const before = block.bytes.slice();
  expect(block.add({ ...transfer(1), payload: new Uint8Array(200) })).toBe(false);
  expect(block.bytes).toEqual(before);
  expect(new Block(0, 10).add({ ...transfer(1), payload: new Uint8Array(200) })).toBe(true);
});

it("makes no events of bytes that are none", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        readBlock(0, bytes);
      } catch (error) {
        // TextDecoder with `fatal` throws TypeError (Encoding Standard, 8.1).
        expect(error instanceof RangeError || error instanceof TypeError).toBe(true);
      }
    }),
  );
  const block = new Block(0, 1_000);
  block.add(transfer(0));
  expect(() => readBlock(0, block.bytes.subarray(0, -1))).toThrow(/are not in the block|ends within/);
  expect(() => readBlock(0, Uint8Array.of(0x7f))).toThrow("no kind of event");
});
