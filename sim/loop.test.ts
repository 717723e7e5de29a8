import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventLoop } from "./loop.ts";

describe("the event loop", () => {
  it("runs timers by time, then in the order asked for, whatever was cancelled in between", async () => {
    const timer = fc.record({ timeMs: fc.integer({ min: 0, max: 1_000 }), isCancelled: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(timer, { minLength: 50, maxLength: 300 }),
        fc.func(fc.nat()),
        async (timers, draw) => {
          const loop = new EventLoop();
          const ran: number[] = [];
          const cancels = timers.map(({ timeMs }, index) => loop.at(timeMs, () => ran.push(index)));
          const doomed = timers.flatMap(({ isCancelled }, index) => (isCancelled ? [index] : []));
          for (const index of doomed.sort((a, b) => draw(a) - draw(b))) cancels[index]!();
          expect(loop.pending).toBe(timers.length - doomed.length);
          await loop.runUntil(1_000);
          const expected = timers
            .map((each, index) => ({ ...each, index }))
            .filter(({ isCancelled }) => !isCancelled)
            .sort((a, b) => a.timeMs - b.timeMs);
          expect(ran).toEqual(expected.map(({ index }) => index));
        },
      ),
    );
  });

  it("lets go of a cancelled timer at once, and cancels twice as once", async () => {
    const loop = new EventLoop();
    const ran: string[] = [];
    const first = loop.at(10, () => ran.push("first"));
    loop.at(20, () => ran.push("second"));
    first();
    first();
    expect(loop.pending).toBe(1);
    await loop.runUntil(30);
    first();
    expect([ran, loop.pending]).toEqual([["second"], 0]);
  });

  it("cancels what is due at the very instant, and runs what is asked for at it", async () => {
    const loop = new EventLoop();
    const ran: string[] = [];
    loop.at(10, () => {
      cancel();
      loop.at(5, () => ran.push(`asked for at ${loop.now}`));
    });
    const cancel = loop.at(10, () => ran.push("cancelled"));
    await loop.runUntil(10);
    expect(ran).toEqual(["asked for at 10"]);
  });

  it("settles a long chain of promises, and ticks in it, before time moves on", async () => {
    const loop = new EventLoop();
    const times: number[] = [];
    loop.at(10, async () => {
      for (let step = 0; step < 1_000; step++) await Promise.resolve();
      times.push(loop.now);
    });
    loop.at(10, () =>
      process.nextTick(async () => {
        for (let step = 0; step < 1_000; step++) await Promise.resolve();
        times.push(loop.now);
      }),
    );
    loop.at(11, () => {});
    await loop.runUntil(11);
    expect(times).toEqual([10, 10]);
  });

  it("lets the outside world in while it runs", async () => {
    const loop = new EventLoop();
    const again = () => loop.at(loop.now + 1, again);
    again();
    setTimeout(() => loop.stop(), 0);
    await loop.runUntil(Number.MAX_SAFE_INTEGER);
    expect(loop.now).toBeLessThan(Number.MAX_SAFE_INTEGER);
  });
});
