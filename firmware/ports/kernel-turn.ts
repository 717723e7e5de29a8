import type { Duration } from "#devices/duration.ts";
import { type Clock, deadline } from "#devices/ports/clock.ts";
import { PortError, type PortErrorPlace } from "#devices/ports/error.ts";

/** What is to be so while a call goes on. */
export type During = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * The calls on one bus, whoever has it open: one at a time is in the kernel, and none is waited for without end. Each
 * takes one of the four threads that libuv has for all files of the process (docs.libuv.org, "Thread pool work
 * scheduling"): a bus that hangs keeps one, not the outbox from its disk nor other buses from their wires. While it
 * does, what else is asked of that bus is refused.
 */
export class KernelTurn {
  readonly #clock: Clock;
  readonly #limit: Duration;
  readonly #inOrder: boolean;
  readonly #during: During;
  readonly #ahead: (() => void)[] = [];
  readonly #waiting: (() => void)[] = [];
  #isBusy = false;
  #isTaken = false;

  /**
   * @param inOrder whoever asked first is next, urgent or not
   * @param during of each call, as long as it is in the kernel
   */
  constructor(clock: Clock, limit: Duration, inOrder = false, during: During = (work) => work()) {
    this.#clock = clock;
    this.#limit = limit;
    this.#inOrder = inOrder;
    this.#during = during;
  }

  /**
   * Rejects with PortError `timeout` where the kernel does not return, or has not returned from an earlier call.
   * @param isUrgent before all that waits and is not
   */
  call<T>(place: PortErrorPlace, work: () => Promise<T>, isUrgent = false): Promise<T> {
    const perform = () => this.#perform(place, work).finally(() => this.#next());
    if (this.#isBusy)
      return new Promise((resolve, reject) => {
        const queue = isUrgent && !this.#inOrder ? this.#ahead : this.#waiting;
        queue.push(() => perform().then(resolve, reject));
      });
    this.#isBusy = true;
    // An idle bus is called before this returns: an actuator's write goes ahead of whatever the same edge sets off.
    return perform();
  }

  #next(): void {
    const next = this.#ahead.shift() ?? this.#waiting.shift();
    if (next) next();
    else this.#isBusy = false;
  }

  async #perform<T>(place: PortErrorPlace, work: () => Promise<T>): Promise<T> {
    const late = (detail: string) => new PortError("timeout", { ...place, detail });
    if (this.#isTaken) throw late("an earlier call still hangs in the kernel");
    this.#isTaken = true;
    const call = this.#during(work).finally(() => {
      this.#isTaken = false;
    });
    return deadline(this.#clock, this.#limit, call, () =>
      late(`the kernel did not return within ${this.#limit} ms`),
    );
  }
}
