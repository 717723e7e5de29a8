import { describe, expect, it } from "vitest";
import { activePower, level } from "../quantities.ts";
import type { Quality, Sample } from "../sample.ts";
import type { Context } from "./estimator.ts";
import { lampMonitor } from "./lamp-monitor.ts";

const monitor = lampMonitor({ target: "lamp.target", power: "meter.activePower" });
const context = (nowMs: number): Context => ({
  nowMs,
  ...{
    wallMs: undefined,
    clock: "none",
    latitude: 0,
    longitude: 0,
    timeZone: "UTC",
    device: "pier/lamp-1",
    settings: {},
    commands: [],
  },
});

/** Steps an estimator and tells what it says. A clock may begin anywhere. */
function lamp(originMs = 0, saved?: unknown) {
  let state = monitor.initial(saved);
  const step = (atMs: number, sample?: Sample) => {
    const { state: next, estimates, wakeAtMs } = monitor.step(state, sample, context(originMs + atMs));
    state = next;
    const said = Object.fromEntries(
      estimates.map(({ output, value, quality }) => [output, quality === "bad" ? "bad" : value]),
    );
    return { ...said, wakeAtMs } as Record<string, unknown>;
  };
  const sample = (source: string, value: number, atMs: number, quality: Quality = "good"): Sample => ({
    ...{ source, value, quality, boot: 1, atMs: originMs + atMs, wallMs: undefined, clock: "none" },
    quantity: source === "lamp.target" ? level : activePower,
  });
  return {
    wake: (atMs: number) => step(atMs),
    told: (atMs: number, value: number) => step(atMs, sample("lamp.target", value, atMs)),
    measured: (atMs: number, value: number, quality?: Quality) =>
      step(atMs, sample("meter.activePower", value, atMs, quality)),
    saved: () => monitor.save!(state),
  };
}

const hourMs = 3_600_000;

describe("the lamp monitor", () => {
  it.each([
    // level %, power W, lampFailure, unexpectedlyOn (TALQ Smart City Protocol, LampMonitor)
    [100, 60, 0, 0],
    [100, 0.3, 1, 0],
    [10, 2.9, 1, 0],
    [10, 3, 0, 0],
    [0, 0.3, 0, 0],
    [0, 2.9, 0, 0],
    [0, 3, 0, 1],
    [0, 60, 0, 1],
  ])(
    "at %d %% and %d W says failure %d, unexpectedly on %d",
    (percent, watts, lampFailure, unexpectedlyOn) => {
      const one = lamp();
      one.told(0, percent);
      expect(one.measured(60_000, watts)).toMatchObject({ lampFailure, unexpectedlyOn });
    },
  );

  it("says nothing of a lamp that was not told anything yet, wherever its clock began", () => {
    for (const originMs of [0, 86_400_000])
      expect(Object.keys(lamp(originMs).measured(10_000, 60))).toEqual(["burningHours", "wakeAtMs"]);
  });

  it("says nothing within five seconds of a change: the meter may still show what was before", () => {
    const one = lamp();
    one.told(0, 100);
    one.told(60_000, 0);
    expect(one.measured(64_999, 60)).not.toHaveProperty("unexpectedlyOn");
    expect(one.measured(65_000, 0.3)).toMatchObject({ unexpectedlyOn: 0 });
    one.told(120_000, 0);
    expect(one.measured(120_001, 60)).toMatchObject({ unexpectedlyOn: 1 });
  });

  it("says that it does not know when the meter does not", () => {
    const one = lamp();
    one.told(0, 100);
    for (const quality of ["bad", "stale", "suspect"] as const)
      expect(one.measured(60_000, 0, quality)).toMatchObject({ lampFailure: "bad", unexpectedlyOn: "bad" });
  });

  it("counts the hours in which the lamp was to burn, at whatever level", () => {
    const one = lamp();
    one.told(0, 100);
    one.told(hourMs, 10);
    expect(one.told(2 * hourMs, 0)).toMatchObject({ burningHours: 2 });
    expect(one.measured(5 * hourMs, 0)).toMatchObject({ burningHours: 2 });
    one.told(6 * hourMs, 50);
    expect(one.measured(6.25 * hourMs, 0)).toMatchObject({ burningHours: 2.25 });
  });

  it("counts them without a meter, too: it wakes by itself", () => {
    const one = lamp();
    let { wakeAtMs } = one.told(0, 100);
    expect(wakeAtMs).toBe(600_000);
    let burningHours: unknown;
    while ((wakeAtMs as number) <= hourMs) ({ wakeAtMs, burningHours } = one.wake(wakeAtMs as number));
    expect(burningHours).toBeCloseTo(1, 9);
  });

  it("goes on counting from what was kept, and never back", () => {
    const first = lamp();
    first.told(0, 100);
    first.wake(hourMs);
    expect(first.saved()).toEqual({ burningHours: 1 });
    const second = lamp(0, first.saved());
    // Nothing is counted before the lamp is told something.
    expect(second.wake(hourMs)).toMatchObject({ burningHours: 1 });
    second.told(hourMs, 100);
    expect(second.wake(2 * hourMs)).toMatchObject({ burningHours: 2 });
  });

  it.each([undefined, null, 7, {}, { burningHours: "7" }, { burningHours: Number.NaN }])(
    "begins at zero when %j was kept",
    (saved) => {
      expect(lamp(0, saved).wake(0)).toMatchObject({ burningHours: 0 });
    },
  );
});
