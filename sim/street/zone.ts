import type { EventLoop } from "../loop.ts";
import type { World } from "../world/street.ts";
import type { Interval } from "../world/trajectory.ts";

const hourMs = 3_600_000;

/** A stretch of the path, and when somebody is in it: asked for hour by hour, in the order of time. */
export class Zone {
  readonly #world: World;
  readonly #xM: number;
  readonly #halfWidthM: number;
  #hour = Number.NaN;
  #stays: readonly Interval[] = [];

  constructor(world: World, xM: number, halfWidthM: number) {
    this.#world = world;
    this.#xM = xM;
    this.#halfWidthM = halfWidthM;
  }

  isOccupied(atMs: number): boolean {
    const hour = Math.floor(atMs / hourMs);
    if (hour !== this.#hour) {
      this.#hour = hour;
      this.#stays = this.between(hour * hourMs, (hour + 1) * hourMs);
    }
    return this.#stays.some(({ enterMs, leaveMs }) => enterMs <= atMs && atMs < leaveMs);
  }

  /** Stays of anybody at all, apart from each other, cut to the span. */
  between(fromMs: number, toMs: number): readonly Interval[] {
    return this.#world.people.occupancy(this.#xM, this.#halfWidthM, fromMs, toMs);
  }

  /** Calls back at each change from now on, and once with the present state. */
  follow(loop: EventLoop, listener: (occupied: boolean) => void): void {
    let state: boolean | undefined;
    const set = (occupied: boolean) => {
      if (occupied === state) return;
      state = occupied;
      listener(occupied);
    };
    const followFrom = (fromMs: number) => {
      const toMs = (Math.floor(fromMs / hourMs) + 1) * hourMs;
      const stays = this.between(fromMs, toMs);
      set(stays[0]?.enterMs === fromMs);
      for (const { enterMs, leaveMs } of stays) {
        loop.at(enterMs, () => set(true));
        // A stay that is cut by the hour goes on in the next one.
        if (leaveMs < toMs) loop.at(leaveMs, () => set(false));
      }
      loop.at(toMs, () => followFrom(toMs));
    };
    followFrom(loop.now);
  }
}
