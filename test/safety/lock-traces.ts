import type { Target, View } from "#devices/control.ts";
import { deadTimeMs, lock } from "#devices/estimators/curb/lock.ts";
import { lockPermit } from "#devices/estimators/curb/lock-clearance.ts";
import { count } from "#devices/quantities.ts";
import type { Quality, Sample } from "#devices/sample.ts";
import { splitmix32 } from "#sim/world/random.ts";

/**
 * Random traces of what a ground lock's controller and permit may see, most of them such that it rises: readings that
 * come, fail, freeze or go stale, vehicles that come at any tick, limits that close or contradict each other. What is
 * held against each tick is written from the rule, not from the code.
 */
const sources = {
  kept: "access.kept",
  deviation: "space1.deviation",
  distance: "lidar1.distance",
  upperLimit: "upper.closed",
  lowerLimit: "lower.closed",
  motorCurrent: "motor.current",
  stalled: "lockMonitor.stalled",
} as const;
type Name = keyof typeof sources;

/** The rule: both sensors fresh within 0.7 s, good, and clear: at most 2 µT, and the ground within 0.25 m. */
const ageMsMax = 700;
const microteslaMax = 2;
const groundM = 2.3;
const withinM = 0.25;

const controller = lock(sources);
const permit = lockPermit(sources);
const settings = { groundDistance: groundM, travelTime: 6, stallCurrent: 6 };

/** Values that a source may have, the one under which the lock rises first. */
const values: Readonly<Record<Name, readonly number[]>> = {
  kept: [1, 0, Number.NaN],
  deviation: [0.3, 2, 2.01, 40, -1, Number.NaN, Number.POSITIVE_INFINITY],
  distance: [2.3, 2.54, 2.06, 2.56, 2.04, 0.5, 11, 0, Number.NaN],
  upperLimit: [0, 1, Number.NaN],
  lowerLimit: [0, 1, Number.NaN],
  motorCurrent: [3, 0, 12, Number.NaN],
  stalled: [0, 1, Number.NaN],
};
const qualities: readonly Quality[] = ["good", "good", "good", "stale", "suspect", "bad"];
const names = Object.keys(sources) as Name[];

export interface Trace {
  /** Ticks at which the relay for raising was on. */
  readonly rises: number;
  /** What was wrong, if anything was. */
  readonly flaw: string | undefined;
}

/** One trace. @param seed of the trace, a whole number */
export function traceOf(seed: number): Trace {
  const word = splitmix32(seed);
  const below = (limit: number) => word() % limit;
  const one = <T>(list: readonly T[]) => list[below(list.length)]!;
  const samples = new Map<string, Sample>();
  let nowMs = 1 + below(5_000);
  const view = {
    ...{ wallMs: undefined, clock: "none", device: "pier/curb-1", timeZone: "UTC" },
    ...{ latitude: 45, longitude: 13, settings, commands: [] },
    get nowMs() {
      return nowMs;
    },
    latest: (source: string) => samples.get(source),
  } as const satisfies View;
  const put = (name: Name, value: number, quality: Quality, ageMs: number) =>
    samples.set(sources[name], {
      ...{ source: sources[name], value, quality, quantity: count, atMs: nowMs - ageMs },
      ...{ wallMs: undefined, clock: "none", boot: 1 },
    });
  for (const name of names) if (below(20) > 0) put(name, values[name][0]!, "good", 0);
  let state = controller.initial();
  let applied = 0;
  let rises = 0;
  let stoppedMs = Number.NEGATIVE_INFINITY;
  let lastMotion = 0;
  // A rise begins only after 3 s of a clear space: nothing goes wrong for about as long in most traces.
  const quietTicks = below(30);
  const ticks = quietTicks + 5 + below(20);
  for (let tick = 0; tick < ticks; tick++) {
    nowMs += below(8) === 0 ? below(1_500) : 100 + below(200);
    const isRefreshed = below(12) > 0;
    for (const name of names) {
      if (isRefreshed && below(24) > 0) refresh(samples, sources[name], nowMs);
      if (tick < quietTicks || below(40) > 0) continue;
      put(name, one(values[name]), one(qualities), below(10) === 0 ? below(3_000) - 500 : 0);
    }
    const decision = controller.decide(state, view);
    state = decision.state;
    const allowed = permit.allow(decision.target, view).value;
    // Whatever a controller may want, even one that is broken.
    const wished = permit.allow({ value: one([1, -1, 0.4, 2, Number.NaN]), reason }, view).value;
    const flaw = flawOf(allowed, samples, nowMs) ?? flawOf(wished, samples, nowMs);
    if (flaw) return { rises, flaw: `${flaw} at tick ${tick} of trace ${seed}` };
    const isReversed = allowed !== 0 && lastMotion !== 0 && allowed !== lastMotion;
    const restedMs = applied === 0 ? nowMs - stoppedMs : 0;
    if (isReversed && restedMs < deadTimeMs)
      return { rises, flaw: `reversed after ${restedMs} ms at tick ${tick} of trace ${seed}` };
    if (allowed === 0 && applied !== 0) stoppedMs = nowMs;
    if (allowed !== 0) lastMotion = allowed;
    applied = allowed;
    if (allowed === 1) rises++;
  }
  return { rises, flaw: undefined };
}

const reason: Target["reason"] = { code: "test", text: "wanted" };

function refresh(samples: Map<string, Sample>, source: string, nowMs: number): void {
  const sample = samples.get(source);
  if (sample) samples.set(source, { ...sample, atMs: nowMs });
}

/** What is wrong about a motion, by the rule. */
function flawOf(motion: number, samples: ReadonlyMap<string, Sample>, nowMs: number): string | undefined {
  if (motion !== 1 && motion !== 0 && motion !== -1) return `motion ${motion}`;
  const says = (name: Name) => {
    const sample = samples.get(sources[name]);
    return sample?.quality === "good" ? sample : undefined;
  };
  if (motion === -1) return says("lowerLimit")?.value === 1 ? "lowers though it is down" : undefined;
  if (motion !== 1) return undefined;
  for (const name of ["deviation", "distance"] as const) {
    const sample = says(name);
    if (!sample) return `rises without ${name}`;
    if (nowMs - sample.atMs > ageMsMax || sample.atMs > nowMs) return `rises on an old ${name}`;
  }
  const { value: microtesla } = says("deviation")!;
  if (!(microtesla >= 0 && microtesla <= microteslaMax)) return `rises under ${microtesla} µT`;
  const { value: metres } = says("distance")!;
  if (!(metres >= groundM - withinM && metres <= groundM + withinM)) return `rises at ${metres} m`;
  if (says("upperLimit")?.value !== 0) return "rises though it may be up";
  if (says("stalled")?.value !== 0) return "rises though the motor may be stalled";
  return undefined;
}
