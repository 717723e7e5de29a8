import { type GpioPort, type Level, lineName } from "#devices/ports/gpio.ts";
import type { FlightEvent } from "#firmware/recorder/event.ts";
import type { Answers } from "../answers.ts";
import type { ReplayClock } from "../clock.ts";

/** GPIO lines whose levels are as they were. */
export class ReplayedGpio implements GpioPort {
  readonly #clock: ReplayClock;
  readonly #reads: Answers;
  readonly #drives: Answers;
  readonly #calls: Answers;
  readonly #watchers = new Map<string, Set<(level: Level, atMs: number) => void>>();
  readonly #levels = new Map<string, Level>();

  /** @param drives their subjects name the level: `pinctrl-bcm2711:17 1` */
  constructor(clock: ReplayClock, reads: Answers, drives: Answers, calls: Answers) {
    this.#clock = clock;
    this.#reads = reads;
    this.#drives = drives;
    this.#calls = calls;
  }

  async open(address: Parameters<GpioPort["open"]>[0]): ReturnType<GpioPort["open"]> {
    const name = lineName(address);
    await this.#calls.call(`${name} open`);
    const own = new Set<(level: Level, atMs: number) => void>();
    return {
      name,
      read: async () => {
        const event = this.#reads.take(name);
        if (!event) return this.#levels.get(name) ?? 0;
        await this.#reads.settle(event);
        const level = event.payload[0] === 1 ? 1 : 0;
        this.#levels.set(name, level);
        return level;
      },
      write: async (level) => {
        const event = this.#drives.take(driveName(name, level));
        if (event) await this.#drives.settle(event);
      },
      watch: (listener) => {
        const watcher = (level: Level, atMs: number) => listener(level, atMs);
        own.add(watcher);
        const watchers = this.#watchers.get(name) ?? new Set();
        this.#watchers.set(name, watchers.add(watcher));
        return () => {
          own.delete(watcher);
          watchers.delete(watcher);
        };
      },
      close: async () => {
        for (const watcher of own) this.#watchers.get(name)?.delete(watcher);
      },
    };
  }

  edge({ subject, payload }: FlightEvent): void {
    this.become(subject, payload[0] === 1 ? 1 : 0);
  }

  /** The level is that now, however it came. */
  become(name: string, level: Level): void {
    this.#levels.set(name, level);
    for (const watcher of [...(this.#watchers.get(name) ?? [])]) watcher(level, this.#clock.now());
  }
}

export const driveName = (name: string, level: number): string => `${name} ${level}`;
