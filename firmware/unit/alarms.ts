import type { Duration } from "#devices/duration.ts";
import type { Alarm } from "#devices/furniture/vocabulary.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";
import type { Sample } from "#devices/sample.ts";
import type { Samples } from "../edge/samples.ts";

export type AlarmListener = (name: string, state: "raised" | "cleared", value: number) => void;

/** Watches the conditions of a declaration. Only good samples raise or clear: a blind sensor says nothing. */
export class Alarms {
  readonly #samples: Samples;
  readonly #clock: Clock;
  readonly #listener: AlarmListener;
  readonly #declared: Readonly<Record<string, Alarm>>;
  /** Raised alarms, with whether their condition still holds. */
  readonly #raised = new Map<string, { holds: boolean; value: number }>();
  readonly #pending = new Map<string, Cancel>();
  #running = true;

  /** @param raised the alarms that were raised when the last life ended: they were told, and are not told again */
  constructor(
    declared: Readonly<Record<string, Alarm>>,
    samples: Samples,
    clock: Clock,
    listener: AlarmListener,
    raised: readonly string[] = [],
  ) {
    this.#declared = declared;
    this.#samples = samples;
    this.#clock = clock;
    this.#listener = listener;
    for (const name of raised)
      if (Object.hasOwn(declared, name)) this.#raised.set(name, { holds: true, value: Number.NaN });
    for (const [name, alarm] of Object.entries(declared))
      samples.thenTell(alarm.source, (sample) => this.#look(name, alarm, sample));
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
    this.#running = false;
    for (const cancel of this.#pending.values()) cancel();
    this.#pending.clear();
  }

  #look(name: string, alarm: Alarm, sample: Sample): void {
    if (!this.#running || sample.quality !== "good") return;
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
    if (alarm.for === 0) this.#raise(name, value);
    else
      this.#pending.set(
        name,
        this.#clock.after(alarm.for as Duration, () => this.#confirm(name, alarm)),
      );
  }

  /** The condition was not seen to end. That counts only if it could have been seen: it must be in sight now. */
  #confirm(name: string, alarm: Alarm): void {
    this.#pending.delete(name);
    const sample = this.#samples.latest(alarm.source);
    if (sample?.quality === "good") this.#raise(name, sample.value);
  }

  #raise(name: string, value: number): void {
    this.#raised.set(name, { holds: true, value });
    this.#listener(name, "raised", value);
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
