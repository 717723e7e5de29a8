import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { twin } from "#sim/chips/ld2410.ts";
import { Bench, hex } from "#test/bench/bench.ts";
import { seconds } from "../duration.ts";
import { Command, decodeAcknowledge, decodeReport, encodeCommand, FrameParser, ld2410 } from "./ld2410.ts";

/** Frames as the protocol prints them: V1.02, section 2.3.2, in normal and in engineering mode. */
const basic = hex("F4 F3 F2 F1 0D 00 02 AA 02 51 00 00 00 00 3B 00 00 55 00 F8 F7 F6 F5");
const engineering = hex(`F4 F3 F2 F1 23 00 01 AA 03 1E 00 3C 00 00 39 00 00 08 08 3C 22 05 03 03 04 03 06 05
  00 00 39 10 13 06 06 08 04 03 05 55 00 F8 F7 F6 F5`);
/** Section 2.2.1, and the firmware of a module with V1.07.22091516. */
const enabled = hex("FD FC FB FA 08 00 FF 01 00 00 01 00 40 00 04 03 02 01");
const firmware = hex("FD FC FB FA 0C 00 A0 01 00 00 00 01 07 01 16 15 09 22 04 03 02 01");
/** Reports of other people's modules: nobody there, and both kinds of target. */
const nobody = hex("F4 F3 F2 F1 0D 00 02 AA 00 00 00 00 00 00 37 00 00 55 00 F8 F7 F6 F5");
const both = hex("F4 F3 F2 F1 0D 00 02 AA 03 46 00 34 00 00 3C 00 00 55 00 F8 F7 F6 F5");

const dataOf = (frame: Uint8Array) => frame.slice(6, -4);
const join = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

describe("a report", () => {
  it.each([
    ["2.3.2, normal mode", basic, { presence: 1, distance: 0, movingEnergy: 0, stationaryEnergy: 59 }],
    [
      "2.3.2, engineering mode",
      engineering,
      { presence: 1, distance: 0, movingEnergy: 60, stationaryEnergy: 57 },
    ],
    ["nobody", nobody, { presence: 0, distance: 0, movingEnergy: 0, stationaryEnergy: 55 }],
    ["both", both, { presence: 1, distance: 0, movingEnergy: 52, stationaryEnergy: 60 }],
  ])("reads as printed: %s", (_name, frame, reading) => {
    expect(decodeReport(dataOf(frame))).toEqual(reading);
  });

  it("has its distances in centimetres, low byte first (table 11)", () => {
    const far = dataOf(basic);
    far.set([0xa3, 0x02], 9);
    expect(decodeReport(far)?.distance).toBe(6.75);
  });

  it.each([
    ["data type", 0, 0x03],
    ["data type of the other length", 0, 0x01],
    ["head", 1, 0xab],
    ["target state", 2, 0x04],
    ["moving distance", 4, 0x03],
    ["moving energy", 5, 101],
    ["stationary distance", 7, 0x03],
    ["stationary energy", 8, 101],
    ["detection distance", 10, 0x03],
    ["tail", 11, 0x54],
    ["check", 12, 0x01],
  ])("is none with another %s", (_what, at, byte) => {
    const data = dataOf(basic);
    data[at] = byte;
    expect(decodeReport(data)).toBeUndefined();
  });

  it.each([
    ["farthest moving gate", 11, 9],
    ["farthest stationary gate", 12, 9],
    ["number of gates", 12, 5],
    ["gate's energy", 20, 101],
    ["tail", 33, 0x00],
  ])("of engineering mode is none with another %s", (_what, at, byte) => {
    const data = dataOf(engineering);
    data[at] = byte;
    expect(decodeReport(data)).toBeUndefined();
  });
});

describe("a command", () => {
  it.each([
    ["FD FC FB FA 04 00 FF 00 01 00 04 03 02 01", Command.EnableConfiguration, [1, 0]],
    ["FD FC FB FA 02 00 FE 00 04 03 02 01", Command.EndConfiguration, []],
    ["FD FC FB FA 02 00 A0 00 04 03 02 01", Command.ReadFirmwareVersion, []],
  ])("is written as printed in 2.2: %s", (printed, word, values) => {
    expect(encodeCommand(word, values)).toEqual(hex(printed));
  });

  it("is acknowledged as printed in 2.2", () => {
    expect(decodeAcknowledge(dataOf(enabled), Command.EnableConfiguration)).toEqual({
      isDone: true,
      values: hex("01 00 40 00"),
    });
    const failed = hex("FE 01 01 00");
    expect(decodeAcknowledge(failed, Command.EndConfiguration)).toMatchObject({ isDone: false });
    expect(decodeAcknowledge(failed, Command.EnableConfiguration)).toBeUndefined();
  });
});

