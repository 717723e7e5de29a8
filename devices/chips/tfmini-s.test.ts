import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { twin } from "#sim/chips/tfmini-s.ts";
import { Bench, hex } from "#test/bench/bench.ts";
import { seconds } from "../duration.ts";
import { decodeData, tfminiS } from "./tfmini-s.ts";
import { encodeCommand, FrameParser } from "./tfmini-s-frame.ts";

/** By tables 7 and 8 of the manual (SJ-PM-TFmini-S A01), summed by hand: 1.21 m, strength 1000, 40 °C. */
const good = hex("59 59 79 00 E8 03 40 09 5F");
/** Strength 100: minus one. Saturated signal: minus two, and strength minus one. Ambient light: minus four. */
const weak = hex("59 59 FF FF 64 00 40 09 5D");
const saturated = hex("59 59 FE FF FF FF 40 09 F6");
const dazzled = hex("59 59 FC FF E8 03 40 09 E1");
/** 0.00 m at −25 °C. */
const cold = hex("59 59 00 00 E8 03 38 07 DC");
const version = hex("5A 07 01 01 02 03 68");

const join = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const parse = (...chunks: readonly Uint8Array[]) => {
  const parser = new FrameParser();
  return chunks.flatMap((chunk) => parser.push(chunk));
};
const readings = (...chunks: readonly Uint8Array[]) => parse(...chunks).map(decodeData);

describe("a data frame", () => {
  it.each([
    ["within range", good, { distance: 1.21, strength: 1_000, temperature: 40 }],
    ["too weak", weak, { distance: Number.NaN, strength: 100, temperature: 40 }],
    ["saturated", saturated, { distance: Number.NaN, strength: Number.NaN, temperature: 40 }],
    ["dazzled", dazzled, { distance: Number.NaN, strength: 1_000, temperature: 40 }],
    ["too near, and cold", cold, { distance: Number.NaN, strength: 1_000, temperature: -25 }],
  ])("reads as the manual says: %s", (_what, frame, reading) => {
    expect(readings(frame)).toEqual([reading]);
  });

  it.each([
    [9, Number.NaN],
    [10, 0.1],
    [1_200, 12],
    [1_201, Number.NaN],
    [65_533, Number.NaN],
  ])("of %d cm is %d m", (distanceCm, metres) => {
    const frame = { kind: "data", distanceCm, strength: 100, temperature: 2_368 } as const;
    expect(decodeData(frame)?.distance).toBe(metres);
  });

  it.each([
    [99, Number.NaN],
    [100, 5],
    [65_534, 5],
    [65_535, Number.NaN],
  ])("of strength %d is %d m", (strength, metres) => {
    expect(decodeData({ kind: "data", distanceCm: 500, strength, temperature: 2_368 })?.distance).toBe(
      metres,
    );
  });

  it.each([0, 0xffff])("with the temperature word %d has no temperature", (temperature) => {
    const reading = decodeData({ kind: "data", distanceCm: 500, strength: 1_000, temperature });
    expect(reading).toEqual({ distance: 5, strength: 1_000, temperature: Number.NaN });
  });
});

// Printed in sections 7.2 and 7.4 (table 12).
it.each([
  ["5A 06 03 E8 03 4E", 0x03, [0xe8, 0x03]],
  ["5A 04 01 5F", 0x01, []],
  ["5A 05 05 01 65", 0x05, [0x01]],
  ["5A 05 07 01 67", 0x07, [0x01]],
])("writes the command %s as printed", (printed, command, values) => {
  expect(encodeCommand(command, values)).toEqual(hex(printed));
});

