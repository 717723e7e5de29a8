import fc from "fast-check";
import type { View } from "#devices/control.ts";
import { type PortGuardState, portGuard, portLimits } from "#devices/estimators/charging/port-guard.ts";
import { portPermit } from "#devices/estimators/charging/port-permit.ts";
import { portSwitch } from "#devices/estimators/charging/port-switch.ts";
import type { Context, Estimator } from "#devices/estimators/estimator.ts";
import { count } from "#devices/quantities.ts";
import type { Quality, Sample } from "#devices/sample.ts";
import { splitmix32 } from "#sim/world/random.ts";

const ratedCurrentA = 2;
const limits = { ...portLimits, ratedCurrentA };
const sources = {
  voltage: "voltage",
  current: "current",
  temperature: "temperature",
  fault: "fault",
  target: "target",
  reset: "command.resetPort",
  trip: "guard.trip",
  sure: "guard.sure",
  frost: "frost",
  wanted: "wanted",
  standing: "standing",
};

/** One thing that happens, so long after the one before. */
interface Happening {
  readonly afterMs: number;
  readonly what:
    | "current"
    | "silence"
    | "temperature"
    | "fault"
    | "frost"
    | "wanted"
    | "reset"
    | "restart"
    | "refresh";
  readonly value: number;
  readonly quality: Quality;
}

const happening: fc.Arbitrary<Happening> = fc.record({
  afterMs: fc.oneof(
    fc.integer({ min: 0, max: 700 }),
    fc.constantFrom(0, 500, 999, 1_000, 2_000, 2_001, 3_001, 10_001),
  ),
  what: fc.constantFrom(
    ...(["current", "current", "current", "refresh", "refresh", "refresh"] as const),
    ...(["silence", "temperature", "fault", "frost", "wanted", "reset", "restart"] as const),
  ),
  value: fc.constantFrom(0, 0.5, 1, 1.2, 1.5, 4),
  quality: fc.constantFrom<Quality>("good", "good", "good", "good", "bad", "stale", "suspect"),
});

const whats = [
  "current",
  "current",
  "refresh",
  "refresh",
  "refresh",
  "silence",
  "temperature",
  "fault",
] as const;
const rareWhats = ["frost", "wanted", "reset", "reset", "restart"] as const;
const afters = [0, 120, 400, 500, 700, 999, 1_000, 2_000, 2_001, 3_001, 10_001] as const;
const values = [0, 0.5, 1, 1.2, 1.5, 4] as const;
const qualities = ["good", "good", "good", "good", "good", "bad", "stale", "suspect"] as const;

/** A short trace of that seed: quick to make, for runs by the million. */
export function shortTrace(seed: number): readonly Happening[] {
  const word = splitmix32(seed);
  const one = <T>(among: readonly T[]) => among[word() % among.length]!;
  const length = 2 + (word() % 10);
  const happenings: Happening[] = [{ afterMs: 0, what: "refresh", value: 0, quality: "good" }];
  while (happenings.length <= length)
    happenings.push({
      afterMs: one(afters),
      what: word() % 4 === 0 ? one(rareWhats) : one(whats),
      value: one(values),
      quality: one(qualities),
    });
  return happenings;
}

/** Begins with a port that is on. */
export const trace = fc
  .array(happening, { minLength: 1, maxLength: 40 })
  .map((happenings) => [
    { afterMs: 0, what: "refresh", value: 0, quality: "good" } as Happening,
    ...happenings,
  ]);

/**
 * Runs a port's guard, switch and permit as a unit would, beside an own, simpler account of what is true, and throws
 * at the first instant at which the port is on though it must not be, or a latch cleared by itself.
 */
export function runTrace(happenings: readonly Happening[]): {
  readonly onMs: number;
  readonly trips: number;
} {
  const port = new PortUnderTest();
  for (const { afterMs, what, value, quality } of happenings) {
    port.pass(afterMs);
    if (what === "current") port.meter(value * ratedCurrentA, quality);
    else if (what === "silence") port.pass(2_500);
    else if (what === "temperature") port.put("temperature", value > 1.4 ? 61 : 20 + value, quality);
    else if (what === "fault") port.put("fault", value > 1.4 ? 1 : 0, quality);
    else if (what === "frost") port.put("frost", value > 1.4 ? 1 : 0, quality);
    else if (what === "wanted") port.put("wanted", value > 1.4 ? 0 : 1, quality);
    else if (what === "reset") port.reset(value > 1.4 ? "other" : "usb1");
    else if (what === "restart") port.restart();
    else port.refresh();
  }
  port.pass(5_000);
  return { onMs: port.onMs, trips: port.trips };
}

const guard: Estimator<PortGuardState> = portGuard({ port: "usb1", ...sources }, limits);
const switcher = portSwitch(sources);
const permit = portPermit(sources, limits);
const heardByGuard = new Set(guard.inputs);
const decidedBy = new Set([...switcher.inputs, ...permit.inputs]);

/** What a port that is on needs beside its meter: a source, what is bad, and how old it may be, a millisecond over. */
const rules = [
  ["temperature", (value: number) => value > 60, 10_001],
  ["fault", (value: number) => value === 1, 3_001],
  ["frost", (value: number) => value === 1, Number.POSITIVE_INFINITY],
] as const;

