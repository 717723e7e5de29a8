import type { Controller, Target, View } from "#devices/control.ts";
import type { ActiveCommand } from "#devices/estimators/estimator.ts";
import type { Permit } from "#devices/permit.ts";
import { count } from "#devices/quantities.ts";
import type { Quality, Sample } from "#devices/sample.ts";

/** What a controller and a permit look at, set by hand. */
export class ViewOnTable implements View {
  readonly device = "pier/curb-1";
  readonly timeZone = "Europe/Rome";
  readonly latitude = 45;
  readonly longitude = 13;
  readonly clock = "network";
  settings: Readonly<Record<string, unknown>>;
  commands: ActiveCommand[] = [];
  wallMs: number | undefined = Date.UTC(2026, 3, 14, 8);
  nowMs = 10_000;
  readonly #samples = new Map<string, Sample>();

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.settings = settings;
  }

  /** A sample now. */
  put(source: string, value: number, quality: Quality = "good"): this {
    const { nowMs: atMs, wallMs, clock } = this;
    this.#samples.set(source, {
      ...{ source, value, quality, quantity: count, atMs },
      ...{ wallMs, clock, boot: 1 },
    });
    return this;
  }

  latest(source: string): Sample | undefined {
    return this.#samples.get(source);
  }
}

/** An actuator's controller and permit, decided by hand: what the actuator would be told. */
export class ActuatorOnTable<State> {
  readonly view: ViewOnTable;
  readonly #controller: Controller<State>;
  readonly #permit: Permit;
  #state: State;
  wakeAtMs: number | undefined;

  constructor(controller: Controller<State>, permit: Permit, view: ViewOnTable) {
    this.view = view;
    this.#controller = controller;
    this.#permit = permit;
    this.#state = controller.initial();
  }

  decide(): Target {
    const { state, target, wakeAtMs } = this.#controller.decide(this.#state, this.view);
    this.#state = state;
    this.wakeAtMs = wakeAtMs;
    return this.#permit.allow(target, this.view);
  }
}
