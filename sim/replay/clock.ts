import type { Cancel } from "#devices/ports/clock.ts";
import type { FlightEvent } from "#firmware/recorder/event.ts";
import { offsetIn } from "#firmware/recorder/knowledge.ts";
import type { EventLoop } from "../loop.ts";
import { VirtualClock } from "../ports/clock.ts";

interface Timer {
  readonly dueMs: number;
  readonly run: () => void;
  cancel: Cancel;
}

/** The clock of a recorded life: its wall time is set as it was then, and it can leap over what is not in the record. */
export class ReplayClock extends VirtualClock {
  readonly #timers = new Set<Timer>();
  readonly #settings: readonly FlightEvent[];
  #set = 0;
  #leaptMs = 0;

  /** @param settings events of the kind `wall` */
  constructor(loop: EventLoop, settings: readonly FlightEvent[]) {
    super(loop);
    this.#settings = settings;
  }

  override now(): number {
    return super.now() + this.#leaptMs;
  }

  override wall(): number | undefined {
    this.#adopt();
    return super.wall();
  }

  override get wallQuality(): VirtualClock["wallQuality"] {
    this.#adopt();
    return super.wallQuality;
  }

  /** As if the process had stood still until `toMs`: what was due meanwhile is done now, in its order. */
  leap(toMs: number): void {
    this.#leaptMs += Math.max(toMs - this.now(), 0);
    const timers = [...this.#timers].sort((one, other) => one.dueMs - other.dueMs);
    for (const timer of timers) {
      timer.cancel();
      this.#arm(timer);
    }
  }

  protected override at(dueMs: number, run: () => void): Cancel {
    const timer: Timer = { dueMs, run, cancel: () => {} };
    this.#timers.add(timer);
    this.#arm(timer);
    return () => {
      this.#timers.delete(timer);
      timer.cancel();
    };
  }

  #arm(timer: Timer): void {
    timer.cancel = super.at(timer.dueMs - this.#leaptMs, () => {
      this.#timers.delete(timer);
      timer.run();
    });
  }

  #adopt(): void {
    const nowMs = this.now();
    for (let next = this.#settings[this.#set]; next && next.atMs <= nowMs; next = this.#settings[this.#set]) {
      this.#set++;
      this.setWall(offsetIn(next.payload) + nowMs, next.subject === "network" ? "network" : "rtc");
    }
  }
}