class PortUnderTest {
  #latest = new Map<string, Sample>();
  readonly #newest = (source: string) => this.#latest.get(source);
  #state = guard.initial(undefined);
  #nowMs = 0;
  #guardWakeMs = Number.POSITIVE_INFINITY;
  #isOn = false;
  #isReset = false;
  #command = "usb1";
  /** The account of the truth: what the newest readings were, and since when. */
  #goodCurrent: { readonly value: number; readonly atMs: number } | undefined;
  #overSinceMs: number | undefined;
  onMs = 0;
  trips = 0;

  constructor() {
    this.#step(undefined);
    for (const [source, value] of [
      ["frost", 0],
      ["wanted", 1],
      ["standing", 0],
    ] as const)
      this.put(source, value, "good");
  }

  meter(value: number, quality: Quality): void {
    this.put("voltage", 5, quality);
    this.put("current", quality === "bad" ? Number.NaN : value, quality);
  }

  refresh(): void {
    this.meter(0.5, "good");
    this.put("temperature", 25, "good");
    this.put("fault", 0, "good");
  }

  put(source: string, value: number, quality: Quality): void {
    const atMs = this.#nowMs;
    const sample: Sample = {
      source,
      value,
      quality,
      quantity: count,
      atMs,
      wallMs: undefined,
      clock: "none",
      boot: 1,
    };
    this.#latest.set(source, sample);
    if (source === "current" && quality === "good") {
      this.#goodCurrent = { value, atMs: this.#nowMs };
      const isOver = value >= 1.2 * ratedCurrentA;
      this.#overSinceMs = isOver ? (this.#overSinceMs ?? this.#nowMs) : undefined;
    }
    if (heardByGuard.has(source)) this.#step(sample);
    if (decidedBy.has(source)) this.#decide();
    this.#judge();
  }

  reset(port: string): void {
    this.#command = port;
    this.#isReset = port === "usb1";
    this.put("command.resetPort", 1, "good");
    this.#isReset = false;
  }

  /** The process dies: its port is off until it is told again, and what it heard is gone. */
  restart(): void {
    const kept = JSON.parse(JSON.stringify(guard.save!(this.#state)));
    const before = this.#state.trip;
    this.#state = guard.initial(kept);
    if (this.#state.trip !== before)
      throw new Error(`a restart made trip ${before} into ${this.#state.trip}`);
    this.#latest = new Map(
      [...this.#latest].filter(([source]) => ["frost", "wanted", "standing"].includes(source)),
    );
    this.#isOn = false;
    this.#goodCurrent = undefined;
    this.#overSinceMs = undefined;
    this.#step(undefined);
    this.#judge();
  }

  pass(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const next = this.#guardWakeMs;
      const untilMs = Math.min(next, endMs);
      this.onMs += this.#isOn ? untilMs - this.#nowMs : 0;
      // Just before anything can react, the port still stands as it did.
      this.#nowMs = untilMs - 1e-6;
      this.#judge();
      this.#nowMs = untilMs;
      if (next > endMs) return;
      this.#step(undefined);
      this.#judge();
    }
  }

  #step(sample: Sample | undefined): void {
    const before = this.#state.trip;
    const commands = [{ name: "resetPort", args: { port: this.#command }, untilMs: this.#nowMs }];
    const isReset = sample?.source === "command.resetPort";
    const context: Context = {
      nowMs: this.#nowMs,
      wallMs: undefined,
      clock: "none",
      device: "park/bench-01",
      latitude: 0,
      longitude: 0,
      timeZone: "UTC",
      settings: {},
      commands: isReset ? commands : [],
    };
    const { state, estimates, wakeAtMs } = guard.step(this.#state, sample, context);
    this.#state = state;
    this.#guardWakeMs = wakeAtMs ?? Number.POSITIVE_INFINITY;
    if (before !== 0 && state.trip !== before && !this.#isReset)
      throw new Error(`trip ${before} became ${state.trip} without a reset`);
    if (before === 0 && state.trip !== 0) this.trips++;
    for (const { output, value, quality } of estimates) this.put(`guard.${output}`, value, quality);
  }

  #decide(): void {
    const view = { nowMs: this.#nowMs, latest: this.#newest } as View;
    const { target } = switcher.decide(null, view);
    const isOn = permit.allow(target, view).value === 1;
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    this.put("target", isOn ? 1 : 0, "good");
  }

  /** Throws when the port is on and must be off, by the account of the truth. */
  #judge(): void {
    if (!this.#isOn) return;
    const now = this.#nowMs;
    const wrong = (why: string) => {
      throw new Error(`on at ${now} ms though ${why}`);
    };
    const current = this.#goodCurrent;
    if (current && current.value >= 1.5 * ratedCurrentA) wrong("150 % flows");
    if (this.#overSinceMs !== undefined && now - this.#overSinceMs >= 1_000) wrong("120 % has flown for 1 s");
    if (now - (current?.atMs ?? Number.NEGATIVE_INFINITY) > 2_001) wrong("its meter is silent");
    for (const [source, isBad, ageMs] of rules) {
      const sample = this.#latest.get(source);
      if (sample?.quality !== "good" || isBad(sample.value) || now - sample.atMs > ageMs) wrong(source);
    }
    if (this.#latest.get("current")?.quality !== "good") wrong("its meter is in doubt");
    if (this.#latest.get("guard.trip")?.value !== 0) wrong("it is latched");
  }
}
