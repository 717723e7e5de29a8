import { beforeEach, describe, expect, it } from "vitest";
import { seconds } from "#devices/duration.ts";
import type { SerialLine } from "#devices/ports/serial.ts";
import { Bench, hex } from "#test/bench/bench.ts";
import { type Pzem004tTwin, twin } from "./pzem004t.ts";

const place = { kind: "serial", path: "/dev/ttyUSB0" } as const;

/** The twin by itself, asked in bytes. */
describe("the PZEM-004T's twin", () => {
  let bench: Bench;
  let meter: Pzem004tTwin;
  let line: SerialLine;
  let heard: number[];

  beforeEach(async () => {
    bench = new Bench();
    meter = bench.solder(twin, place);
    line = await bench.ports.serial.open(place.path, { baudRate: 9_600 });
    heard = [];
    line.onData((chunk) => heard.push(...chunk));
  });

  async function ask(request: string): Promise<Uint8Array> {
    heard = [];
    await bench.outcome(line.write(hex(request), seconds(1)));
    await bench.pass(500);
    return Uint8Array.from(heard);
  }

  it("answers as its manual prints it (section 2.3), CRCs added", async () => {
    meter.set("voltage", 220);
    meter.set("current", 1);
    meter.set("activePower", 220);
    meter.set("activeEnergy", 0);
    expect(await ask("01 04 00 00 00 0A 70 0D")).toEqual(
      hex("01 04 14 08 98 03 E8 00 00 08 98 00 00 00 00 00 00 01 F4 00 64 00 00 63 CE"),
    );
  });

  // 23 kW is 230 000 counts of 0.1 W, 0x38270; 9999.999 kWh is 0x98967F Wh. Low words first (section 2.3).
  it("splits what is longer than a word, low word first", async () => {
    meter.set("current", 100);
    meter.set("activeEnergy", 9_999_999);
    expect((await ask("01 04 00 01 00 02 20 0B")).slice(3, 7)).toEqual(hex("86 A0 00 01"));
    expect((await ask("01 04 00 05 00 02 61 CA")).slice(3, 7)).toEqual(hex("96 7F 00 98"));
    meter.set("activePower", 23_000);
    expect((await ask("01 04 00 03 00 02 81 CB")).slice(3, 7)).toEqual(hex("82 70 00 03"));
  });

  it.each([
    ["a wrong CRC", "01 04 00 00 00 0A 70 0C"],
    ["another address", "02 04 00 00 00 01 31 F9"],
    ["a broadcast", "00 04 00 00 00 01 30 1B"],
    ["noise", "55"],
  ])("says nothing to %s", async (_what, request) => {
    expect(await ask(request)).toEqual(new Uint8Array());
  });

  it("refuses registers that it does not have: illegal address (section 2.3)", async () => {
    expect(await ask("01 04 00 00 00 0B B1 CD")).toEqual(hex("01 84 02 C2 C1"));
  });

  it("resets its counter when it is told to (section 2.5)", async () => {
    meter.set("activeEnergy", 500);
    expect(await ask("01 42 80 11")).toEqual(hex("01 42 80 11"));
    expect(meter.sensed("activeEnergy")).toBe(0);
  });

  it("names what it was asked and does not model", async () => {
    expect((await ask("01 03 00 02 00 01 25 CA")).slice(0, 3)).toEqual(hex("01 83 01"));
    expect([...meter.untouchable]).toEqual(["0x03 Read Holding Register"]);
  });

  it("has no channel that the part does not have", () => {
    expect(() => meter.set("humidity", 1)).toThrow(RangeError);
    expect(() => meter.stick("humidity")).toThrow(RangeError);
  });
});
