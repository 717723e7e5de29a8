import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Target, View } from "../control.ts";
import { level, temperature, truth } from "../quantities.ts";
import type { ClockQuality, Quality, Sample } from "../sample.ts";
import { dimming, dimmingPermit } from "./dimming.ts";
import { dimmingSettings } from "./dimming-settings.ts";
import type { ActiveCommand } from "./estimator.ts";

const minuteMs = 60_000;
const rome = { latitude: 41.9, longitude: 12.5, timeZone: "Europe/Rome", device: "pier/lamp-1" } as const;

const settings: Readonly<Record<string, unknown>> = {
  profile: [
    { from: "sunset", level: 70 },
    { from: "22:00", level: 45 },
    { from: "sunrise-01:00", level: 60 },
  ],
  presenceLevel: 90,
  holdTime: 30,
  neighbourLevel: 55,
  minimumLevel: 40,
  roadClass: "M1",
  defaultLevel: 80,
  rampUp: 10,
  rampDown: 2,
};

type Reading = { readonly value: number; readonly quality?: Quality };

const sampleOf = (source: string, { value, quality = "good" }: Reading, atMs: number): Sample => ({
  source,
  value,
  quality,
  quantity: source === "supply.temperature" ? temperature : truth,
  atMs,
  wallMs: undefined,
  clock: "none",
  boot: 1,
});

interface Situation {
  readonly nowMs?: number;
  readonly wallMs?: number | undefined;
  readonly clock?: ClockQuality;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly commands?: readonly ActiveCommand[];
  readonly dark?: Reading | undefined;
  readonly occupied?: Reading | undefined;
  readonly neighbours?: Reading | undefined;
  readonly gear?: Reading | undefined;
}

/** Half past eight in the evening of 3 November 2026 in Rome, dark, nobody near. */
const evening = Date.parse("2026-11-03T20:30:00+01:00");

function viewOf(situation: Situation): View {
  const {
    nowMs = 0,
    wallMs = evening,
    clock = "network",
    commands = [],
    dark = { value: 1 },
    occupied = { value: 0 },
  } = situation;
  const readings: Readonly<Record<string, Reading | undefined>> = {
    "daylight.dark": "dark" in situation ? situation.dark : dark,
    "presence.occupied": "occupied" in situation ? situation.occupied : occupied,
    "neighbours.presence": situation.neighbours,
    "supply.temperature": situation.gear,
  };
  return {
    ...rome,
    nowMs,
    wallMs: "wallMs" in situation ? situation.wallMs : wallMs,
    clock,
    commands,
    settings: situation.settings ?? settings,
    latest: (source) => {
      const reading = readings[source];
      return reading && sampleOf(source, reading, nowMs);
    },
  };
}

const controller = dimming({
  dark: "daylight.dark",
  occupied: "presence.occupied",
  neighbours: "neighbours.presence",
});

/** The first decision of a unit in a situation: there is no ramp to wait for. */
const decide = (situation: Situation): Target =>
  controller.decide(controller.initial(), viewOf(situation)).target;
const told = ({ value, reason }: Target) => `${value} ${reason.code}: ${reason.text}`;

/** A lamp over time: `at` seconds, with every wake-up that it asked for in between. */
class Lamp {
  #state = controller.initial();
  #nowMs = 0;
  #wakeAtMs: number | undefined;
  #situation: Situation = {};
  readonly targets: { readonly atMs: number; readonly value: number }[] = [];

  at(second: number, situation: Situation): this {
    this.until(second);
    this.#situation = situation;
    this.#nowMs = second * 1_000;
    return this.#decide();
  }

  until(second: number): this {
    while (this.#wakeAtMs !== undefined && this.#wakeAtMs < second * 1_000) {
      this.#nowMs = this.#wakeAtMs;
      this.#decide();
    }
    return this;
  }

