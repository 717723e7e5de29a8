import { seconds } from "#devices/duration.ts";
import { deadline } from "#devices/ports/clock.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import type { Twin } from "#sim/chips/twin.ts";
import type { EventLoop } from "#sim/loop.ts";

/** A program that answers an edge of a motion detector by raising the lamp on the same board. */
export interface Reactor {
  /** Nobody is near, and the lamp is down: an edge will be answered. */
  readonly isAtRest: boolean;
  /** Somebody comes. Resolves with the ms from the edge on the wire until the lamp is raised. */
  react(): Promise<number>;
}

const patience = seconds(2);
const clock = systemClock();

/**
 * The transfer that sets a lamp on a PCA9685: START, address, pointer and two channels of four bytes each at nine
 * clocks a byte, STOP, at 100 kHz (NXP UM10204, section 3.1). Outputs change at its STOP, in the twin at its START.
 */
const transferMs = ((1 + 1 + 8) * 9 + 2) / 100;

/** One lamp, and from when on it is raised. */
export class LampWatch {
  readonly #loop: EventLoop;
  readonly #lamp: Twin;
  #raised: (atMs: number) => void = () => {};
  #before = Number.NaN;

  constructor(loop: EventLoop, lamp: Twin) {
    this.#loop = loop;
    this.#lamp = lamp;
    lamp.onOutput!(() => {
      if (this.level > this.#before) this.#raised(clock.now() + transferMs);
    });
  }

  /** Percent. */
  get level(): number {
    return this.#lamp.output!("level")!;
  }

  /**
   * Milliseconds of this machine from an edge until the lamp is raised. Rejects when it is not within two seconds.
   * @param edge puts the detector's wire up
   */
  async reaction(edge: () => void): Promise<number> {
    const work = new Promise<number>((resolve) => {
      this.#loop.fromOutside(() => {
        const edgeMs = clock.now();
        this.#before = this.level;
        this.#raised = (atMs) => resolve(atMs - edgeMs);
        edge();
      });
    });
    return await deadline(clock, patience, work, () => new Error("an edge was followed by nothing"));
  }
}
