import type { Duration } from "#devices/duration.ts";
import type { Alarm } from "#devices/furniture/vocabulary.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";
import type { Sample } from "#devices/sample.ts";
import type { Samples } from "../edge/samples.ts";

export type AlarmListener = (name: string, state: "raised" | "cleared", value: number) => void;

/** Watches the conditions of a declaration. Only good samples raise or clear: a blind sensor says nothing. */
export class Alarms {
  readonly #clock: Clock;
  readonly #listener: AlarmListener;
  readonly #declared: Readonly<Record<string, Alarm>>;
  /** Raised alarms, with whether their condition still holds. */
  readonly #raised = new Map<string, { holds: boolean; value: number }>();
  readonly #pending = new Map<string, Cancel>();

  constructor(
    declared: Readonly<Record<string, Alarm>>,
    samples: Samples,
    clock: Clock,
    listener: AlarmListener,
  ) {
    this.#declared = declared;
    this.#clock = clock;
    this.#listener = listener;
    for (const [name, alarm] of Object.entries(declared))
      samples.on(alarm.source, (sample) => this.#look(name, alarm, sample));
  }

  get raised(): readonly string[] {
    return [...this.#raised.keys()];
  }

  /** Somebody has seen it: a latched alarm clears if its condition is over. False when there is nothing to clear. */
  acknowledge(name: string): boolean {
    const raised = this.#raised.get(name);
    if (!raised || raised.holds || !this.#declared[name]?.latched) return false;
    this.#clear(name, raised.value);
    return true;
  }

  stop(): void {
    for (const cancel of this.#pending.values()) cancel();
    this.#pending.clear();
  }

  #look(name: string, alarm: Alarm, sample: Sample): void {
    if (sample.quality !== "good") return;
    const raised = this.#raised.get(name);
    if (isBad(alarm, sample.value)) {
      if (raised) this.#raised.set(name, { holds: true, value: sample.value });
      else this.#suspect(name, alarm, sample.value);
      return;
    }
    this.#forget(name);
    if (!raised || !isClear(alarm, sample.value)) return;
    if (alarm.latched) this.#raised.set(name, { holds: false, value: sample.value });
    else this.#clear(name, sample.value);
  }

  #clear(name: string, value: number): void {
    this.#raised.delete(name);
    this.#listener(name, "cleared", value);
  }

  #suspect(name: string, alarm: Alarm, value: number): void {
    if (this.#pending.has(name)) return;
    const raise = () => {
      this.#pending.delete(name);
      this.#raised.set(name, { holds: true, value });
      this.#listener(name, "raised", value);
    };
    if (alarm.for === 0) raise();
    else this.#pending.set(name, this.#clock.after(alarm.for as Duration, raise));
  }

  #forget(name: string): void {
    this.#pending.get(name)?.();
    this.#pending.delete(name);
  }
}

function isBad({ when, limit }: Alarm, value: number): boolean {
  return when === "above" ? value > limit : when === "below" ? value < limit : value === limit;
}

function isClear({ when, limit, hysteresis = 0 }: Alarm, value: number): boolean {
  return when === "above"
    ? value <= limit - hysteresis
    : when === "below"
      ? value >= limit + hysteresis
      : true;
}
