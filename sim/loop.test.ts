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

  it("settles what another timer set in motion at the instant of a quiet one", async () => {
    const loop = new EventLoop();
    const seen: string[] = [];
    const settles = async () => {
      for (let step = 0; step < 100; step++) await Promise.resolve();
      seen.push(`settled at ${loop.now}`);
    };
    const tells = () => void seen.push(`quiet at ${loop.now}`);
    loop.quietlyAt(10, tells);
    loop.at(10, settles);
    loop.quietlyAt(10, tells);
    loop.quietlyAt(11, tells);
    await loop.runUntil(11);
    expect(seen).toEqual(["quiet at 10", "quiet at 10", "settled at 10", "quiet at 11"]);
  });

  it("lets the outside world in while it runs", async () => {
    const loop = new EventLoop();
    const again = () => loop.at(loop.now + 1, again);
    again();
    setTimeout(() => loop.stop(), 0);
    await loop.runUntil(Number.MAX_SAFE_INTEGER);
    expect(loop.now).toBeLessThan(Number.MAX_SAFE_INTEGER);
  });

  it("runs up to and including the end, and no further", async () => {
    const loop = new EventLoop(100);
    const ran: number[] = [];
    for (const timeMs of [150, 200, 200.001]) loop.at(timeMs, () => ran.push(loop.now));
    await loop.runUntil(200);
    expect([ran, loop.now, loop.pending]).toEqual([[150, 200], 200, 1]);
    await loop.runUntil(120);
    expect([ran.length, loop.now]).toEqual([2, 200]);
  });

  it("never goes back: what was asked for in the past runs now", async () => {
    const loop = new EventLoop(100);
    const ran: number[] = [];
    loop.at(5, () => ran.push(loop.now));
    loop.at(Number.NEGATIVE_INFINITY, () => ran.push(loop.now));
    await loop.runUntil(100);
    expect(ran).toEqual([100, 100]);
  });

  it("refuses a time that is none, which would block all that comes after", () => {
    expect(() => new EventLoop().at(Number.NaN, () => {})).toThrow(RangeError);
  });

  it("stops where it was told to, and goes on from there", async () => {
    const loop = new EventLoop();
    const ran: number[] = [];
    for (const timeMs of [10, 20, 30]) loop.at(timeMs, () => ran.push(timeMs));
    loop.at(20, () => loop.stop());
    await loop.runUntil(100);
    expect([ran, loop.now]).toEqual([[10, 20], 20]);
    await loop.runUntil(100);
    expect([ran, loop.now]).toEqual([[10, 20, 30], 100]);
  });

  it("tells how far it has come, and at the end in any case", async () => {
    const loop = new EventLoop();
    const again = () => loop.at(loop.now + 1, again);
    again();
    const told: number[] = [];
    await loop.runUntil(10_000, (nowMs) => told.push(nowMs));
    expect(told).toEqual([4_096, 8_192, 10_000]);
  });

  it("fails where an event fails, and can go on", async () => {
    const loop = new EventLoop();
    const ran: string[] = [];
    loop.at(10, () => {
      throw new Error("broken");
    });
    loop.at(10, () => ran.push("next"));
    await expect(loop.runUntil(20)).rejects.toThrow("broken");
    await loop.runUntil(20);
    expect([ran, loop.now]).toEqual([["next"], 20]);
  });

  describe("at the pace of real time", () => {
    /** A real clock that shows these times one after the other, and then stops the loop. */
    const script = (loop: EventLoop, times: number[]) => () => {
      if (times.length === 1) loop.stop();
      return times.length > 1 ? times.shift()! : times[0]!;
    };

    it("lets virtual time pass at the speed that is wanted now", async () => {
      const loop = new EventLoop(1_000);
      const speeds = [2, 2, 60, 0];
      await loop.pace(() => speeds.shift() ?? 1, script(loop, [0, 10, 30, 40, 90, 100]));
      expect(loop.now).toBe(1_000 + 2 * 10 + 2 * 20 + 60 * 10 + 0 * 50);
    });

    it("does not race after a long pause of the machine", async () => {
      const loop = new EventLoop();
      await loop.pace(() => 2, script(loop, [0, 60_000, 60_000]));
      expect(loop.now).toBe(500);
    });

    it("lets the outside world in between two slices of too much work", async () => {
      const loop = new EventLoop();
      const slices: number[] = [];
      let realMs = 0;
      const ran: number[] = [];
      for (let timeMs = 1; timeMs <= 6; timeMs++)
        loop.at(timeMs, () => {
          ran.push(timeMs);
          realMs += 20;
          if (timeMs === 6) loop.stop();
        });
      await loop.pace(
        () => {
          slices.push(ran.length);
          return 100;
        },
        () => ++realMs,
      );
      expect(slices).toEqual([0, 2, 4]);
    });

    it("answers from outside when what is due by then has happened, and before what is not", async () => {
      const loop = new EventLoop();
      const ran: string[] = [];
      for (const timeMs of [1, 4, 9_000]) loop.at(timeMs, () => ran.push(`due at ${loop.now}`));
      let realMs = 0;
      const pacing = loop.pace(
        () => 1,
        () => realMs,
      );
      const asked = new Promise<void>((resolve) =>
        setImmediate(() => {
          realMs = 4.5;
          loop.fromOutside(() => {
            ran.push(`asked at ${loop.now}`);
            loop.at(loop.now, () => {
              ran.push(`made at ${loop.now}`);
              resolve();
            });
          });
        }),
      );
      await asked;
      loop.stop();
      await pacing;
      expect(ran).toEqual(["due at 1", "due at 4", "asked at 4.5", "made at 4.5"]);
    });

    it("answers from outside even when it has too much to do", async () => {
      const loop = new EventLoop();
      let realMs = 0;
      let isAnswered = false;
      const busy = () => {
        realMs += 20;
        if (!isAnswered && realMs < 10_000) loop.at(loop.now + 1, busy);
        else loop.stop();
      };
      loop.at(1, busy);
      setImmediate(() =>
        loop.fromOutside(() => {
          isAnswered = true;
        }),
      );
      await loop.pace(
        () => 1,
        () => ++realMs,
      );
      expect([isAnswered, loop.now < realMs]).toEqual([true, true]);
    });

    it("falls behind when it cannot keep up, and skips nothing", async () => {
      const loop = new EventLoop();
      const ran: number[] = [];
      let realMs = 0;
      for (let timeMs = 1; timeMs <= 6; timeMs++)
        loop.at(timeMs, () => {
          ran.push(loop.now);
          // Ten times as long as the virtual time in which it should be done.
          realMs += 20;
          if (timeMs === 6) loop.stop();
        });
      await loop.pace(
        () => 0.1,
        () => {
          realMs += 1;
          return realMs;
        },
      );
      expect(ran).toEqual([1, 2, 3, 4, 5, 6]);
      expect(loop.now).toBe(6);
      expect(realMs).toBeGreaterThan(120);
    });
  });

  describe("that follows a clock", () => {
    it("runs what is due by that clock, however far it has jumped, and sleeps in between", async () => {
      const loop = new EventLoop(1_000);
      const readings = [1_000, 1_000, 90_000, 90_000, 90_000];
      const ran: [number, number][] = [];
      for (const timeMs of [1_000, 2_000, 89_999, 90_001])
        loop.at(timeMs, () => ran.push([timeMs, loop.now]));
      loop.at(90_000, () => loop.stop());
      // It would sleep for a second: whoever asks from outside wakes it.
      setImmediate(() => loop.fromOutside(() => {}));
      await loop.follow(() => readings.shift() ?? 90_000);
      expect(ran).toEqual([
        [1_000, 1_000],
        [2_000, 2_000],
        [89_999, 89_999],
      ]);
      expect(loop.now).toBe(90_000);
    });

    it("answers who asks from outside at the instant that the clock shows, and sleeps when nothing is due", async () => {
      const loop = new EventLoop();
      let clockMs = 5;
      const asked: number[] = [];
      setImmediate(() => {
        clockMs = 70_000;
        loop.fromOutside(() => {
          asked.push(loop.now);
          loop.stop();
        });
      });
      await loop.follow(() => clockMs);
      expect(asked).toEqual([70_000]);
    });
  });
});
