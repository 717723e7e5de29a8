import { describe, expect, it } from "vitest";
import { floor } from "../furniture/floor.ts";
import { streetlight } from "../furniture/streetlight.ts";
import { type Furniture, sized } from "../furniture/vocabulary.ts";
import type { Place } from "../part.ts";
import { arithmeticOf, bitsOf, busTimeFindings, busTimes } from "./bus-time.ts";
import type { Fitted } from "./wiring.ts";

const factory = (declaration: Furniture, moved: Readonly<Record<string, Partial<Place>>> = {}): Fitted[] =>
  Object.entries(declaration.roles).map(([role, { accepts, place }]) => ({
    role,
    part: accepts[0],
    place: { ...place, ...moved[role] } as Place,
  }));

const tiles = (count: number) => sized(floor, count);
/** Every tile on one bus, behind multiplexers where four addresses do not do. */
const onOneBus = (count: number, bus: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `tile${index + 1}`,
      count <= 4
        ? { bus, address: 0x48 + index }
        : { bus, address: 0x48 + (index % 4), behind: { address: 0x70, channel: Math.floor(index / 4) } },
    ]),
  );

describe("bits on an I2C bus", () => {
  // UM10204 rev. 7, section 3.1: START, 7-bit address with R/W and acknowledge, nine bits a byte, STOP.
  it.each([
    { what: "a byte written", traffic: { write: 1 }, bits: 20 },
    { what: "ADS1115: Config written (SBAS444, figure 7-9)", traffic: { write: 3 }, bits: 38 },
    { what: "ADS1115: Conversion read (figure 7-8)", traffic: { write: 1, read: 2 }, bits: 48 },
  ])("of $what are $bits", ({ traffic, bits }) => {
    expect(bitsOf(traffic)).toBe(bits);
  });
});

describe("the time of a bus", () => {
  it("is the bits of its parts at its clock, and what each transfer costs", () => {
    const [control, first, second] = busTimes(factory(floor), floor);
    expect([control!.bus, first!.bus, second!.bus]).toEqual([1, 3, 4]);
    // 2 conversions of 38 + 48 bits and 2 transfers each, 250 times a second, on 4 tiles at 400 kHz.
    expect(first!.bits).toBe(4 * 250 * 2 * 86);
    expect(first!.transfers).toBe(4 * 250 * 2 * 2);
    expect(first!.share).toBeCloseTo((4 * 250 * 2 * (86 / 400_000 + 2 * 0.06e-3)) / 1, 9);
    expect(first!.loads.map(({ ms }) => ms)).toEqual([167.5, 167.5, 167.5, 167.5]);
    expect(control!.clockHz).toBe(100_000);
    expect(control!.share).toBeLessThan(0.05);
  });

  it("is four times that for the bits of a bus in standard mode", () => {
    const slow = { ...floor, fastBuses: [] };
    const [, first] = busTimes(factory(slow), slow);
    expect(first!.loads[0]!.ms).toBeCloseTo(1_000 * 250 * 2 * (86 / 100_000 + 2 * 0.06e-3), 9);
  });

  it("holds a selection before and a reading back after each transfer, behind several channels", () => {
    const shared = busTimes(factory(tiles(8), onOneBus(8, 3)), tiles(8)).find(({ bus }) => bus === 3)!;
    // Two transfers a conversion; UM10204, section 3.1: an address byte and one more are 20 bits either way.
    expect(shared.bits).toBe(8 * 250 * 2 * (86 + 2 * (20 + 20)));
    expect(shared.transfers).toBe(8 * 250 * 2 * 2 * 3);
  });

  it("holds the reading back alone where there is one way, and none of a part on the bus itself", () => {
    const one = { tile1: { bus: 3, address: 0x48, behind: { address: 0x70, channel: 0 } } };
    const loads = (moved: Readonly<Record<string, Partial<Place>>>) =>
      busTimes(factory(tiles(2), moved), tiles(2)).find(({ bus }) => bus === 3)!.loads;
    const alone = loads({ ...one, tile2: { bus: 4 } });
    expect(alone.map(({ bits }) => bits)).toEqual([250 * 2 * (86 + 2 * 20)]);
    // Before each, the channel may have to be selected for one and deselected for the other.
    expect(loads({ ...one, tile2: { bus: 3 } }).map(({ bits }) => bits)).toEqual([
      250 * 2 * (86 + 2 * (20 + 20)),
      250 * 2 * (86 + 2 * 20),
    ]);
  });

  it("holds the reading back of every multiplexer on the bus", () => {
    const channels = [0x70, 0x71].map((address) => ({
      bus: 3,
      address: 0x48,
      behind: { address, channel: 0 },
    }));
    const moved = { tile1: channels[0]!, tile2: channels[1]! };
    const { loads } = busTimes(factory(tiles(2), moved), tiles(2)).find(({ bus }) => bus === 3)!;
    expect(loads.map(({ bits }) => bits)).toEqual(Array(2).fill(250 * 2 * (86 + 2 * (2 * 20 + 2 * 20))));
  });

  it("of a streetlight is hardly used", () => {
    const [control] = busTimes(factory(streetlight), streetlight);
    expect(control!.share).toBeLessThan(0.01);
  });
});

describe("a plan of bus time", () => {
  it.each([2, 4, 8, 12, 16])("lets %i tiles stand where the factory puts them", (count) => {
    expect(busTimeFindings(factory(tiles(count)), tiles(count))).toEqual([]);
  });

  it("refuses eight tiles on one bus, with the arithmetic", () => {
    const [finding, ...others] = busTimeFindings(factory(tiles(8), onOneBus(8, 3)), tiles(8));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      severity: "error",
      rule: "i2c-bus-time",
      field: "parts/tile8/bus",
      found:
        "i2c-3 is asked for 310 %: tile1, tile2, tile3, tile4, tile5, tile6, tile7, tile8: 664000 bits at 400 kHz = 1660 ms, " +
        "+ 24000 transfers × 0.06 ms = 1440 ms, in all 3100 ms of every second",
      expected: "at most 90 %",
    });
    expect(finding!.fix).toMatch(/^Leave 2 like tile8 on i2c-3, at 388 ms each/);
  });

  it("refuses tiles on a bus in standard mode", () => {
    const moved = onOneBus(2, 5);
    const [finding] = busTimeFindings(factory(tiles(2), moved), tiles(2));
    expect(finding!.found).toContain("86000 bits at 100 kHz = 860 ms");
  });

  it("keeps all others off a bus that streams", () => {
    const found = busTimeFindings(factory(floor, { climate: { bus: 3 } }), floor);
    expect(found).toMatchObject([
      { role: "climate", field: "parts/climate/bus", found: "is on i2c-3, on which tile1 is streamed" },
    ]);
  });

  it("tells the arithmetic of a bus", () => {
    const [, first] = busTimes(factory(floor), floor);
    expect(arithmeticOf(first!)).toBe(
      "tile1, tile2, tile3, tile4: 172000 bits at 400 kHz = 430 ms, + 4000 transfers × 0.06 ms = 240 ms, in all 670 ms of every second",
    );
  });
});
