import { describe, expect, it } from "vitest";
import { localClock } from "../../world/local-time.ts";
import { purposeAt, type Stay, staysAt } from "./parking.ts";
import { poseAt } from "./scene.ts";

const local = localClock("Europe/Rome");
const startMs = Date.UTC(2026, 3, 13, 3);
const dayMs = 86_400_000;

function stays(seed: number, days: number, hasCharger = true): Stay[] {
  const found: Stay[] = [];
  for (const stay of staysAt(seed, "curb-01 1", startMs, local, hasCharger)) {
    if (stay.stopMs > startMs + days * dayMs) return found;
    found.push(stay);
  }
  return found;
}

describe("who parks at a space", () => {
  it("follows from the seed, one after the other, each with time to get in and out", () => {
    const once = stays(1, 14);
    expect(once).toEqual(stays(1, 14));
    expect(once).not.toEqual(stays(2, 14));
    expect(once.length).toBeGreaterThan(80);
    for (const [index, stay] of once.entries()) {
      expect(stay.goMs - stay.stopMs).toBeGreaterThanOrEqual(45_000);
      const next = once[index + 1];
      if (next) expect(next.stopMs - next.inMs).toBeGreaterThan(stay.goMs + stay.outMs);
    }
  });

  it("comes with vans in the morning, for minutes at noon, and not to the terrace on Saturday", () => {
    expect(purposeAt(8).type).toBe("van");
    expect(purposeAt(12).stay).toBeLessThan(10);
    expect(purposeAt(5 * 24 + 15).gap).toBeGreaterThan(purposeAt(4 * 24 + 15).gap * 5);
    expect(purposeAt(2).stay).toBeGreaterThan(300);
  });

  it("charges some cars where there is a charging point, and none elsewhere", () => {
    expect(stays(1, 14).some(({ wantsWh }) => wantsWh > 3_000)).toBe(true);
    expect(stays(1, 14, false).every(({ wantsWh }) => wantsWh === 0)).toBe(true);
  });

  it("drives in from the lane without a jump, stands still, and drives out again", () => {
    const [stay] = stays(1, 2);
    const { stopMs, goMs, inMs, outMs, offsetM, yM } = stay!;
    expect(poseAt(stay!, stopMs - inMs - 1)).toBeUndefined();
    expect(poseAt(stay!, goMs + outMs)).toBeUndefined();
    for (const atMs of [stopMs, (stopMs + goMs) / 2, goMs - 1])
      expect(poseAt(stay!, atMs)).toEqual({ xM: offsetM, yM, heading: 1 });
    for (const [fromMs, toMs] of [
      [stopMs - inMs, stopMs],
      [goMs, goMs + outMs],
    ] as const)
      for (let atMs = fromMs; atMs + 50 < toMs; atMs += 50) {
        const [now, soon] = [poseAt(stay!, atMs)!, poseAt(stay!, atMs + 50)!];
        expect(Math.hypot(soon.xM - now.xM, soon.yM - now.yM)).toBeLessThan(0.3);
      }
  });
});
