import { describe, expect, it } from "vitest";
import type { Contact } from "#sim/kinds/floor/contact.ts";
import { Strip } from "#sim/kinds/floor/strip.ts";
import { detected, type TileDetection } from "#test/bench/strip.ts";
import { presses } from "./presses.ts";
import { cornerChannels, tapChannel, tile } from "./tile.ts";

const gravity = 9.80665;

/** A weight that is set down within `riseMs`, and taken away again. */
const weight = (
  kg: number,
  xM: number,
  { fromMs = 3_000, forMs = 700, riseMs = 110, yM = 0.375 } = {},
): Contact => ({
  fromMs,
  untilMs: fromMs + forMs,
  halfLengthM: 0.05,
  halfWidthM: 0.035,
  yM,
  xM: () => xM,
  forceN: (atMs) => {
    const edge = Math.min(1, (atMs - fromMs) / riseMs, (fromMs + forMs - atMs) / riseMs);
    return kg * gravity * Math.sin((Math.PI / 2) * Math.max(0, edge));
  },
});

interface Told {
  readonly tile: number;
  readonly atMs: number;
  readonly along: number;
  readonly across: number;
  readonly kg: number;
}

function pressesIn(detections: readonly TileDetection[]): Told[] {
  const last: Record<string, number>[] = [];
  return detections.flatMap(({ tile: index, output, value, atMs }) => {
    last[index] = { ...last[index], [output]: value };
    const { along = Number.NaN, across = Number.NaN } = last[index];
    return output === "press" ? [{ tile: index, atMs, along, across, kg: value }] : [];
  });
}

const told = (contacts: readonly Contact[], toMs = 6_000) =>
  pressesIn(detected(contacts, { toMs, tiles: 4 }));

describe("a press", () => {
  it.each([
    { kg: 15, at: 0.3, yM: 0.375 },
    { kg: 40, at: 0.1, yM: 0.2 },
    { kg: 75, at: 0.5, yM: 0.55 },
    { kg: 120, at: 0.3, yM: 0.6 },
  ])("of $kg kg at $at m, $yM m is told so", ({ kg, at, yM }) => {
    const [press, ...others] = told([weight(kg, tile.lengthM + at, { yM })]);
    expect(others).toEqual([]);
    expect(press).toMatchObject({ tile: 1 });
    expect(press!.kg / kg).toBeGreaterThan(0.93);
    expect(press!.kg / kg).toBeLessThan(1.1);
    expect(Math.abs(press!.along - at)).toBeLessThan(0.03);
    expect(Math.abs(press!.across - yM)).toBeLessThan(0.04);
    expect(Math.abs(press!.atMs - 3_000)).toBeLessThan(50);
  });

  it("is told as soon as its load has passed its peak", () => {
    const detections = detected([weight(70, 0.3, { forMs: 240, riseMs: 120 })], { toMs: 6_000, tiles: 1 });
    const { atMs, toldAtMs } = detections.find(({ output }) => output === "press")!;
    expect(toldAtMs - atMs).toBeLessThan(220);
  });

  it("is none where nothing presses, for six minutes of noise, hum and drift", () => {
    expect(told([], 360_000)).toEqual([]);
  });

  // Quiet stance: the weight on a foot swings by some per cent of the body's, at 0.2 to 0.3 Hz.
  it("is one of whoever stands there, however much they sway", () => {
    const onFoot = weight(40, 0.3, { forMs: 60_000, riseMs: 250 });
    const swaying: Contact = {
      ...onFoot,
      forceN: (atMs) => onFoot.forceN(atMs) * (1 + 0.12 * Math.sin((2 * Math.PI * (atMs - 3_000)) / 4_300)),
    };
    expect(told([swaying], 60_000)).toHaveLength(1);
  });

  it("is none when what stood there for minutes goes, and the tile is level again", () => {
    const stands = weight(60, 0.15, { forMs: 200_000 });
    // Each of these steps is followed by a rest: after six of them, and two minutes, what stands there is taken for the tile's level.
    const steps = Array.from({ length: 40 }, (_, index) =>
      weight(70, 0.45, { fromMs: 10_000 + index * 9_500 }),
    );
    const presses = told([stands, ...steps], 400_000);
    expect(presses).toHaveLength(1 + steps.length);
  });

  it("that drives the tap beyond its supply for a moment is told as it was: somebody jumps", () => {
    const [press] = told([weight(150, 0.3, { riseMs: 40, forMs: 300 })]);
    expect(press!.kg / 150).toBeGreaterThan(0.8);
    expect(press!.kg / 150).toBeLessThan(1.2);
  });

  it("does not spread to the neighbours, whose generators hear it", () => {
    expect(told([weight(130, 1.5)]).map((press) => press.tile)).toEqual([2]);
  });

  it("is told beside a weight that lies there already", () => {
    const [first, second, ...others] = told([
      weight(60, 0.15, { forMs: 3_000 }),
      weight(50, 0.45, { fromMs: 4_000 }),
    ]);
    expect(others).toEqual([]);
    expect(first!.kg).toBeGreaterThan(55);
    expect(second!.kg / 50).toBeCloseTo(1, 0);
    expect(Math.abs(second!.along - 0.45)).toBeLessThan(0.05);
  });

  it("is two when a second foot comes 120 ms after the first", () => {
    const feet = told([weight(70, 0.7, { yM: 0.2 }), weight(70, 1, { fromMs: 3_120, yM: 0.55 })]);
    expect(feet.length).toBe(2);
    expect(feet[1]!.atMs - feet[0]!.atMs).toBeGreaterThan(60);
  });

  it("takes over from a foot that leaves the same tile as the next one comes", () => {
    const feet = told([weight(70, 1.05, { forMs: 700 }), weight(70, 0.7, { fromMs: 3_580 })]);
    expect(feet.length).toBe(2);
    expect(feet[1]!.along).toBeLessThan(0.3);
  });
});

