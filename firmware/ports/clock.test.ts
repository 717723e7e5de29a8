import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as realPause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { days, milliseconds } from "#devices/duration.ts";
import { adoptSystemWall, FineClock, systemClock, systemWallQuality } from "./clock.ts";

describe("the system clock", () => {
  it("skips the ticks for which the process was too late", async () => {
    const clock = systemClock();
    const startMs = clock.now();
    const cells: number[] = [];
    const stop = clock.every(milliseconds(10), () => {
      cells.push(Math.floor((clock.now() - startMs) / 10));
      if (cells.length === 1) while (clock.now() < startMs + 75); // a process that was busy
      if (cells.length === 3) stop();
    });
    while (cells.length < 3) await realPause(5);
    expect(new Set(cells).size).toBe(3);
    // One tick makes up for all that were missed, and the next is back on the grid.
    expect(cells[1]).toBeGreaterThanOrEqual(7);
  });

  it("waits longer than setTimeout can", async () => {
    const clock = systemClock();
    const seen: string[] = [];
    // Node.js documentation, setTimeout: a delay above 2^31 - 1 ms becomes 1 ms, with a TimeoutOverflowWarning.
    const warned = (warning: Error) => seen.push(warning.name);
    process.on("warning", warned);
    const cancel = clock.after(days(60), () => seen.push("fired"));
    await realPause(10);
    cancel();
    process.off("warning", warned);
    expect(seen).toEqual([]);
  });

  it("runs timers due at the same instant in the order asked for", async () => {
    const clock = systemClock();
    const seen: number[] = [];
    const frozen = vi.spyOn(performance, "now").mockReturnValue(performance.now());
    for (const n of [1, 2, 3]) clock.after(milliseconds(1), () => seen.push(n));
    frozen.mockRestore();
    while (seen.length < 3) await realPause(2);
    expect(seen).toEqual([1, 2, 3]);
  });
});

describe("the clock of a thread that streams", () => {
  /** Naps that do not take the time that they should: the clock looks again. */
  const clockWith = (naps: number[]) => new FineClock((ms) => naps.push(ms));
  const over = (clock: FineClock, ms: number) =>
    new Promise<number>((resolve) => {
      const dueMs = clock.now() + ms;
      clock.after(milliseconds(ms), () => resolve(clock.now() - dueMs));
    });

  it("sleeps for the last part of a millisecond, and is never early", async () => {
    const naps: number[] = [];
    const clock = clockWith(naps);
    for (const ms of [0.2, 1.3, 2.7]) expect(await over(clock, ms)).toBeGreaterThanOrEqual(0);
    expect(naps.length).toBeGreaterThan(0);
    for (const ms of naps) expect(ms > 0 && ms < 1, `${ms} ms`).toBe(true);
  });

  it("stays awake while something is under way, and runs its timers all the same", async () => {
    const naps: number[] = [];
    const clock = clockWith(naps);
    let end = (): void => {};
    const work = clock.during(() => new Promise<string>((resolve) => (end = () => resolve("done"))));
    for (const ms of [0.2, 1.3]) expect(await over(clock, ms)).toBeGreaterThanOrEqual(0);
    expect(naps).toEqual([]);
    end();
    expect(await work).toBe("done");
    await over(clock, 0.9);
    expect(naps.length).toBeGreaterThan(0);
  });

  it("hands on what the work that it stayed awake for failed of", async () => {
    const naps: number[] = [];
    const clock = clockWith(naps);
    await expect(clock.during(() => Promise.reject(new Error("NACK")))).rejects.toThrow("NACK");
    await over(clock, 0.9);
    expect(naps.length).toBeGreaterThan(0);
  });
});

describe("the operating system's wall clock", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "plinth-root-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const file = (path: string, text = "") => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  };

  it("is not trusted without evidence, nor with a battery clock that was not read at boot", () => {
    expect(systemWallQuality(root)).toBe("none");
    file("sys/class/rtc/rtc0/hctosys", "0\n");
    file("sys/class/rtc/rtc1/name", "rtc-ds1307 1-0068\n");
    expect(systemWallQuality(root)).toBe("none");
  });

  it("is as good as the battery clock it was set from, and better once synchronised", () => {
    file("sys/class/rtc/rtc0/hctosys", "1\n");
    expect(systemWallQuality(root)).toBe("rtc");
    file("run/systemd/timesync/synchronized");
    expect(systemWallQuality(root)).toBe("network");
  });

  it("is adopted at once when trusted, and left alone otherwise", () => {
    const clock = systemClock();
    adoptSystemWall(clock, root, () => 5_000)();
    expect(clock.wall()).toBeUndefined();
    file("run/systemd/timesync/synchronized");
    adoptSystemWall(clock, root, () => 1_800_000_000_000)();
    expect(clock.wallQuality).toBe("network");
    expect(clock.wall()).toBeGreaterThanOrEqual(1_800_000_000_000);
  });
});
