import type { DeadMan as Declared } from "#devices/furniture/vocabulary.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";

export interface DeadManDrive {
  apply(role: string, outputs: Readonly<Record<string, number>>): Promise<void>;
  /** It begins to be fed, or is no longer. */
  onFed(isFed: boolean): void;
}

/**
 * Keeps the supply of dangerous loads closed, by toggling a hardware watchdog, only while what it guards is under
 * control. It is also the first to stop when the process does: nothing needs to be sent to switch off.
 */
export class DeadMan {
  readonly #declared: Declared;
  readonly #clock: Clock;
  readonly #isUnderControl: (actuator: string) => boolean;
  readonly #drive: DeadManDrive;
  #isFed: boolean | undefined;
  #level = 0;
  #isBeating = false;
  #timer: Cancel = () => {};

  constructor(
    declared: Declared,
    clock: Clock,
    isUnderControl: (actuator: string) => boolean,
    drive: DeadManDrive,
  ) {
    this.#declared = declared;
    this.#clock = clock;
    this.#isUnderControl = isUnderControl;
    this.#drive = drive;
  }

  start(): void {
    this.#timer = this.#clock.every(this.#declared.every, () => this.#beat());
  }

  stop(): void {
    this.#timer();
  }

  #beat(): void {
    const { role, output, guards } = this.#declared;
    const isFed = guards.every((name) => this.#isUnderControl(name));
    if (isFed !== this.#isFed) this.#drive.onFed(isFed);
    this.#isFed = isFed;
    if (!isFed) return;
    // Beats that wait for a call that hangs would come late and all at once, whatever is under control by then.
    if (this.#isBeating) return;
    this.#isBeating = true;
    this.#level = 1 - this.#level;
    this.#drive
      .apply(role, { [output]: this.#level })
      // A beat that does not arrive is one that the watchdog misses.
      .catch(() => {})
      .finally(() => {
        this.#isBeating = false;
      });
  }
}