describe("the energy of a tile", () => {
  it("is what its generator gave to its load", () => {
    const contacts = [weight(80, 0.3), weight(60, 0.3, { fromMs: 4_500 })];
    const strip = new Strip(
      { fromM: 0, rightM: 0, tiles: 4 },
      Array.from({ length: 4 }, () => ({ stiffness: 1, generator: 1, isStuck: false })),
      0,
    );
    strip.add(contacts);
    strip.advance(8_000);
    const joules = detected(contacts, { toMs: 8_000, tiles: 4 })
      .filter((one) => one.tile === 0 && one.output === "energy")
      .reduce((sum, { value }) => sum + value, 0);
    expect(joules / strip.energyJ(0)).toBeGreaterThan(0.95);
    expect(joules / strip.energyJ(0)).toBeLessThan(1.05);
  });
});

/** A tile that is fed by hand: the tap and the corners in volts, 50 times a second. */
function fed(minutes: number, voltsAt: (seconds: number, channel: string) => number) {
  const detector = presses();
  let state = detector.initial();
  const found: { output: string; value: number; quality: string; atMs: number }[] = [];
  for (let slot = 0; slot < minutes * 3_000; slot++) {
    const atMs = slot * 20;
    const turn = cornerChannels[slot % 3]!;
    const value = (channel: string) =>
      channel === tapChannel || channel === turn ? voltsAt(atMs / 1_000, channel) : Number.NaN;
    const values = Object.fromEntries(
      [tapChannel, ...cornerChannels].map((channel) => [channel, Float64Array.of(value(channel))]),
    );
    const next = detector.detect(state, { slots: 1, atMs: Float64Array.of(atMs), values });
    state = next.state;
    found.push(...next.detections);
  }
  return { found, state };
}

const quiet = (channel: string) => (channel === tapChannel ? tile.tapZeroVolts : tile.deflectionZeroVolts);

