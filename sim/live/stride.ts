import type { EventLoop } from "../loop.ts";

/** Something that happens to the street at an instant on its way. */
export interface Waypoint {
  readonly atMs: number;
  readonly run: () => void;
}

interface Journey {
  readonly toMs: number;
  readonly arrived: (isThere: boolean) => void;
}

/** As fast as the machine can: more virtual than real time than it ever will. */
const headlong = 1e9;
/** The speed that is reached is told over at least so long, real ms. */
const windowMs = 1_000;
/** A machine that reaches this share of what is asked keeps up. */
const keepsUpShare = 0.9;

/** How a street's time goes: at a multiple of real time, or in one go to an instant, with what happens on the way. */
export class Stride {
  readonly #loop: EventLoop;
  readonly #realNowMs: () => number;
  #speed: number;
  #journey: Journey | undefined;
  #waypoints: Waypoint[] = [];
  #window: { readonly realMs: number; readonly virtualMs: number };
  #reached: number | undefined;
  #paced: Promise<void> = Promise.resolve();

  /** @param realNowMs a monotonic clock of real time */
  constructor(loop: EventLoop, speed: number, realNowMs: () => number) {
    this.#loop = loop;
    this.#realNowMs = realNowMs;
    this.#speed = speed;
    this.#window = { realMs: realNowMs(), virtualMs: loop.now };
  }

  /** Virtual seconds per real one, as it was asked for. */
  get speed(): number {
    return this.#speed;
  }

  set speed(factor: number) {
    this.#speed = factor;
    this.#measureAnew();
  }

  /** The speed of the last second or so, where the machine does not keep up with what was asked. */
  get reached(): number | undefined {
    return this.#reached;
  }

  /** Where the journey under way ends. */
  get destinationMs(): number | undefined {
    return this.#journey?.toMs;
  }

  /** Lets time go, until `end`. */
  begin(): void {
    this.#paced = this.#loop.pace(
      () => this.#step(),
      this.#realNowMs,
      () => this.#waypoints[0]?.atMs ?? this.#journey?.toMs ?? Number.POSITIVE_INFINITY,
    );
  }

  /** Resolves when time stands for good. */
  async end(): Promise<void> {
    this.cancel();
    this.#loop.stop();
    await this.#paced;
  }

  /**
   * Goes to an instant, as fast as it can, and stops there to the millisecond before it goes on at its speed. A
   * journey that was under way is cancelled.
   * @param waypoints in the order of time
   * @returns whether it got there; not when it was cancelled
   */
  travel(toMs: number, waypoints: readonly Waypoint[] = []): Promise<boolean> {
    this.cancel();
    this.#waypoints = [...waypoints];
    return new Promise((arrived) => {
      this.#journey = { toMs, arrived };
    });
  }

  /** Ends the journey where it is. What would have happened on the rest of the way does not. */
  cancel(): void {
    this.#waypoints = [];
    this.#arrive(false);
  }

  /** Called at each turn of the loop. @returns virtual milliseconds per real one until the next */
  #step(): number {
    this.#measure();
    // A turn may end in the midst of an instant: what is due at it comes before whatever is done there.
    if (this.#loop.isDue) return this.#journey ? headlong : this.#speed;
    const [next] = this.#waypoints;
    if (next && this.#loop.now >= next.atMs) {
      this.#waypoints.shift();
      next.run();
      // Time stands for a turn, in which what this has set in motion is finished.
      return 0;
    }
    if (!this.#journey) return this.#speed;
    if (this.#loop.now < this.#journey.toMs) return headlong;
    this.#arrive(true);
    return 0;
  }

  #arrive(isThere: boolean): void {
    const journey = this.#journey;
    this.#journey = undefined;
    this.#measureAnew();
    journey?.arrived(isThere);
  }

  #measure(): void {
    const realMs = this.#realNowMs() - this.#window.realMs;
    if (realMs < windowMs) return;
    const reached = (this.#loop.now - this.#window.virtualMs) / realMs;
    this.#window = { realMs: this.#realNowMs(), virtualMs: this.#loop.now };
    this.#reached = !this.#journey && reached < this.#speed * keepsUpShare ? reached : undefined;
  }

  #measureAnew(): void {
    this.#window = { realMs: this.#realNowMs(), virtualMs: this.#loop.now };
    this.#reached = undefined;
  }
}
