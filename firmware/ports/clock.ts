import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
// Not the globals: while johnny-five runs, those wait on this very clock.
import { clearTimeout, setTimeout } from "node:timers";
import { minutes } from "#devices/duration.ts";
import { type Cancel, type Clock, MonotonicClock } from "#devices/ports/clock.ts";
import type { ClockQuality } from "#devices/sample.ts";

interface Timer {
  readonly dueMs: number;
  readonly run: () => void;
}

/** setTimeout's delay is a 32-bit integer: a longer one would fire at once. */
const timeoutMsMax = 2 ** 31 - 1;

/**
 * The board's clock over CLOCK_MONOTONIC, which NTP slews but nothing steps: a step of the operating system's
 * wall clock moves neither `now` nor a timer. One queue ordered by due time stands behind all timers, because
 * Node keeps a list per delay and promises no order between lists.
 */
class SystemClock extends MonotonicClock {
  readonly #queue: Timer[] = [];
  #armed: NodeJS.Timeout | undefined;

  now(): number {
    return performance.now();
  }

  protected at(dueMs: number, run: () => void): Cancel {
    const timer = { dueMs, run };
    const later = this.#queue.findIndex((other) => other.dueMs > dueMs);
    const index = later === -1 ? this.#queue.length : later;
    this.#queue.splice(index, 0, timer);
    if (index === 0) this.#arm();
    return () => {
      const index = this.#queue.indexOf(timer);
      if (index === -1) return;
      this.#queue.splice(index, 1);
      if (index === 0) this.#arm();
    };
  }

  #arm(): void {
    clearTimeout(this.#armed);
    const [first] = this.#queue;
    if (!first) return;
    // setTimeout may fire up to a millisecond early by this clock: round up, and #fire looks again.
    const delayMs = Math.min(Math.max(Math.ceil(first.dueMs - this.now()), 0), timeoutMsMax);
    this.#armed = setTimeout(() => this.#fire(), delayMs);
  }

  #fire(): void {
    const nowMs = this.now();
    try {
      while (this.#queue[0] && this.#queue[0].dueMs <= nowMs) this.#queue.shift()!.run();
    } finally {
      this.#arm();
    }
  }
}

export const systemClock = (): Clock => new SystemClock();

/**
 * How far the operating system's wall clock may be trusted, by the evidence that it leaves in files:
 * - `network`: systemd-timesyncd has synchronised it since boot. It touches this file on each success
 *   (systemd-timesyncd.service(8), Files); a board image that uses another NTP client has to touch it too.
 * - `rtc`: the kernel set it from a battery-backed clock at boot (Linux, Documentation/ABI/testing/
 *   sysfs-class-rtc, `hctosys`).
 * - `none` otherwise: without a battery clock, Linux starts at the time of the last shutdown or at 1970.
 *
 * @param root of the file system that is looked at.
 */
export function systemWallQuality(root = "/"): ClockQuality {
  if (existsSync(join(root, "run/systemd/timesync/synchronized"))) return "network";
  const clocks = join(root, "sys/class/rtc");
  if (!existsSync(clocks)) return "none";
  const setAtBoot = (rtc: string) => {
    const file = join(clocks, rtc, "hctosys");
    return existsSync(file) && readFileSync(file, "latin1").trim() === "1";
  };
  return readdirSync(clocks).some(setAtBoot) ? "rtc" : "none";
}

/** What the operating system takes for the time, Unix milliseconds: for programs about a street, not for a unit. */
export const systemWallMs = (): number => Date.now();

/** Gives `clock` the operating system's time as soon as that can be trusted, and again every minute. */
export function adoptSystemWall(clock: Clock, root = "/", wallMs = systemWallMs): Cancel {
  const adopt = () => {
    const quality = systemWallQuality(root);
    if (quality !== "none") clock.setWall(wallMs(), quality);
  };
  adopt();
  return clock.every(minutes(1), adopt);
}