describe("a tile's zeros", () => {
  it("follow the drift of the tap, and its noise", () => {
    const { state } = fed(10, (seconds, channel) =>
      channel === tapChannel
        ? quiet(channel) + 0.02 * (seconds / 600) + ((seconds * 50) % 2) * 0.002
        : quiet(channel),
    );
    expect(state.tap.value).toBeCloseTo(0.2 + 0.01, 1);
    expect(state.tap.noise).toBeGreaterThan(0.005);
    expect(state.tap.noise).toBeLessThan(0.03);
  });

  it.each([
    { what: "shifted by a fault", volts: tile.tapZeroVolts + 0.4, isBlind: false },
    { what: "driven above its supply", volts: 3.6, isBlind: true },
    { what: "driven to its end", volts: Number.NaN, isBlind: true },
  ])("are right two seconds after the tap was $what, and after it was mended", ({ volts, isBlind }) => {
    const tap = (untilS: number) =>
      fed(untilS / 60, (seconds, channel) =>
        channel === tapChannel && seconds > 20 && seconds < 40 ? volts : quiet(channel),
      );
    const { found, state } = tap(42);
    expect(state.tap.value).toBeCloseTo(0, 1);
    if (!isBlind) expect(tap(22).state.tap.value).toBeCloseTo(4, 1);
    expect(found.filter(({ output, quality }) => output === "press" && quality === "bad").length).toBe(
      isBlind ? 1 : 0,
    );
    // A generator that gives volts for so long does not exist: but for the shift itself nothing was trodden, and
    // nothing harvested.
    const told = found.filter(({ quality }) => quality === "good");
    const isShift = ({ atMs }: { atMs: number }) => atMs % 20_000 < 1_000;
    expect(told.filter((one) => one.output === "press" && !isShift(one))).toEqual([]);
    expect(
      told.filter(({ output }) => output === "energy").reduce((sum, { value }) => sum + value, 0),
    ).toBeLessThan(1);
  });

  it("tell where each corner stands, in metres", () => {
    const { found } = fed(1, (_, channel) => quiet(channel) + (channel === "voltage2" ? 0.5 : 0));
    const corners = found.filter(({ output }) => output.startsWith("corner")).slice(-3);
    expect(corners.map(({ value }) => value)).toEqual([
      expect.closeTo(0, 6),
      expect.closeTo(0.002, 6),
      expect.closeTo(0, 6),
    ]);
  });

  it("stay while somebody stands on the tile, and go along when it has settled under many", () => {
    /** From the second minute on a corner is 3 mm lower; each ten seconds somebody steps on the tile if `steps`. */
    const lowered = (steps: boolean) => (seconds: number, channel: string) => {
      const beat = seconds % 10;
      const velocity = steps && beat < 0.2 ? 0.4 * Math.sin((2 * Math.PI * beat) / 0.2) : 0;
      if (channel === tapChannel) return quiet(channel) + velocity;
      return quiet(channel) + (channel === "voltage3" && seconds > 60 ? 0.75 : 0);
    };
    const cornerOf = ({ found }: ReturnType<typeof fed>) =>
      found.filter(({ output }) => output === "corner3").at(-1)!.value;
    expect(cornerOf(fed(8, lowered(false)))).toBeCloseTo(0, 4);
    expect(cornerOf(fed(8, lowered(true)))).toBeCloseTo(0.003, 4);
  });
});

describe("a converter that is dead", () => {
  it("is told once, and its tile is well again when it speaks", () => {
    const { found, state } = fed(1, (seconds, channel) =>
      seconds > 20 && seconds < 40 ? 0 : quiet(channel),
    );
    expect(found.filter(({ quality }) => quality === "bad")).toEqual([
      { output: "press", value: Number.NaN, quality: "bad", atMs: expect.closeTo(21_000, -2) },
    ]);
    expect(state.deadSinceMs).toBeUndefined();
  });

  it("is blind too while one of its corners is cut off", () => {
    const { found } = fed(1, (seconds, channel) =>
      seconds > 20 && channel === "voltage2" ? 0 : quiet(channel),
    );
    expect(found.filter(({ quality }) => quality === "bad")).toEqual([
      expect.objectContaining({ output: "press", atMs: expect.closeTo(21_200, -2.5) }),
    ]);
  });

  it("that was only reset has lost a conversion, and nobody hears of it", () => {
    const { found } = fed(1, (seconds, channel) => (Math.abs(seconds - 30) < 0.001 ? 0 : quiet(channel)));
    expect(found.filter(({ output }) => !output.startsWith("corner"))).toEqual([]);
  });
});
