import { beforeEach, describe, expect, it } from "vitest";
import { seconds } from "#devices/duration.ts";
import type { Cancel } from "#devices/ports/clock.ts";
import type { SerialLine } from "#devices/ports/serial.ts";
import { Bench, hex } from "#test/bench/bench.ts";
import { type Ld2410Twin, twin } from "./ld2410.ts";

const place = { kind: "serial", path: "/dev/ttyAMA0" } as const;

/** The twin by itself, in bytes. Sections and tables are those of the serial communication protocol V1.02. */
describe("the LD2410's twin", () => {
  let bench: Bench;
  let radar: Ld2410Twin;
  let line: SerialLine;
  let heard: { atMs: number; bytes: Uint8Array }[];
  let stop: Cancel;

  beforeEach(async () => {
    bench = new Bench();
    radar = bench.solder(twin, place);
    line = await bench.ports.serial.open(place.path, { baudRate: 256_000 });
    heard = [];
    stop = line.onData((bytes) => heard.push({ atMs: bench.loop.now, bytes: Uint8Array.from(bytes) }));
  });

  const report = async () => {
    heard = [];
    await bench.pass(101);
    return heard.at(-1)?.bytes;
  };

  async function ask(command: string): Promise<Uint8Array[]> {
    heard = [];
    await bench.outcome(line.write(hex(command), seconds(1)));
    await bench.pass(20);
    return heard.map(({ bytes }) => bytes).filter((bytes) => bytes[0] === 0xfd);
  }

  // Tables 11 and 12: state, moving distance and energy, stationary distance and energy, detection distance.
  it.each([
    [{}, "00 | 00 00 00 | 00 00 00 | 00 00"],
    [{ presence: 1, distance: 0.81, movingEnergy: 60 }, "01 | 51 00 3C | 00 00 00 | 51 00"],
    [{ presence: 1, distance: 6.75, stationaryEnergy: 59 }, "02 | 00 00 00 | A3 02 3B | A3 02"],
    [
      { presence: 1, distance: 0.3, movingEnergy: 100, stationaryEnergy: 57 },
      "03 | 1E 00 64 | 1E 00 39 | 1E 00",
    ],
    [{ presence: 1, distance: 2 }, "02 | 00 00 00 | C8 00 00 | C8 00"],
    [{ stationaryEnergy: 55 }, "00 | 00 00 00 | 00 00 37 | 00 00"],
  ])("reports %o as tables 8 to 12 say", async (world, target) => {
    for (const [channel, value] of Object.entries(world)) radar.set(channel, value);
    const fields = target.replaceAll("|", "");
    expect(await report()).toEqual(hex(`F4 F3 F2 F1 0D 00 02 AA ${fields} 55 00 F8 F7 F6 F5`));
  });

  it("reports ten times a second, and makes none while nobody listens", async () => {
    await bench.pass(1_000);
    expect(heard).toHaveLength(10);
    const gaps = heard.slice(1).map(({ atMs }, index) => atMs - heard[index]!.atMs);
    for (const gap of gaps) expect(gap).toBeCloseTo(100, 6);
    stop();
    await bench.pass(100);
    expect(bench.loop.pending).toBe(0);
  });

  it("keeps its rhythm when it is listened to now and then", async () => {
    await bench.pass(100);
    const [first] = heard;
    stop();
    await bench.pass(1_234);
    heard = [];
    line.onData((bytes) => heard.push({ atMs: bench.loop.now, bytes: Uint8Array.from(bytes) }));
    await bench.pass(100);
    expect((heard[0]!.atMs - first!.atMs) / 100).toBeCloseTo(
      Math.round((heard[0]!.atMs - first!.atMs) / 100),
      6,
    );
  });

  it("acknowledges as printed in 2.2.1, 2.2.2 and 2.2.8, and is quiet while it is configured", async () => {
    expect(await ask("FD FC FB FA 04 00 FF 00 01 00 04 03 02 01")).toEqual([
      hex("FD FC FB FA 08 00 FF 01 00 00 01 00 40 00 04 03 02 01"),
    ]);
    expect(await report()).toBeUndefined();
    expect(await ask("FD FC FB FA 02 00 A0 00 04 03 02 01")).toEqual([
      hex("FD FC FB FA 0C 00 A0 01 00 00 00 01 07 01 16 15 09 22 04 03 02 01"),
    ]);
    expect(await ask("FD FC FB FA 02 00 FE 00 04 03 02 01")).toEqual([
      hex("FD FC FB FA 04 00 FE 01 00 00 04 03 02 01"),
    ]);
    expect(await report()).toBeDefined();
  });

  it("obeys nothing but 0x00FF outside its configuration (2.2.1)", async () => {
    expect(await ask("FD FC FB FA 02 00 A0 00 04 03 02 01")).toEqual([]);
    expect(await ask("00 FD FC 04 03 02 01 FD FC FB FA 04 00 FF 00 01 00 04 03 02 01")).toHaveLength(1);
  });

  it("names commands that it does not model", async () => {
    await ask("FD FC FB FA 04 00 FF 00 01 00 04 03 02 01");
    expect(await ask("FD FC FB FA 02 00 62 00 04 03 02 01")).toEqual([]);
    expect([...radar.untouchable]).toEqual(["0x0062 enable engineering mode"]);
  });

  it("leaves its configuration when its supply dips", async () => {
    await ask("FD FC FB FA 04 00 FF 00 01 00 04 03 02 01");
    radar.brownOut();
    expect(await report()).toBeDefined();
  });
});
