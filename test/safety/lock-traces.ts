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

type Mutable = { -readonly [Key in keyof Sample]: Sample[Key] };

/** One trace. @param seed of the trace, a whole number */
export function traceOf(seed: number): Trace {
  const word = splitmix32(seed);
  const below = (limit: number) => word() % limit;
  const one = <T>(list: readonly T[]) => list[below(list.length)]!;
  const view = new TraceView(1 + below(5_000));
  for (const name of names)
    if (below(20) > 0) view.put(name, { value: values[name][0]!, quality: "good", ageMs: 0 });
  let state = controller.initial();
  let applied = 0;
  let rises = 0;
  let stoppedMs = Number.NEGATIVE_INFINITY;
  let lastMotion = 0;
  // A rise begins only after 3 s of a clear space: nothing goes wrong for about as long in most traces.
  const quietTicks = below(14);
  const ticks = quietTicks + 2 + below(8);
  for (let tick = 0; tick < ticks; tick++) {
    if (below(8) === 0) view.nowMs += below(1_500);
    else view.nowMs += tick < quietTicks ? 300 + below(300) : 100 + below(200);
    if (below(12) > 0) view.refresh(below);
    for (const name of names) {
      if (tick < quietTicks || below(40) > 0) continue;
      const ageMs = below(10) === 0 ? below(3_000) - 500 : 0;
      view.put(name, { value: one(values[name]), quality: one(qualities), ageMs });
    }
    const decision = controller.decide(state, view);
    state = decision.state;
    const allowed = permit.allow(decision.target, view).value;
    // Whatever a controller may want, even one that is broken.
    const wished = permit.allow({ value: one(wishes), reason }, view).value;
    const flaw = flawOf(allowed, view) ?? flawOf(wished, view);
    if (flaw) return { rises, flaw: `${flaw} at tick ${tick} of trace ${seed}` };
    const isReversed = allowed !== 0 && lastMotion !== 0 && allowed !== lastMotion;
    const restedMs = applied === 0 ? view.nowMs - stoppedMs : 0;
    if (isReversed && restedMs < deadTimeMs)
      return { rises, flaw: `reversed after ${restedMs} ms at tick ${tick} of trace ${seed}` };
    if (allowed === 0 && applied !== 0) stoppedMs = view.nowMs;
    if (allowed !== 0) lastMotion = allowed;
    applied = allowed;
    if (allowed === 1) rises++;
  }
  return { rises, flaw: undefined };
}

const wishes = [1, -1, 0.4, 2, Number.NaN];
const reason: Target["reason"] = { code: "test", text: "wanted" };

/** What controller and permit look at: one mutable sample for each source. */
class TraceView implements View {
  readonly wallMs = undefined;
  readonly clock = "none";
  readonly device = "pier/curb-1";
  readonly timeZone = "UTC";
  readonly latitude = 45;
  readonly longitude = 13;
  readonly settings = settings;
  readonly commands = [];
  nowMs: number;
  readonly #samples = new Map<string, Mutable>();

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  latest(source: string): Sample | undefined {
    return this.#samples.get(source);
  }

  put(
    name: Name,
    { value, quality, ageMs }: { readonly value: number; readonly quality: Quality; readonly ageMs: number },
  ): void {
    const source = sources[name];
    const atMs = this.nowMs - ageMs;
    this.#samples.set(source, {
      ...{ source, value, quality, quantity: count, atMs },
      ...{ wallMs: undefined, clock: "none", boot: 1 },
    });
  }

  /** Nearly every source is read again, and says what it said. */
  refresh(below: (limit: number) => number): void {
    for (const sample of this.#samples.values()) if (below(24) > 0) sample.atMs = this.nowMs;
  }
}

/** What is wrong about a motion, by the rule. */
function flawOf(motion: number, view: TraceView): string | undefined {
  if (motion !== 1 && motion !== 0 && motion !== -1) return `motion ${motion}`;
  const says = (name: Name) => {
    const sample = view.latest(sources[name]);
    return sample?.quality === "good" ? sample : undefined;
  };
  if (motion === -1) return says("lowerLimit")?.value === 1 ? "lowers though it is down" : undefined;
  if (motion !== 1) return undefined;
  for (const name of ["deviation", "distance"] as const) {
    const sample = says(name);
    if (!sample) return `rises without ${name}`;
    const ageMs = view.nowMs - sample.atMs;
    if (ageMs > ageMsMax || ageMs < 0) return `rises on an old ${name}`;
  }
  const { value: microtesla } = says("deviation")!;
  if (!(microtesla >= 0 && microtesla <= microteslaMax)) return `rises under ${microtesla} µT`;
  const { value: metres } = says("distance")!;
  if (!(metres >= groundM - withinM && metres <= groundM + withinM)) return `rises at ${metres} m`;
  if (says("upperLimit")?.value !== 0) return "rises though it may be up";
  return says("stalled")?.value === 0 ? undefined : "rises though the motor may be stalled";
}
