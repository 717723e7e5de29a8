import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { milliseconds } from "#devices/duration.ts";
import { EventLoop } from "../loop.ts";
import { VirtualClock } from "./clock.ts";

/** From the turn of the century to 2038: Unix milliseconds of 2^40 and a little, where doubles are 2^-12 apart. */
const instant = fc.double({ min: 946_684_800_000, max: 2_147_483_647_000, noNaN: true });
const ppm = fc.constantFrom(0, 0.5, -20, 40, -100);

describe("the virtual clock", () => {
  it("starts at zero with its board, and runs as fast as its oscillator", async () => {
    const loop = new EventLoop(Date.UTC(2026, 0, 1));
    await loop.runUntil(loop.now + 5_000);
    const [right, fast] = [new VirtualClock(loop), new VirtualClock(loop, { driftPpm: 100 })];
    expect([right.now(), fast.now()]).toEqual([0, 0]);
    await loop.runUntil(loop.now + 1_000_000);
    expect(right.now()).toBe(1_000_000);
    expect(fast.now()).toBeCloseTo(1_000_100, 3);
  });

  it("never runs a timer before its time, and hardly after it, whatever the date and the drift", async () => {
    const delay = fc.double({ min: 0, max: 86_400_000, noNaN: true });
    await fc.assert(
      fc.asyncProperty(instant, ppm, delay, delay, async (startMs, driftPpm, waitMs, delayMs) => {
        const loop = new EventLoop(startMs);
        const clock = new VirtualClock(loop, { driftPpm });
        await loop.runUntil(startMs + waitMs);
        const dueMs = clock.now() + delayMs;
        let firedMs = Number.NaN;
        clock.after(milliseconds(delayMs), () => {
          firedMs = clock.now();
        });
        await loop.runUntil(loop.now + delayMs * 1.001 + 1);
        expect(firedMs).toBeGreaterThanOrEqual(dueMs);
        expect(firedMs - dueMs).toBeLessThan(0.001);
      }),
      { numRuns: 500 },
    );
  });

  it("repeats without drift: the hundred-thousandth tick is where arithmetic puts it", async () => {
    for (const driftPpm of [0, 40]) {
      const loop = new EventLoop(Date.UTC(2026, 0, 1));
      const clock = new VirtualClock(loop, { driftPpm });
      await loop.runUntil(loop.now + 12.3);
      const startMs = clock.now();
      const periodMs = 1_000 / 3;
      let ticks = 0;
      let lastMs = 0;
      const cancel = clock.every(milliseconds(periodMs), () => {
        ticks++;
        lastMs = clock.now();
        if (ticks === 100_000) cancel();
      });
      await loop.runUntil(loop.now + 40_000_000);
      expect(ticks).toBe(100_000);
      expect(Math.abs(lastMs - startMs - 100_000 * periodMs)).toBeLessThan(0.001);
    }
  });

  it("keeps the time that it was told at its own rate", async () => {
    const loop = new EventLoop(Date.UTC(2026, 0, 1));
    const clock = new VirtualClock(loop, { driftPpm: 100 });
    clock.setWall(1_000_000, "rtc");
    await loop.runUntil(loop.now + 1_000_000);
    expect(clock.wall()).toBeCloseTo(2_000_100, 3);
  });

  it("ends with its process: nothing that waits on it ever runs, while others go on", async () => {
    const loop = new EventLoop();
    const [dead, alive] = [new VirtualClock(loop), new VirtualClock(loop)];
    const ran: string[] = [];
    for (const [name, clock] of Object.entries({ dead, alive })) {
      clock.after(milliseconds(10), () => ran.push(`${name} after`));
      clock.every(milliseconds(20), () => ran.push(`${name} every`));
    }
    await loop.runUntil(5);
    dead.halt();
    dead.after(milliseconds(1), () => ran.push("dead again"));
    await loop.runUntil(45);
    expect(ran).toEqual(["alive after", "alive every", "alive every"]);
  });

  it("has no timer without a delay", () => {
    const clock = new VirtualClock(new EventLoop());
    expect(() => clock.after(milliseconds(Number.NaN), () => {})).toThrow(RangeError);
  });
});
