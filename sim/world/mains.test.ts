import { describe, expect, it } from "vitest";
import { createMains } from "./mains.ts";

const startMs = Date.UTC(2026, 0, 15);
const minutes = Array.from({ length: 7 * 1_440 }, (_, minute) => startMs + minute * 60_000);

describe("voltage and frequency", () => {
  const mains = createMains(1);
  const volts = minutes.map(mains.voltageV);
  const hertz = minutes.map(mains.frequencyHz);

  it("stay within 230 V ± 10 % and 50 Hz ± 50 mHz for a week, and use some of it", () => {
    expect(Math.min(...volts)).toBeGreaterThanOrEqual(207);
    expect(Math.max(...volts)).toBeLessThanOrEqual(253);
    expect(Math.max(...volts) - Math.min(...volts)).toBeGreaterThan(12);
    expect(Math.min(...hertz)).toBeGreaterThanOrEqual(49.95);
    expect(Math.max(...hertz)).toBeLessThanOrEqual(50.05);
    expect(Math.max(...hertz) - Math.min(...hertz)).toBeGreaterThan(0.05);
    const atTheEdge = hertz.filter((value) => Math.abs(value - 50) > 0.0499).length;
    expect(atTheEdge / hertz.length).toBeLessThan(0.02);
  });

  it("wander slowly: less than 0.5 V and 10 mHz a second", () => {
    const steps = (at: (unixMs: number) => number) =>
      minutes.map((unixMs) => Math.abs(at(unixMs + 1_000) - at(unixMs)));
    expect(Math.max(...steps(mains.voltageV))).toBeLessThan(0.5);
    expect(Math.max(...steps(mains.frequencyHz))).toBeLessThan(0.01);
  });

  it("repeat from the same seed, and not from another", () => {
    expect(minutes.slice(0, 50).map(createMains(1).voltageV)).toEqual(volts.slice(0, 50));
    expect(minutes.slice(0, 50).map(createMains(2).voltageV)).not.toEqual(volts.slice(0, 50));
  });
});

describe("outages", () => {
  const offMs = startMs + 1_000;
  const onMs = startMs + 61_000;

  it("last from the first instant until just before the second", () => {
    const mains = createMains(1, [{ offMs, onMs }]);
    expect([offMs - 1, offMs, onMs - 1, onMs].map(mains.isOn)).toEqual([true, false, false, true]);
    expect([mains.voltageV(offMs), mains.frequencyHz(offMs)]).toEqual([0, 0]);
    expect(mains.voltageV(onMs)).toBe(createMains(1).voltageV(onMs));
  });

  it("are refused when reversed or overlapping", () => {
    expect(() => createMains(1, [{ offMs: onMs, onMs: offMs }])).toThrow("outage 1 ends");
    expect(() =>
      createMains(1, [
        { offMs, onMs },
        { offMs: onMs - 1, onMs: onMs + 1 },
      ]),
    ).toThrow("outage 2 begins");
  });
});
