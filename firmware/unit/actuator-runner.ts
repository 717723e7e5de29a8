import type { Controller, Target, View } from "#devices/control.ts";
import { type Duration, milliseconds, seconds } from "#devices/duration.ts";
import type { Actuator } from "#devices/furniture/vocabulary.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";
import { isPlausible } from "#devices/sample.ts";

/** Decided anew this many times within the time to live, so that one late decision is not yet a fail-safe. */
const refreshesPerLife = 3;
/** A part that has not done what it was told for longer than this is out of control. */
export const obeyLimit = seconds(1);
/** A controller that always wants to be asked at once must not stop the clock. */
const wakeMsMin = 1;

export interface ActuatorDrive {
  apply(outputs: Readonly<Record<string, number>>): Promise<void>;
  onMoved(target: Target): void;
  onTrouble(what: string): void;
}

/**
 * Drives one actuator: asks the controller, then the permit, then the part. Only what the permit allowed is ever
 * applied; a decision that is not refreshed within its time to live gives way to the fail-safe value, and so does
 * a controller that throws.
 */
export class ActuatorRunner {
  readonly #actuator: Actuator;
  readonly #controller: Controller<unknown>;
  readonly #clock: Clock;
  readonly #view: View;
  readonly #drive: ActuatorDrive;
  #state: unknown;
  #target: Target;
  #applied: number | undefined;
  #obeyedAtMs = Number.NEGATIVE_INFINITY;
  /** Counts what was told by `ready`: what was applied before it counts for nothing. */
  #round = 0;
  #isFollowing = false;
  #following: Promise<void> = Promise.resolve();
  #cancelWake: Cancel = () => {};
  #cancelLife: Cancel = () => {};
  #running = true;

  constructor(actuator: Actuator, clock: Clock, view: View, drive: ActuatorDrive) {
    this.#actuator = actuator;
    this.#controller = actuator.controller;
    this.#clock = clock;
    this.#view = view;
    this.#drive = drive;
    this.#state = actuator.controller.initial();
    this.#target = this.#failSafe("start");
  }

  get target(): Target {
    return this.#target;
  }

  /** Whether the part stands where it was told, or did until a moment ago. */
  get isObeyed(): boolean {
    const nowMs = this.#clock.now();
    if (this.#applied === this.#target.value) this.#obeyedAtMs = nowMs;
    return nowMs - this.#obeyedAtMs <= obeyLimit;
  }

  /** The part works (again): it must be told where to stand, whatever it was told before. */
  async ready(): Promise<void> {
    this.#round++;
    this.#applied = undefined;
    await this.#apply();
  }

  /** What the part says of itself does not agree with what it was told: tell it again. */
  contradicted(): void {
    void this.ready();
  }

  /** Something that the controller looks at has changed, or time has come. */
  decide(): void {
    if (!this.#running) return;
    this.#cancelWake();
    let wakeAtMs: number | undefined;
    let target: Target;
    try {
      const decision = this.#controller.decide(this.#state, this.#view);
      this.#state = decision.state;
      wakeAtMs = decision.wakeAtMs;
      target = this.#permitted(decision.target);
    } catch (error) {
      this.#drive.onTrouble(`${this.#actuator.title}: ${error instanceof Error ? error.message : error}`);
      target = this.#failSafe("fault");
    }
    this.#live();
    const refresh = this.#actuator.timeToLive / refreshesPerLife;
    const wanted = (wakeAtMs ?? Number.POSITIVE_INFINITY) - this.#clock.now();
    const wake = wanted < refresh ? Math.max(wanted, wakeMsMin) : refresh;
    this.#cancelWake = this.#clock.after(milliseconds(wake), () => this.decide());
    this.#move(target);
  }

  /** Throws when the permit answers with what the actuator's quantity does not know: no number, or out of range. */
  #permitted(wanted: Target): Target {
    const target = this.#actuator.permit.allow(wanted, this.#view);
    if (isPlausible(this.#actuator.quantity, target.value)) return target;
    throw new RangeError(`the permit answered with ${target.value}`);
  }

  /** To the fail-safe value, for good: the unit shuts down. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#cancelWake();
    this.#cancelLife();
    this.#target = this.#failSafe("stop");
    await this.#apply();
  }

  #live(): void {
    this.#cancelLife();
    this.#cancelLife = this.#clock.after(this.#actuator.timeToLive as Duration, () =>
      this.#move(this.#failSafe("expired")),
    );
  }

  #move(target: Target): void {
    const changed = target.value !== this.#target.value || target.reason.text !== this.#target.reason.text;
    this.#target = target;
    void this.#apply();
    if (changed) this.#drive.onMoved(target);
  }

  /** Resolves when the part stands where it should, or does not work. */
  #apply(): Promise<void> {
    if (!this.#isFollowing) this.#following = this.#follow();
    return this.#following;
  }

  /** Tells the part, one call at a time; what was overtaken meanwhile is left out. */
  async #follow(): Promise<void> {
    this.#isFollowing = true;
    let round: number | undefined;
    // Again when `ready` came meanwhile: a call to the part as it was before has failed, and it has not been told.
    while (round !== this.#round) {
      round = this.#round;
      try {
        await this.#tell();
      } catch {
        // The part's runner restarts it and reports the fault; `ready` comes when it works again.
        this.#applied = undefined;
      }
    }
    this.#isFollowing = false;
  }

  async #tell(): Promise<void> {
    while (this.#applied !== this.#target.value) {
      const { value } = this.#target;
      const round = this.#round;
      await this.#drive.apply(this.#actuator.outputs(value));
      if (round === this.#round) this.#applied = value;
    }
  }

  #failSafe(when: "start" | "fault" | "expired" | "stop"): Target {
    const { value, because } = this.#actuator.failSafe;
    const why = {
      start: "the unit starts",
      fault: "the controller failed",
      expired: "no fresh decision",
      stop: "the unit stops",
    }[when];
    return { value, reason: { code: "fail-safe", text: `${why}: ${because}` } };
  }
}
