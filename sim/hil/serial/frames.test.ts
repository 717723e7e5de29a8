import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hex } from "#test/bench/bench.ts";
import { allowance, deliveries, holding, readings, TtyEventReader } from "./frames.ts";

/** As plinth-pty.c lays them out on a machine of little-endian order: 19 200 baud, 7E2; 250 000 baud, not known, 1. */
const sevenEven = hex("00 4B 00 00 07 01 02 00");
const unknown = hex("90 D0 03 00 FF FF 01 00");
const sevenEvenSettings = { baudRate: 19_200, dataBits: 7, parity: "even", stopBits: 2 };
const unknownSettings = { baudRate: 250_000, stopBits: 1 };

const told = (kind: string, ...parts: readonly Uint8Array[]) => {
  const rest = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([kind.charCodeAt(0), 0, rest.length & 0xff, rest.length >> 8]), rest]);
};
const read = (...chunks: readonly Buffer[]) => {
  const reader = new TtyEventReader();
  return chunks.flatMap((chunk) => [...reader.read(chunk)]);
};

describe("what a pseudo-terminal's holder tells", () => {
  it.each([
    ["R", told("R"), { kind: "ready" }],
    ["C", told("C"), { kind: "closed" }],
    ["F", told("F"), { kind: "gave-up" }],
    ["O", told("O", sevenEven), { kind: "opened", settings: sevenEvenSettings }],
    ["O, not knowing all", told("O", unknown), { kind: "opened", settings: unknownSettings }],
    [
      "W",
      told("W", unknown, hex("01 02")),
      { kind: "written", settings: unknownSettings, bytes: Buffer.of(1, 2) },
    ],
    [
      "M",
      told("M", unknown, sevenEven, hex("03")),
      { kind: "misread", settings: unknownSettings, sent: sevenEvenSettings, bytes: Buffer.of(3) },
    ],
  ])("is understood: %s", (_kind, frame, event) => {
    expect(read(frame)).toEqual([event]);
  });

  it("is the same however it is cut", () => {
    const frame = fc.oneof(
      fc.constantFrom(told("C"), told("F"), told("O", sevenEven)),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => told("W", unknown, bytes)),
    );
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 10 }), fc.integer({ min: 1, max: 50 }), (frames, length) => {
        const whole = Buffer.concat(frames);
        const chunks = Array.from({ length: Math.ceil(whole.length / length) }, (_, index) =>
          whole.subarray(index * length, (index + 1) * length),
        );
        const events = read(...chunks);
        expect(events).toEqual(frames.flatMap((one) => read(one)));
        expect(events).toHaveLength(frames.length);
      }),
    );
  });
});

describe("what it is told", () => {
  it("is written as plinth-pty.c reads it", () => {
    const speed = { baudRate: 19_200, dataBits: 7, parity: "even", stopBits: 2 } as const;
    expect(deliveries(hex("AA BB"), speed)).toEqual([told("D", sevenEven, hex("AA BB"))]);
    expect(deliveries(hex("AA"), { baudRate: 9_600 })).toEqual([
      told("D", hex("80 25 00 00 08 00 01 00"), hex("AA")),
    ]);
    expect(readings(hex("AA BB"))).toEqual([told("G", hex("AA BB"))]);
    expect(allowance(0x1234)).toEqual(told("A", hex("34 12 00 00")));
    expect([holding(true), holding(false)]).toEqual([told("H", hex("01")), told("H", hex("00"))]);
  });

  it("is cut into frames that it has room for", () => {
    const bytes = Uint8Array.from({ length: 10_000 }, (_, index) => index);
    const frames = readings(bytes);
    expect(frames.map(({ length }) => length - 4)).toEqual([4_096, 4_096, 1_808]);
    expect(Buffer.compare(Buffer.concat(frames.map((one) => one.subarray(4))), bytes)).toBe(0);
    expect(readings(new Uint8Array())).toEqual([]);
  });
});
