import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ChainedEvent, chainFlaws, chainText, genesis } from "./chain.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const device = "park/bench-01";

/** A chain made link by link here, with Node's SHA-256, and not by the unit. */
function chainOf(count: number): ChainedEvent[] {
  const events: ChainedEvent[] = [];
  let previous = genesis;
  for (let number = 1; number <= count; number++) {
    const fields = { port: `usb${(number % 2) + 1}`, energy: number * 1.5, reason: "unplugged" };
    const hash = sha256(
      `{"device":"${device}","fields":{"energy":${fields.energy},"port":"${fields.port}","reason":"unplugged"},` +
        `"name":"session","number":${number},"previous":"${previous}"}`,
    );
    events.push({ name: "session", fields, chain: { number, previous, hash } });
    previous = hash;
  }
  return events;
}

const flaws = (events: readonly ChainedEvent[]) => chainFlaws(device, events, sha256);

describe("a chain of events", () => {
  it("is hashed over canonical JSON of device, name, number, the hash before, and fields", () => {
    const [first] = chainOf(1);
    expect(sha256(chainText(device, first!))).toBe(first!.chain.hash);
  });

  it("has no flaw, in whatever order and however often its records come", () => {
    const numbered = fc.shuffledSubarray([...Array(20).keys()], { minLength: 20 });
    fc.assert(
      fc.property(numbered, fc.nat(19), (orderOfArrival, again) => {
        const events = chainOf(20);
        const arrived = [...orderOfArrival, again].map((index) => events[index]!);
        expect(flaws(arrived)).toEqual([]);
      }),
    );
  });

  it("shows each record that is missing before the last", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 19 })), (missing) => {
        const left = chainOf(20).filter(({ chain }) => !missing.includes(chain.number));
        expect(flaws(left)).toEqual(
          missing.toSorted((a, b) => a - b).map((number) => ({ number, flaw: "missing" })),
        );
      }),
    );
  });

  it("shows a record whose content was altered", () => {
    const events = chainOf(5);
    events[2] = { ...events[2]!, fields: { ...events[2]!.fields, energy: 0 } };
    expect(flaws(events)).toContainEqual({ number: 3, flaw: "altered" });
  });

  it("shows a record that was altered and hashed anew: the next one names another hash", () => {
    const events = chainOf(5);
    const { name, chain } = events[2]!;
    const fields = { ...events[2]!.fields, energy: 0 };
    const hash = sha256(chainText(device, { name, fields, chain }));
    events[2] = { name, fields, chain: { ...chain, hash } };
    expect(flaws(events)).toEqual([{ number: 4, flaw: "altered" }]);
  });

  it("shows two different records of one number", () => {
    const events = chainOf(3);
    const fields = { ...events[2]!.fields, energy: 9 };
    const { name, chain } = events[2]!;
    const hash = sha256(chainText(device, { name, fields, chain }));
    expect(flaws([...events, { name, fields, chain: { ...chain, hash } }])).toEqual([
      { number: 3, flaw: "contradicted" },
    ]);
  });

  it("shows records of another unit", () => {
    expect(chainFlaws("park/bench-02", chainOf(2), sha256).map(({ flaw }) => flaw)).toEqual([
      "altered",
      "altered",
    ]);
  });
});
