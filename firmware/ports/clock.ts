import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
// Not the globals: while johnny-five runs, those wait on this very clock.
import { clearImmediate, clearTimeout, setImmediate, setTimeout } from "node:timers";
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

  /** How long until the first timer is due; nothing, where there is none. */
  protected get restMs(): number | undefined {
    const [first] = this.#queue;
    return first && first.dueMs - this.now();
  }

  #arm(): void {
    clearTimeout(this.#armed);
    const { restMs } = this;
    if (restMs !== undefined) this.#armed = this.wait(restMs);
  }

  /** Calls `fire` when this long is over, or somewhat earlier: it looks again. */
  protected wait(restMs: number): NodeJS.Timeout {
    // setTimeout may fire up to a millisecond early by this clock: round up.
    return setTimeout(() => this.fire(), Math.min(Math.max(Math.ceil(restMs), 0), timeoutMsMax));
  }

  protected fire(): void {
    const nowMs = this.now();
    try {
      while (this.#queue[0] && this.#queue[0].dueMs <= nowMs) this.#queue.shift()!.run();
    } finally {
      this.#arm();
    }
  }
}

export const systemClock = (): Clock => new SystemClock();

/** Ends a thread's turn for parts of a millisecond. */
export type Nap = (ms: number) => void;

const nobodyWakes = new Int32Array(new SharedArrayBuffer(4));
/** On a high-resolution timer of the kernel, which may be 50 µs late (prctl(2), PR_SET_TIMERSLACK). */
const napInKernel: Nap = (ms) => void Atomics.wait(nobodyWakes, 0, 0, ms);

/**
 * The clock of a thread that does nothing but stream. Node's timers know whole milliseconds (libuv, uv_timer_start): a
 * conversion of 1.3 ms would be fetched after two or three. This thread sleeps for the last part of one in the kernel,
 * when nothing is under way that it would have to answer.
 */
export class FineClock extends SystemClock {
  readonly #nap: Nap;
  #underWay = 0;
  #look: NodeJS.Immediate | undefined;

  constructor(nap: Nap = napInKernel) {
    super();
    this.#nap = nap;
  }

  /** While this goes on, and until all that follows from its end at once is done, the thread stays awake. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay++;
    try {
      return await work();
    } finally {
      this.#underWay--;
      this.#lookSoon();
    }
  }

  protected override wait(restMs: number): NodeJS.Timeout {
    if (restMs < 1) this.#lookSoon();
    return super.wait(restMs < 1 ? restMs : Math.floor(restMs));
  }

  /** Once what is done now, and all that promises make of it, is done. */
  #lookSoon(): void {
    clearImmediate(this.#look);
    this.#look = setImmediate(() => {
      const { restMs } = this;
      if (restMs === undefined || restMs >= 1) return;
      if (restMs > 0 && this.#underWay > 0) return;
      if (restMs > 0) this.#nap(restMs);
      this.fire();
    });
  }
}

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
