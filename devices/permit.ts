import type { Target, View } from "./control.ts";
import type { ActiveCommand } from "./estimators/estimator.ts";
import type { ClockQuality, Sample } from "./sample.ts";

export interface PermitRule {
  /** Every source that it looks at. */
  readonly inputs: readonly string[];
  /** Those of them whose new samples call for a new decision, at once; all of them when nothing is said. */
  readonly wakes?: readonly string[];
  allow(wanted: Target, view: View): Target;
}

/**
 * The only way to an actuator: a pure function of what is wanted and what is known, which answers with what may
 * be done. It may raise, lower or refuse (by answering with the fail-safe value), and it says why.
 *
 * What it declares is what it sees: `latest` of a source that is not among its inputs throws RangeError, and an
 * actuator whose permit throws goes to its fail-safe value.
 */
export class Permit {
  readonly inputs: readonly string[];
  readonly wakes: readonly string[];
  readonly #allow: PermitRule["allow"];

  constructor({ inputs, wakes = inputs, allow }: PermitRule) {
    const unseen = wakes.find((source) => !inputs.includes(source));
    if (unseen !== undefined) throw new RangeError(`a permit is woken by ${unseen}, and does not look at it`);
    this.inputs = inputs;
    this.wakes = wakes;
    this.#allow = allow;
  }

  allow(wanted: Target, view: View): Target {
    return this.#allow(wanted, new Sight(this.inputs, view));
  }
}

/** A view of some sources only. */
class Sight implements View {
  readonly #inputs: readonly string[];
  readonly #view: View;

  constructor(inputs: readonly string[], view: View) {
    this.#inputs = inputs;
    this.#view = view;
  }

  latest(source: string): Sample | undefined {
    if (this.#inputs.includes(source)) return this.#view.latest(source);
    throw new RangeError(`a permit looks at ${source}, which is not among its inputs`);
  }

  get nowMs(): number {
    return this.#view.nowMs;
  }

  get wallMs(): number | undefined {
    return this.#view.wallMs;
  }

  get clock(): ClockQuality {
    return this.#view.clock;
  }

  get device(): string {
    return this.#view.device;
  }

  get latitude(): number {
    return this.#view.latitude;
  }

  get longitude(): number {
    return this.#view.longitude;
  }

  get timeZone(): string {
    return this.#view.timeZone;
  }

  get settings(): Readonly<Record<string, unknown>> {
    return this.#view.settings;
  }

  get commands(): readonly ActiveCommand[] {
    return this.#view.commands;
  }
}