describe("the parser", () => {
  it("finds frames wherever they are split", () => {
    const stream = join(good, version, weak, saturated, dazzled, cold);
    for (let at = 0; at <= stream.length; at++)
      expect(parse(stream.subarray(0, at), stream.subarray(at))).toEqual(parse(stream));
    expect(parse(stream)).toHaveLength(6);
    expect(parse(stream)[1]).toEqual({ kind: "answer", command: 1, values: Uint8Array.of(1, 2, 3) });
  });

  it("believes no frame with a wrong bit", () => {
    for (let bit = 0; bit < good.length * 8; bit++) {
      const wrong = good.slice();
      wrong[bit >> 3]! ^= 1 << (bit & 7);
      expect(readings(join(wrong, weak))).toEqual(readings(weak));
    }
  });

  it.each(["59", "59 59 59", "5A", "5A 03 01", "5A FF", "59 59 79 00 E8 03", "5A 07 01 01"])(
    "finds the frame behind %s",
    (before) => {
      expect(readings(join(hex(before), good, cold))).toEqual(readings(good, cold));
    },
  );

  const word = (max: number) => fc.integer({ min: 0, max });
  const frame = fc.tuple(word(0xffff), word(0xffff), word(0xffff)).map((words) => {
    const bytes = [0x59, 0x59, ...words.flatMap((value) => [value & 0xff, value >> 8])];
    return Uint8Array.of(...bytes, bytes.reduce((sum, byte) => sum + byte) & 0xff);
  });
  // No byte that a head begins with: eight bits of sum cannot tell every frame from noise.
  const noise = fc
    .uint8Array({ maxLength: 40 })
    .map((bytes) => bytes.filter((byte) => byte !== 0x59 && byte !== 0x5a));

  it("finds every frame among noise, in order, however it is cut into chunks", () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(noise, frame), { maxLength: 20 }), cuts, (parts, lengths) => {
        const bytes = join(...parts.flat());
        const chunks: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const end = at + lengths[turn % lengths.length]!;
          chunks.push(bytes.subarray(at, end));
          at = end;
        }
        const wanted = parts.map(([, [, , d0, d1, s0, s1, t0, t1]]) => ({
          kind: "data",
          distanceCm: d0! + 256 * d1!,
          strength: s0! + 256 * s1!,
          temperature: t0! + 256 * t1!,
        }));
        expect(parse(...chunks)).toEqual(wanted);
      }),
    );
  });

  it("makes the same of any bytes, however they are cut", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, at) => {
        expect(parse(bytes.subarray(0, at), bytes.subarray(at))).toEqual(parse(bytes));
      }),
    );
  });
});