  #decide(): this {
    const wallMs = evening + this.#nowMs;
    const view = viewOf({ wallMs, ...this.#situation, nowMs: this.#nowMs });
    const { state, target, wakeAtMs } = controller.decide(this.#state, view);
    this.#state = state;
    this.#wakeAtMs = wakeAtMs;
    this.targets.push({ atMs: this.#nowMs, value: target.value });
    if (wakeAtMs !== undefined) expect(wakeAtMs).toBeGreaterThan(this.#nowMs);
    return this;
  }

  get told(): string {
    return told(this.#state.target!);
  }
}

const setLevel = (percent: number, untilMs: number): ActiveCommand => ({
  name: "setLevel",
  args: { level: percent },
  untilMs,
});

describe("dimming decides", () => {
  it.each<[string, Situation, string]>([
    ["nothing, in daylight", { dark: { value: 0 } }, "0 daylight: it is not dark"],
    [
      "daylight before a command and presence",
      { dark: { value: 0 }, commands: [setLevel(60, 9_000)], occupied: { value: 1 } },
      "0 daylight: it is not dark",
    ],
    ["the profile", {}, "70 profile: profile from sunset"],
    [
      "the profile's later point",
      { wallMs: evening + 120 * minuteMs },
      "50 minimum: as low as it may be while it is dark",
    ],
    [
      "the profile's point by the morning sun",
      { wallMs: Date.parse("2026-11-04T06:00:00+01:00") },
      "60 profile: profile from sunrise-01:00",
    ],
    ["presence over the profile", { occupied: { value: 1 } }, "90 presence: somebody is near"],
    [
      "a neighbour's presence over a lower profile",
      { wallMs: evening + 120 * minuteMs, neighbours: { value: 1 } },
      "55 neighbours: somebody is near a neighbouring lamp",
    ],
    [
      "the profile over a neighbour's presence when brighter",
      { neighbours: { value: 1 } },
      "70 profile: profile from sunset",
    ],
    [
      "a command over presence",
      { occupied: { value: 1 }, commands: [setLevel(65, 90_000)] },
      "65 override: level commanded until 20:31:30",
    ],
    [
      "the newest command",
      { commands: [setLevel(65, 90_000), setLevel(75, 60_000)] },
      "75 override: level commanded until 20:31:00",
    ],
    [
      "no command that is over",
      { nowMs: 10, commands: [setLevel(65, 10)] },
      "70 profile: profile from sunset",
    ],
    [
      "no command below the minimum",
      { commands: [setLevel(5, 9_000)] },
      "50 minimum: as low as it may be while it is dark",
    ],
    ["the default while darkness is unknown", { dark: undefined }, "80 unsure: not known whether it is dark"],
    [
      "the default while darkness is suspect",
      { dark: { value: 0, quality: "suspect" } },
      "80 unsure: not known whether it is dark",
    ],
    [
      "the default over a lower command in doubt",
      { dark: undefined, commands: [setLevel(60, 9_000)] },
      "80 unsure: not known whether it is dark",
    ],
    [
      "the default while presence is unknown",
      { occupied: { value: 1, quality: "suspect" } },
      "80 unsure: not known whether somebody is near",
    ],
    [
      "the default while presence is stale",
      { occupied: { value: 0, quality: "stale" } },
      "80 unsure: not known whether somebody is near",
    ],
    ["the default without the time", { wallMs: undefined }, "80 unsure: local time is not known"],
    [
      "presence over the default without the time",
      { wallMs: undefined, occupied: { value: 1 } },
      "90 presence: somebody is near",
    ],
    [
      "the default by a profile that cannot be read",
      { settings: { ...settings, profile: [{ from: "25:00", level: 1 }] } },
      "80 unsure: no point of the profile applies",
    ],
  ])("%s", (_, situation, expected) => expect(told(decide(situation))).toBe(expected));

  it("needs no presence sensor where none is declared", () => {
    const plain = dimming({ dark: "daylight.dark" });
    expect(plain.inputs).toEqual(["daylight.dark"]);
    const { target } = plain.decide(plain.initial(), viewOf({ occupied: undefined }));
    expect(told(target)).toBe("70 profile: profile from sunset");
  });

  it("holds the presence level for the hold time, and says until when", () => {
    const lamp = new Lamp().at(0, { occupied: { value: 1 } }).at(10, { occupied: { value: 0 } });
    expect(lamp.told).toBe("90 presence: presence until 20:30:40");
    expect(lamp.until(39.9).told).toBe("90 presence: presence until 20:30:40");
    expect(lamp.until(51).told).toBe("70 profile: profile from sunset");
  });

  it("counts the hold from when somebody left, however long they stayed", () => {
    const lamp = new Lamp().at(0, { occupied: { value: 1 } }).at(600, { occupied: { value: 0 } });
    expect(lamp.told).toBe("90 presence: presence until 20:40:30");
  });

  it("follows the profile over the night without any new sample", () => {
    const lamp = new Lamp().at(0, { settings: { ...settings, roadClass: "none" } });
    expect(lamp.until(90 * 60 - 1).told).toBe("70 profile: profile from sunset");
    expect(lamp.until(90 * 60 + 60).told).toBe("45 profile: profile from 22:00");
  });

  it("keeps to local time when summer time ends: 03:00 comes after the repeated hour", () => {
    const late = {
      ...settings,
      roadClass: "none",
      profile: [
        { from: "03:00", level: 50 },
        { from: "22:00", level: 60 },
      ],
    };
    const at = (time: string) => told(decide({ settings: late, wallMs: Date.parse(time) }));
    expect(at("2026-10-25T02:59:59+02:00")).toBe("60 profile: profile from 22:00");
    expect(at("2026-10-25T02:59:59+01:00")).toBe("60 profile: profile from 22:00");
    expect(at("2026-10-25T03:00:00+01:00")).toBe("50 profile: profile from 03:00");
  });

  it("uses the default level in a polar night for which the profile has only sunsets", () => {
    const view = {
      ...viewOf({ settings: { ...settings, profile: [{ from: "sunset", level: 60 }] } }),
      latitude: 78.2,
      longitude: 15.6,
    };
    const { target } = controller.decide(controller.initial(), { ...view, wallMs: Date.UTC(2026, 11, 21) });
    expect(told(target)).toBe("80 unsure: no point of the profile applies");
  });
});

describe("dimming ramps", () => {
  const steps = (lamp: Lamp) =>
    lamp.targets.slice(1).map(({ atMs, value }, index) => {
      const before = lamp.targets[index]!;
      return { percent: Math.abs(value - before.value), ms: atMs - before.atMs };
    });

  it("up at 10 %/s and down at 2 %/s, in steps of 1 % and no faster than 10 Hz", () => {
    const lamp = new Lamp().at(0, {}).at(10, { occupied: { value: 1 } });
    expect(lamp.told).toMatch(/^71 /);
    expect(lamp.until(11.05).told).toMatch(/^81 /);
    expect(lamp.until(13).told).toMatch(/^90 /);
    lamp.at(14, { occupied: { value: 0 } }).until(45.05);
    expect(lamp.told).toMatch(/^87 /);
    expect(lamp.until(60).told).toMatch(/^70 /);
    const moves = steps(lamp).filter(({ percent }) => percent > 0);
    expect(moves).toHaveLength(40);
    for (const { percent, ms } of moves) {
      expect(percent).toBeCloseTo(1, 6);
      expect(ms).toBeGreaterThanOrEqual(100 - 1e-6);
    }
  });

  it("at 40 %/s in larger steps rather than faster ones", () => {
    const quick = { settings: { ...settings, rampUp: 40 } };
    const lamp = new Lamp()
      .at(0, quick)
      .at(10, { ...quick, occupied: { value: 1 } })
      .until(12);
    const moves = steps(lamp).filter(({ percent }) => percent > 0);
    expect(moves.map(({ percent }) => Math.round(percent))).toEqual([4, 4, 4, 4, 4]);
    expect(moves[0]!.ms).toBe(10_000);
    for (const { ms } of moves.slice(1)) expect(ms).toBeCloseTo(100, 6);
  });

  it("switches on at the minimum at once, then ramps", () => {
    const lamp = new Lamp().at(0, { dark: { value: 0 } }).at(10, {});
    expect(lamp.told).toMatch(/^50 /);
    expect(lamp.until(11.05).told).toMatch(/^60 /);
    expect(lamp.until(13).told).toMatch(/^70 /);
  });

  it("takes no step sooner for another goal", () => {
    const lamp = new Lamp().at(0, {});
    for (let hundredth = 0; hundredth <= 100; hundredth++)
      lamp.at(10 + hundredth / 100, {
        settings: { ...settings, presenceLevel: hundredth % 2 === 0 ? 90 : 95 },
        occupied: { value: 1 },
      });
    expect(lamp.told).toMatch(/^81 /);
  });

  it("turns round midway from the level that it has reached", () => {
    const lamp = new Lamp().at(0, {}).at(10, { occupied: { value: 1 } });
    lamp.at(11.05, { dark: { value: 0 } });
    expect(lamp.told).toMatch(/^81 daylight/);
    expect(lamp.until(60).told).toMatch(/^0 daylight/);
  });

  it("starts in a known state: a unit that starts at night is lit at once", () => {
    expect(decide({}).value).toBe(70);
  });
});

const allowed = dimmingPermit({ dark: "daylight.dark", gearTemperature: "supply.temperature" });

describe("dimmingPermit", () => {
  const wanted = (value: number): Target => ({
    value,
    reason: { code: "profile", text: "profile from 22:00" },
  });
  const permit = (value: number, situation: Situation) =>
    told(allowed.allow(wanted(value), viewOf(situation)));

  it.each<[string, number, Situation, string]>([
    ["leaves what is allowed", 70, {}, "70 profile: profile from 22:00"],
    ["raises to the minimum in the dark", 3, {}, "50 minimum: as low as it may be while it is dark"],
    ["lets the lamp go off by day", 0, { dark: { value: 0 } }, "0 profile: profile from 22:00"],
    [
      "raises to the default while darkness is unknown",
      60,
      { dark: undefined },
      "80 unsure: not known whether it is dark",
    ],
    [
      "raises to the default while darkness is stale",
      0,
      { dark: { value: 0, quality: "stale" } },
      "80 unsure: not known whether it is dark",
    ],
    ["leaves more than the default", 95, { dark: undefined }, "95 profile: profile from 22:00"],
    ["replaces nonsense by the default", Number.NaN, {}, "80 unsure: no usable level was asked for"],
    ["replaces more than everything by the default", 101, {}, "80 unsure: no usable level was asked for"],
    ["does not derate at 75 °C", 100, { gear: { value: 75 } }, "100 profile: profile from 22:00"],
    [
      "derates half way at 82.5 °C",
      100,
      { gear: { value: 82.5 } },
      "75 over-temperature: control gear is too hot",
    ],
    [
      "derates to the minimum, not to off",
      100,
      { gear: { value: 120 } },
      "50 over-temperature: control gear is too hot",
    ],
    [
      "derates in doubt, too",
      100,
      { dark: undefined, gear: { value: 120 } },
      "50 over-temperature: control gear is too hot",
    ],
    [
      "believes only a good temperature",
      100,
      { gear: { value: 120, quality: "suspect" } },
      "100 profile: profile from 22:00",
    ],
  ])("%s", (_, value, situation, expected) => expect(permit(value, situation)).toBe(expected));
});

describe("dimming, whatever is known", () => {
  const quality = fc.constantFrom<Quality>("good", "stale", "suspect", "bad");
  const reading = (value: fc.Arbitrary<number>) =>
    fc.option(fc.record({ value, quality }), { nil: undefined });
  const binary = fc.constantFrom(0, 1, Number.NaN, 0.5);
  const percent = fc.oneof(
    fc.double({ min: 0, max: 100, noNaN: true }),
    fc.constant(Number.NaN),
    fc.constant("x"),
  );
  const anySettings = fc.record(
    {
      profile: fc.oneof(
        fc.array(
          fc.record({ from: fc.constantFrom("22:00", "sunset", "sunrise-00:30", "x"), level: percent }),
          { maxLength: 4 },
        ),
        fc.constant(7),
      ),
      presenceLevel: percent,
      holdTime: fc.integer({ min: -5, max: 100 }),
      minimumLevel: percent,
      roadClass: fc.constantFrom("M1", "P6", "C4", "Z9", 3),
      neighbourLevel: percent,
      defaultLevel: percent,
      rampUp: fc.double({ min: -1, max: 200 }),
      rampDown: fc.double({ min: -1, max: 200 }),
    },
    { requiredKeys: [] },
  );
  const situation: fc.Arbitrary<Situation> = fc.record({
    nowMs: fc.integer({ min: 0, max: 1e9 }),
    wallMs: fc.option(fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2040, 0) }), { nil: undefined }),
    clock: fc.constantFrom<ClockQuality>("none", "rtc", "network"),
    settings: anySettings,
    commands: fc.array(
      fc.record({
        name: fc.constantFrom("setLevel", "other"),
        args: fc.record({ level: fc.oneof(percent, fc.constant(-5), fc.constant(400)) }),
        untilMs: fc.integer({ min: 0, max: 2e9 }),
      }),
      { maxLength: 2 },
    ),
    dark: reading(binary),
    occupied: reading(binary),
    neighbours: reading(binary),
    gear: reading(fc.double({ min: -60, max: 200 })),
  });

  it("permits no level below the minimum while it is dark or that is not known", () => {
    const wanted = fc.oneof(fc.double({ min: -50, max: 150 }), fc.constant(0));
    fc.assert(
      fc.property(situation, wanted, (some, value) => {
        const view = viewOf(some);
        const { value: permitted } = allowed.allow({ value, reason: { code: "any", text: "any" } }, view);
        expect(permitted).toBeLessThanOrEqual(level.max);
        expect(permitted).toBeGreaterThanOrEqual(level.min);
        const isLight = some.dark?.quality === "good" && some.dark.value < 0.5;
        const { minimumLevel, defaultLevel } = dimmingSettings(view.settings);
        if (!isLight) expect(permitted).toBeGreaterThanOrEqual(minimumLevel);
        const isCool = some.gear?.quality !== "good" || !(some.gear.value > 75);
        const isUnknown = some.dark?.quality !== "good" || Number.isNaN(some.dark.value);
        if (isUnknown && isCool) expect(permitted).toBeGreaterThanOrEqual(defaultLevel);
      }),
      { numRuns: 500 },
    );
  });

  it("wants a level from 0 to 100 and wakes in the future, through any sequence of situations", () => {
    fc.assert(
      fc.property(fc.array(situation, { maxLength: 10 }), (situations) => {
        let state = controller.initial();
        const inOrder = [...situations].sort((a, b) => a.nowMs! - b.nowMs!);
        for (const next of inOrder) {
          const decision = controller.decide(state, viewOf(next));
          state = decision.state;
          expect(decision.target.value).toBeGreaterThanOrEqual(level.min);
          expect(decision.target.value).toBeLessThanOrEqual(level.max);
          if (decision.wakeAtMs !== undefined) expect(decision.wakeAtMs).toBeGreaterThan(next.nowMs!);
        }
      }),
      { numRuns: 300 },
    );
  });
});
