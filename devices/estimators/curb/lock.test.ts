import { describe, expect, it } from "vitest";
import { ActuatorOnTable, ViewOnTable } from "#test/bench/view-on-table.ts";
import { lock } from "./lock.ts";
import { lockPermit } from "./lock-clearance.ts";

const sources = {
  ...{ kept: "kept", deviation: "deviation", distance: "distance" },
  ...{ upperLimit: "upper", lowerLimit: "lower", motorCurrent: "current", stalled: "stalled" },
};
const tickMs = 100;

/** A lock that is down, with all that it looks at read anew at each tick. */
class Rig {
  readonly view = new ViewOnTable({ groundDistance: 2.3, travelTime: 6, stallCurrent: 6 });
  readonly lock = new ActuatorOnTable(lock(sources), lockPermit(sources), this.view);
  readonly now: Record<string, number> = {
    ...{ kept: 0, deviation: 0.4, distance: 2.31 },
    ...{ upper: 0, lower: 1, current: 3, stalled: 0 },
  };
  /** Sources that are not read any more. */
  readonly silent = new Set<string>();

  /** Ticks until the motion is `motion`; how long that took, ms, or undefined after two minutes. */
  until(motion: number): number | undefined {
    for (let ms = 0; ms <= 120_000; ms += tickMs) if (this.tick() === motion) return ms;
    return undefined;
  }

  pass(ms: number): number[] {
    return Array.from({ length: ms / tickMs }, () => this.tick());
  }

  tick(): number {
    for (const [source, value] of Object.entries(this.now))
      if (!this.silent.has(source)) this.view.put(source, value);
    const { value } = this.lock.decide();
    this.view.nowMs += tickMs;
    return value;
  }
}

/** A lock on its way up. */
function rising(): Rig {
  const rig = new Rig();
  rig.pass(1_000);
  rig.now.kept = 1;
  rig.until(1);
  rig.now.lower = 0;
  return rig;
}

describe("a ground lock", () => {
  it("stays down while the space is open", () => {
    expect(new Rig().pass(10_000).every((motion) => motion === 0)).toBe(true);
  });

  it("rises when the space is kept, after it was clear for 3 s, until it is up", () => {
    const rig = new Rig();
    rig.pass(1_000);
    rig.now.deviation = 20;
    rig.now.kept = 1;
    expect(rig.pass(5_000).every((motion) => motion === 0)).toBe(true);
    rig.now.deviation = 0.4;
    expect(rig.until(1)).toBeGreaterThanOrEqual(3_000);
    rig.now.lower = 0;
    expect(rig.pass(5_000).every((motion) => motion === 1)).toBe(true);
    rig.now.upper = 1;
    expect(rig.pass(60_000).every((motion) => motion === 0)).toBe(true);
  });

  it("is not driven back at once when it leaves its place by itself: a relay may be welded", () => {
    const rig = new Rig();
    rig.pass(2_000);
    rig.now.lower = 0;
    expect(rig.until(-1)).toBeGreaterThanOrEqual(1_400);
    // One that was driven is.
    const driven = rising();
    driven.pass(300);
    driven.now.distance = 1;
    expect(driven.until(-1)).toBeLessThanOrEqual(700);
  });

  it("goes down when the space is open again, after half a second of rest", () => {
    const rig = rising();
    rig.pass(1_000);
    rig.now.kept = 0;
    const rest = rig.until(-1)!;
    expect(rest).toBeGreaterThanOrEqual(500);
    expect(rest).toBeLessThanOrEqual(600);
    rig.now.lower = 1;
    expect(rig.pass(5_000).every((motion) => motion === 0)).toBe(true);
  });

  it.each([
    ["iron comes over it", { deviation: 8 }],
    ["something steps into the beam", { distance: 1.1 }],
    ["the beam sees beyond the ground", { distance: 5 }],
  ])("stops at once when %s, goes down, and tries again a minute later", (_, change) => {
    const rig = rising();
    rig.pass(1_000);
    Object.assign(rig.now, change);
    expect(rig.tick()).toBe(0);
    expect(rig.until(-1)).toBeLessThanOrEqual(500);
    rig.now.lower = 1;
    Object.assign(rig.now, { deviation: 0.4, distance: 2.3 });
    const again = rig.until(1)!;
    expect(again).toBeGreaterThan(55_000);
    expect(again).toBeLessThan(61_000);
  });

  it.each(["deviation", "distance"])("stops when %s is not read any more for 0.7 s", (source) => {
    const rig = rising();
    rig.silent.add(source);
    expect(rig.pass(700).every((motion) => motion === 1)).toBe(true);
    expect(rig.pass(200).at(-1)).toBe(0);
  });

  it.each(["upper", "lower", "stalled", "current"])("does not rise while %s is not known", (source) => {
    const rig = new Rig();
    rig.silent.add(source);
    rig.now.kept = 1;
    expect(rig.until(1)).toBeUndefined();
  });

  it("gives up after three rises that were broken off, until the next reservation", () => {
    const rig = rising();
    for (let attempt = 1; attempt <= 3; attempt++) {
      rig.now.deviation = 9;
      rig.until(-1);
      Object.assign(rig.now, { lower: 1, deviation: 0.4 });
      expect(rig.until(1) === undefined).toBe(attempt === 3);
      rig.now.lower = 0;
    }
    rig.now.lower = 1;
    rig.now.kept = 0;
    rig.pass(1_000);
    rig.now.kept = 1;
    expect(rig.until(1)).toBeDefined();
  });

  it("rests and goes down after a stall on its way up, and rests a minute after one on its way down", () => {
    const rig = rising();
    rig.pass(1_000);
    rig.now.stalled = 1;
    expect(rig.tick()).toBe(0);
    rig.pass(2_000);
    rig.now.stalled = 0;
    expect(rig.until(-1)).toBeDefined();
    rig.pass(500);
    rig.now.stalled = 1;
    expect(rig.tick()).toBe(0);
    rig.pass(2_000);
    rig.now.stalled = 0;
    expect(rig.until(-1)).toBeGreaterThan(55_000);
  });

  it("stops when it does not arrive in half as long again as its way takes", () => {
    const rig = rising();
    const motions = rig.pass(12_000);
    expect(motions.lastIndexOf(1) * tickMs).toBeLessThanOrEqual(9_000);
    expect(motions.lastIndexOf(1) * tickMs).toBeGreaterThan(8_000);
  });

  it("waits half a second at its start: nobody knows which way the motor ran before", () => {
    const rig = new Rig();
    rig.now.lower = 0;
    expect(rig.until(-1)).toBe(500);
  });
});

describe("a lock's permit", () => {
  const permit = lockPermit(sources);
  const reason = { code: "test", text: "wanted" };
  const ask = (value: number, change: Readonly<Record<string, number>> = {}) => {
    const { view, now } = new Rig();
    for (const [source, at] of Object.entries({ ...now, lower: 0, ...change })) view.put(source, at);
    return permit.allow({ value, reason }, view).value;
  };

  it("lets it sink whatever is above it, but not further than down", () => {
    expect(ask(-1, { deviation: 60, distance: 0.2, stalled: 1 })).toBe(-1);
    expect(ask(-1, { lower: 1 })).toBe(0);
  });

  it("lets nothing pass that is no motion", () => {
    for (const value of [Number.NaN, 0.5, 2, -3, Number.POSITIVE_INFINITY]) expect(ask(value)).toBe(0);
    expect([ask(1), ask(1, { upper: 1 }), ask(1, { lower: 1 }), ask(1, { deviation: 2.01 })]).toEqual([
      1, 0, 1, 0,
    ]);
  });
});
