import type { Target, View } from "#devices/control.ts";
import { seconds } from "#devices/duration.ts";
import type { Actuator } from "#devices/furniture/vocabulary.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";
import type { Samples } from "../edge/samples.ts";
import { ActuatorRunner, obeyLimit } from "./actuator-runner.ts";

type Outputs = Readonly<Record<string, number>>;

export interface ActuatorsDrive {
  /** Tells the part of a role. */
  apply(role: string, outputs: Outputs): Promise<void>;
  onMoved(name: string, target: Target): void;
  /** An actuator stands where it was going: the steps of a ramp are nobody's business but the lamp's. */
  onSettled(name: string, target: Target): void;
  onTrouble(what: string): void;
}

/** Where an actuator came to stand is told this long after it began to move. */
const settlePause = seconds(3);
/** A part may disagree with what it was told by this much before it is told again, in the channel's unit. */
const readBackTolerance = 0.5;

const isNear = (told: number, value: number) => Math.abs(told - value) <= readBackTolerance;

/** All that one unit moves or powers: decided anew when something changes, told again when a part forgot. */
export class Actuators {
  readonly #declared: Readonly<Record<string, Actuator>>;
  readonly #clock: Clock;
  readonly #samples: Samples;
  readonly #drive: ActuatorsDrive;
  readonly #runners = new Map<string, ActuatorRunner>();
  /** What each output of a role's part was last told, while that is certain. */
  readonly #told = new Map<string, Record<string, number>>();
  /** Outputs, as `role.output`, that read otherwise than they were told: what, and since when. */
  readonly #contradicted = new Map<string, { readonly value: number; readonly sinceMs: number }>();
  readonly #settling = new Map<string, Cancel>();

  constructor(
    declared: Readonly<Record<string, Actuator>>,
    samples: Samples,
    clock: Clock,
    view: View,
    drive: ActuatorsDrive,
  ) {
    this.#declared = declared;
    this.#samples = samples;
    this.#clock = clock;
    this.#drive = drive;
    for (const [name, actuator] of Object.entries(declared)) {
      const runner = new ActuatorRunner(actuator, clock, view, {
        apply: (outputs) => this.#apply(actuator.role, outputs),
        onMoved: (target) => this.#moved(name, target),
        onTrouble: drive.onTrouble,
      });
      this.#runners.set(name, runner);
      const decide = () => runner.decide();
      for (const input of new Set([...actuator.controller.inputs, ...actuator.permit.wakes]))
        samples.thenDecide(input, decide);
    }
  }

  get targets(): Record<string, Target> {
    return Object.fromEntries([...this.#runners].map(([name, runner]) => [name, runner.target]));
  }

  /**
   * Whether the part of this actuator has done what it was told, or had no time yet. An output that reads otherwise,
   * and not as the fail-safe value would have it, has not.
   */
  isObeyed(name: string): boolean {
    const { role, outputs, failSafe } = this.#declared[name]!;
    const nowMs = this.#clock.now();
    const isStuck = Object.entries(outputs(failSafe.value)).some(([output, safe]) => {
      const { value, sinceMs } = this.#contradicted.get(`${role}.${output}`) ?? {
        value: safe,
        sinceMs: nowMs,
      };
      return !isNear(value, safe) && nowMs - sinceMs > obeyLimit;
    });
    return !isStuck && this.#runners.get(name)!.isObeyed;
  }

  decideAll(): void {
    for (const runner of this.#runners.values()) runner.decide();
  }

  /** The part of a role works (again), and knows nothing of what it was told before. */
  ready(role: string): void {
    for (const runner of this.#of(role)) void runner.ready();
  }

  /** What the part of a role says that it drives: after a brown-out it has forgotten, and is told again. */
  readBack(role: string, channel: string, value: number): void {
    const told = this.#told.get(role)?.[channel];
    if (told === undefined) return;
    const output = `${role}.${channel}`;
    if (isNear(told, value)) {
      this.#contradicted.delete(output);
      return;
    }
    const before = this.#contradicted.get(output);
    this.#contradicted.set(output, { value, sinceMs: before?.sinceMs ?? this.#clock.now() });
    // One that stays so is told again each time, and the journal hears of it once.
    if (before?.value !== value) this.#drive.onTrouble(`${output} is ${value}, was told ${told}: told again`);
    for (const runner of this.#of(role)) runner.contradicted();
  }

  /** All to their fail-safe values, for good. */
  async stop(): Promise<void> {
    for (const cancel of this.#settling.values()) cancel();
    for (const runner of this.#runners.values()) await runner.stop();
  }

  #of(role: string): ActuatorRunner[] {
    return [...this.#runners]
      .filter(([name]) => this.#declared[name]!.role === role)
      .map(([, runner]) => runner);
  }

  async #apply(role: string, outputs: Outputs): Promise<void> {
    const told = this.#told.get(role) ?? {};
    this.#told.set(role, told);
    for (const output of Object.keys(outputs)) delete told[output];
    await this.#drive.apply(role, outputs);
    Object.assign(told, outputs);
  }

  #moved(name: string, target: Target): void {
    this.#drive.onMoved(name, target);
    const source = `${name}.target`;
    if (this.#samples.latest(source)?.value !== target.value) this.#samples.put(source, target.value, "good");
    if (this.#settling.has(name)) return;
    const settled = () => {
      this.#settling.delete(name);
      this.#drive.onSettled(name, this.#runners.get(name)!.target);
    };
    this.#settling.set(name, this.#clock.after(settlePause, settled));
  }
}