describe("the parser", () => {
  const parse = (...chunks: readonly Uint8Array[]) => {
    const parser = new FrameParser();
    return chunks.flatMap((chunk) => parser.push(chunk)).map(({ data }) => [...data]);
  };
  const wanted = (...frames: readonly Uint8Array[]) => frames.map((frame) => [...dataOf(frame)]);

  it("finds frames wherever they are split", () => {
    const stream = join(basic, enabled, engineering, firmware, both);
    for (let at = 0; at <= stream.length; at++)
      expect(parse(stream.subarray(0, at), stream.subarray(at))).toEqual(
        wanted(basic, enabled, engineering, firmware, both),
      );
    expect(parse(...[...stream].map((byte) => Uint8Array.of(byte)))).toHaveLength(5);
  });

  it("is not misled by half a head, a head in a torn frame, or a length beyond any frame", () => {
    const misleading = [
      hex("F4 F3 F2"),
      hex("F4 F4 F3 F2 F4"),
      hex("F4 F3 F2 F1 FF FF"),
      hex("F4 F3 F2 F1 0D"),
      hex("FD FC FB FA 0C 00 A0 01"),
      engineering.subarray(0, 22),
      hex("F8 F7 F6 F5 55 00"),
    ];
    for (const before of misleading) expect(parse(join(before, basic))).toEqual(wanted(basic));
  });

  it.each([19, 20, 21, 22])("takes no frame with another byte %d, of its end", (at) => {
    const spoiled = basic.slice();
    spoiled[at]! ^= 1;
    expect(parse(join(spoiled, both))).toEqual(wanted(both));
  });

  // 2.3.1: a report has 13 bytes of data, or 35 with nine gates. 2.2: an acknowledgement has at least word and status.
  it.each([
    ["F4 F3 F2 F1", 12, "F8 F7 F6 F5"],
    ["F4 F3 F2 F1", 36, "F8 F7 F6 F5"],
    ["FD FC FB FA", 3, "04 03 02 01"],
  ])("takes no frame %s of %d bytes", (head, length, end) => {
    const frame = join(hex(head), Uint8Array.of(length, 0), new Uint8Array(length), hex(end));
    expect(parse(join(frame, basic))).toEqual(wanted(basic));
  });

  // A frame on the wire, and the torn ends of frames and the noise that may lie around it.
  const centimetres = fc.integer({ min: 0, max: 675 }).map((cm) => [cm & 0xff, cm >> 8]);
  const energy = fc.integer({ min: 0, max: 100 });
  const report = fc
    .tuple(fc.integer({ min: 0, max: 3 }), centimetres, energy, centimetres, energy, centimetres)
    .map((fields) => join(basic.subarray(0, 8), Uint8Array.from(fields.flat()), basic.subarray(-6)));
  const frame = fc.oneof(report, fc.constantFrom(basic, engineering, enabled, firmware));
  const torn = fc
    .tuple(frame, fc.nat(50), fc.nat(50))
    .map(([whole, from, to]) => whole.slice(from, Math.max(from, Math.min(to, whole.length - 1))));
  // No byte that a head begins with: else noise and what follows it could make up a head by themselves.
  const noise = fc
    .uint8Array({ maxLength: 80 })
    .map((bytes) => bytes.filter((byte) => byte !== 0xf4 && byte !== 0xfd));
  const rubbish = fc.oneof(noise, torn);

  it("finds every intact frame among torn ones and noise, however it is cut into chunks", () => {
    const stream = fc.array(
      fc.oneof(
        frame.map((bytes) => ({ bytes, isWhole: true })),
        rubbish.map((bytes) => ({ bytes, isWhole: false })),
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(stream, fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (parts, cuts) => {
        const bytes = join(...parts.map((part) => part.bytes));
        const chunks: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const end = at + cuts[turn % cuts.length]!;
          chunks.push(bytes.subarray(at, end));
          at = end;
        }
        const found = parse(...chunks).map(String);
        for (const part of parts.filter(({ isWhole }) => isWhole)) {
          const at = found.indexOf(String([...dataOf(part.bytes)]));
          expect(at).toBeGreaterThanOrEqual(0);
          found.splice(0, at + 1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("takes no more than it was given, whatever it was given", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        for (const data of parse(bytes)) {
          expect(data.length).toBeLessThanOrEqual(35);
          expect(data.length).toBeGreaterThanOrEqual(4);
        }
      }),
    );
  });
});

describe("the LD2410", () => {
  const place = { kind: "serial", path: "/dev/ttyAMA0" } as const;

  async function setUp() {
    const bench = new Bench();
    const radar = bench.solder(twin, place);
    const driver = await bench.start(ld2410, place);
    const sample = () => bench.outcome(driver.sample());
    return { bench, radar, driver, sample };
  }

  it("reads whatever is there, to within the step of each channel", async () => {
    const { radar, sample } = await setUp();
    const world = fc.record({
      presence: fc.constantFrom(0, 1),
      distance: fc.double({ min: 0, max: 6.75, noNaN: true }),
      movingEnergy: fc.double({ min: 0, max: 100, noNaN: true }),
      stationaryEnergy: fc.double({ min: 0, max: 100, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(world, async (values) => {
        for (const [channel, value] of Object.entries(values)) radar.set(channel, value);
        const reading = await sample();
        expect(reading.presence).toBe(values.presence);
        expect(Math.abs(reading.distance - values.distance)).toBeLessThanOrEqual(0.01);
        expect(Math.abs(reading.movingEnergy - values.movingEnergy)).toBeLessThanOrEqual(1);
        expect(Math.abs(reading.stationaryEnergy - values.stationaryEnergy)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 100 },
    );
  });

  it("takes a report that was made after it was asked for", async () => {
    const { bench, radar, sample } = await setUp();
    radar.set("presence", 1);
    await bench.pass(10_000);
    radar.set("presence", 0);
    expect((await sample()).presence).toBe(0);
  });

  it("gives a silent module up, and reads on when it is back", async () => {
    const { bench, radar, driver, sample } = await setUp();
    radar.unplug();
    expect(await bench.refusal(driver.sample())).toMatchObject({ kind: "timeout", port: place.path });
    expect(await bench.refusal(driver.probe())).toMatchObject({ kind: "timeout" });
    radar.mend();
    await bench.outcome(driver.probe());
    expect((await sample()).presence).toBe(0);
  });

  it("makes nothing of noise", async () => {
    const { bench, radar, driver, sample } = await setUp();
    radar.garbage();
    for (let attempt = 0; attempt < 20; attempt++) {
      const error = await bench.refusal(driver.sample());
      expect(error.kind).toBe("timeout");
      expect(error.message).toMatch(/\d\d+ bytes came/);
    }
    radar.mend();
    expect((await sample()).presence).toBe(0);
  });

  it("shows a stuck module as what it reports", async () => {
    const { radar, sample } = await setUp();
    radar.set("presence", 1);
    radar.set("distance", 2.5);
    radar.stick();
    radar.set("presence", 0);
    expect(await sample()).toMatchObject({ presence: 1, distance: 2.5 });
    radar.mend();
    expect((await sample()).presence).toBe(0);
  });

  it("frees a module that was left in its configuration", async () => {
    const { bench, driver, sample } = await setUp();
    await driver.close();
    const line = await bench.ports.serial.open(place.path, { baudRate: 256_000 });
    await bench.outcome(line.write(encodeCommand(Command.EnableConfiguration, [1, 0]), seconds(1)));
    await bench.pass(100);
    await line.close();
    const again = await bench.open(ld2410, place);
    expect(await bench.refusal(again.sample())).toMatchObject({ kind: "timeout" });
    await bench.outcome(again.probe());
    expect((await bench.outcome(again.sample())).presence).toBe(0);
    expect(await sample().catch((error) => error.kind)).toBe("not-ready");
  });

  it("says so at once when the line is unplugged", async () => {
    const bench = new Bench();
    let cable: ReturnType<typeof bench.board.serial> | undefined;
    const wiring = {
      gpio: bench.board.gpio,
      i2c: (bus: number) => bench.board.i2c(bus),
      serial: (...far: Parameters<typeof bench.board.serial>) => (cable = bench.board.serial(...far)),
    };
    twin.create({ loop: bench.loop, random: bench.random, place, wiring });
    const driver = await bench.start(ld2410, place);
    const sample = driver.sample();
    bench.loop.at(bench.loop.now + 1, () => cable?.unplug());
    expect(await bench.refusal(sample)).toMatchObject({ kind: "not-ready" });
  });

  it.each([
    [
      "another firmware type",
      "FD FC FB FA 0C 00 A0 01 00 00 34 12 07 01 16 15 09 22 04 03 02 01",
      "wrong-device",
    ],
    ["a refusal", "FD FC FB FA 04 00 A0 01 01 00 04 03 02 01", "wrong-device"],
    ["no report afterwards", "FD FC FB FA 0C 00 A0 01 00 00 00 00 02 01 16 24 06 22 04 03 02 01", "timeout"],
  ])("is not what answers with %s", async (_what, answer, kind) => {
    const bench = new Bench();
    bench.board.serial(place.path, {
      speed: { baudRate: 256_000 },
      receive(bytes, line) {
        const isFirmware = bytes[6] === 0xa0;
        line.send(
          isFirmware ? hex(answer) : hex(`FD FC FB FA 04 00 ${bytes[6]!.toString(16)} 01 00 00 04 03 02 01`),
        );
      },
    });
    const driver = await bench.open(ld2410, place);
    expect(await bench.refusal(driver.probe())).toMatchObject({ kind });
  });
});
