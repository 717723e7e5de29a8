import { beforeEach, describe, expect, it } from "vitest";
import { milliseconds, seconds } from "#devices/duration.ts";
import { type Clock, sleep } from "#devices/ports/clock.ts";

export interface ClockSubject {
  readonly clock: Clock;
  /** Lets at least `ms` pass on the clock. */
  pass(ms: number): Promise<void>;
}

/** Unix milliseconds in a double have a grain of 0.0002 ms: no clock is held to less than a microsecond. */
const grainMs = 0.001;

/** What devices/ports/clock.ts promises, for any clock that has not been told the time yet. */
export function clockContract(name: string, make: () => ClockSubject): void {
  describe(`${name} as a Clock`, () => {
    let clock: Clock;
    let pass: ClockSubject["pass"];

    beforeEach(() => {
      ({ clock, pass } = make());
    });

    it("moves forwards, and at least as far as a timer promised", async () => {
      const startMs = clock.now();
      let firedMs = Number.NaN;
      clock.after(milliseconds(20), () => {
        firedMs = clock.now();
      });
      await pass(30);
      expect(firedMs).toBeGreaterThanOrEqual(startMs + 20 - grainMs);
      expect(clock.now()).toBeGreaterThanOrEqual(firedMs);
    });

    it("runs a timer without delay after the call has returned", async () => {
      const seen: string[] = [];
      clock.after(milliseconds(0), () => seen.push("timer"));
      clock.after(milliseconds(-5), () => seen.push("past"));
      seen.push("caller");
      await pass(5);
      expect(seen).toEqual(["caller", "timer", "past"]);
    });

    it("runs timers by due time, and in the order asked for when due together", async () => {
      const seen: string[] = [];
      clock.after(milliseconds(12), () => seen.push("later"));
      clock.after(milliseconds(4), () => {
        seen.push("first");
        // Due no sooner than `later`, whatever lists an implementation keeps per delay.
        clock.after(milliseconds(9), () => seen.push("last"));
      });
      for (const n of [1, 2, 3]) clock.after(milliseconds(8), () => seen.push(`middle ${n}`));
      await pass(30);
      expect(seen).toEqual(["first", "middle 1", "middle 2", "middle 3", "later", "last"]);
    });

    it("runs no timer that was cancelled, even by another timer due at the same instant", async () => {
      const seen: string[] = [];
      clock.after(milliseconds(5), () => cancel());
      const cancel = clock.after(milliseconds(5), () => seen.push("cancelled"));
      const stop = clock.every(milliseconds(2), () => {
        seen.push("tick");
        stop();
      });
      await pass(20);
      cancel();
      expect(seen).toEqual(["tick"]);
    });

    it("repeats on the grid that started with the call", async () => {
      const startMs = clock.now();
      const cells: number[] = [];
      const stop = clock.every(milliseconds(10), () =>
        cells.push(Math.floor((clock.now() - startMs + grainMs) / 10)),
      );
      await pass(55);
      stop();
      const seen = [...cells];
      await pass(25);
      expect(cells).toEqual(seen);
      expect(cells.length).toBeGreaterThanOrEqual(1);
      expect(cells[0]).toBeGreaterThanOrEqual(1);
      // Late or not, each tick has a cell of its own: none drifts backwards and none is made up for.
      expect(cells).toEqual([...new Set(cells)].sort((a, b) => a - b));
    });

    it("refuses a period that would never let time pass", () => {
      for (const period of [0, -1, Number.NaN])
        expect(() => clock.every(milliseconds(period), () => {})).toThrow(RangeError);
    });

    it("does not know the time until somebody tells it", async () => {
      expect([clock.wall(), clock.wallQuality]).toEqual([undefined, "none"]);
      const nowMs = clock.now();
      clock.setWall(1_700_000_000_000, "rtc");
      expect(clock.wallQuality).toBe("rtc");
      expect(clock.wall()).toBeGreaterThanOrEqual(1_700_000_000_000 - grainMs);
      // The time being set is no reason for monotonic time to step.
      expect(clock.now() - nowMs).toBeLessThan(1_000_000);
      const wallMs = clock.wall()!;
      await pass(10);
      expect(clock.wall()! - wallMs).toBeGreaterThanOrEqual(10 - grainMs);
    });

    it("never replaces a better time by a worse one, and takes a correction of the same quality", () => {
      clock.setWall(1_700_000_000_000, "network");
      clock.setWall(1_000_000_000_000, "rtc");
      expect(clock.wallQuality).toBe("network");
      expect(clock.wall()).toBeGreaterThanOrEqual(1_700_000_000_000 - grainMs);
      clock.setWall(1_600_000_000_000, "network");
      expect(clock.wall()).toBeLessThan(1_700_000_000_000);
    });

    it("lets a sleep be aborted", async () => {
      const abort = new AbortController();
      const outcome = sleep(clock, seconds(3600), abort.signal).catch((reason: unknown) => reason);
      await pass(1);
      abort.abort("woken");
      expect(await outcome).toBe("woken");
    });
  });
}