describe("the TFmini-S", () => {
  const place = { kind: "serial", path: "/dev/ttyAMA2" } as const;

  async function setUp() {
    const bench = new Bench();
    const lidar = bench.solder(twin, place);
    const driver = await bench.start(tfminiS, place);
    const sample = () => bench.outcome(driver.sample());
    return { bench, lidar, driver, sample };
  }

  it("reads whatever is there, to within the step of each channel", async () => {
    const { lidar, sample } = await setUp();
    const world = fc.record({
      distance: fc.double({ min: 0.1, max: 12, noNaN: true }),
      strength: fc.double({ min: 101, max: 65_534, noNaN: true }),
      temperature: fc.double({ min: -40, max: 125, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(world, async (values) => {
        for (const [channel, value] of Object.entries(values)) lidar.set(channel, value);
        const reading = await sample();
        expect(Math.abs(reading.distance - values.distance)).toBeLessThanOrEqual(0.01);
        expect(Math.abs(reading.strength - values.strength)).toBeLessThanOrEqual(1);
        expect(Math.abs(reading.temperature - values.temperature)).toBeLessThanOrEqual(0.125);
      }),
      { numRuns: 100 },
    );
    expect([...lidar.untouchable]).toEqual([]);
  });

  it("has no distance for what it is not sure of", async () => {
    const { lidar, sample } = await setUp();
    lidar.set("strength", 60);
    expect(await sample()).toEqual({ distance: Number.NaN, strength: 60, temperature: 40 });
    lidar.mend();
    lidar.dazzle();
    lidar.set("strength", 500);
    expect(await sample()).toEqual({ distance: Number.NaN, strength: 500, temperature: 40 });
    lidar.saturate();
    expect(await sample()).toEqual({ distance: Number.NaN, strength: Number.NaN, temperature: 40 });
    lidar.mend();
    expect((await sample()).distance).toBe(5);
  });

  it("is set to ten frames of centimetres a second, and sends none while nobody listens", async () => {
    const { bench, lidar, driver } = await setUp();
    await driver.close();
    const line = await bench.ports.serial.open(place.path, { baudRate: 115_200 });
    let frames = 0;
    const stop = line.onData(() => frames++);
    await bench.pass(10_000);
    expect(frames).toBe(100);
    lidar.brownOut();
    await bench.pass(1_000);
    expect(frames).toBe(200);
    stop();
    await bench.pass(10_000);
    expect(frames).toBe(200);
  });

  it("takes a frame that was made after it was asked for", async () => {
    const { bench, lidar, sample } = await setUp();
    lidar.set("distance", 2);
    await bench.pass(10_000);
    lidar.set("distance", 7.5);
    expect((await sample()).distance).toBe(7.5);
  });

  it.each([
    ["unplugged", "timeout"],
    ["silent", "timeout"],
    ["noisy", "checksum"],
    ["corrupt", "checksum"],
  ] as const)("reports a module that is %s as %s, and reads on when it is mended", async (fault, kind) => {
    const { bench, lidar, driver, sample } = await setUp();
    if (fault === "unplugged") lidar.unplug();
    if (fault === "silent") lidar.silence();
    if (fault === "noisy") lidar.garbage();
    if (fault === "corrupt") lidar.corruptCrc(1_000);
    for (let attempt = 0; attempt < 20; attempt++)
      expect(await bench.refusal(driver.sample())).toMatchObject({ kind, port: place.path });
    expect((await bench.refusal(driver.probe())).kind).toBe(kind);
    lidar.mend();
    await bench.outcome(driver.probe());
    expect((await sample()).distance).toBe(5);
  });

  it("takes the next frame when one is corrupt", async () => {
    const { lidar, sample } = await setUp();
    lidar.corruptCrc(1);
    expect((await sample()).distance).toBe(5);
  });

  it("understands a command that is written byte by byte, behind noise", async () => {
    const { bench, driver } = await setUp();
    await driver.close();
    const line = await bench.ports.serial.open(place.path, { baudRate: 115_200 });
    const heard: number[] = [];
    line.onData((chunk) => heard.push(...chunk));
    // Output off, then the version: what is heard after that is its answer (section 7.4).
    const bytes = hex("5A 00 5A 05 07 00 66 5A 5A 04 01 5F");
    await bench.outcome(Promise.all([...bytes].map((byte) => line.write(Uint8Array.of(byte), seconds(1)))));
    heard.length = 0;
    await bench.pass(100);
    expect(Uint8Array.from(heard)).toEqual(join(hex("5A 05 07 00 66"), version));
  });

  it("enables output that was disabled", async () => {
    const { bench, driver, sample } = await setUp();
    await driver.close();
    const line = await bench.ports.serial.open(place.path, { baudRate: 115_200 });
    await bench.outcome(line.write(hex("5A 05 07 00 66"), seconds(1)));
    await bench.pass(100);
    await line.close();
    const again = await bench.open(tfminiS, place);
    expect(await bench.refusal(again.sample())).toMatchObject({ kind: "timeout" });
    await bench.outcome(again.configure());
    expect((await bench.outcome(again.sample())).distance).toBe(5);
    expect(await sample().catch((error) => error.kind)).toBe("not-ready");
  });

  it.each([
    ["a version of another length", "5A 06 01 01 02 64", "wrong-device"],
    ["frames only", "59 59 79 00 E8 03 40 09 5F", "timeout"],
    ["a wrong sum", "5A 07 01 01 02 03 69", "checksum"],
  ])("is not what answers with %s", async (_what, answer, kind) => {
    const bench = new Bench();
    const speed = { baudRate: 115_200 };
    bench.board.serial(place.path, { speed, receive: (_bytes, line) => line.send(hex(answer)) });
    const driver = await bench.open(tfminiS, place);
    expect(await bench.refusal(driver.probe())).toMatchObject({ kind });
  });

  it("says so when it is not set to what it was told", async () => {
    const bench = new Bench();
    const speed = { baudRate: 115_200 };
    bench.board.serial(place.path, {
      speed,
      receive: (bytes, line) => line.send(bytes[2] === 3 ? hex("5A 06 03 64 00 C7") : bytes),
    });
    const driver = await bench.open(tfminiS, place);
    expect(await bench.refusal(driver.configure())).toMatchObject({
      kind: "wrong-device",
      operation: "set frame rate",
    });
  });

  it("says so at once when the line is unplugged", async () => {
    const bench = new Bench();
    const speed = { baudRate: 115_200 };
    const cable = bench.board.serial(place.path, { speed, receive: () => {} });
    const driver = await bench.open(tfminiS, place);
    const sample = driver.sample();
    bench.loop.at(bench.loop.now + 1, () => cable.unplug());
    expect(await bench.refusal(sample)).toMatchObject({ kind: "not-ready" });
    expect(await bench.refusal(driver.sample())).toMatchObject({ kind: "not-ready" });
  });

  it("is noise at another speed, unless both are set to it", async () => {
    const bench = new Bench();
    bench.solder(twin, { ...place, baudRate: 9_600 });
    const wrong = await bench.open(tfminiS, place);
    expect((await bench.refusal(wrong.probe())).kind).toMatch(/checksum|timeout/);
    await wrong.close();
    const driver = await bench.start(tfminiS, { ...place, baudRate: 9_600 });
    expect((await bench.outcome(driver.sample())).distance).toBe(5);
  });
});
