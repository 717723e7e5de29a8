import type { Context } from "./estimators/estimator.ts";
import type { Sample } from "./sample.ts";

/** Why an actuator stands where it stands: a code to group by, and words for a person at the cabinet or the page. */
export interface Reason {
  /** Stable, kebab-case: `presence`, `profile`, `override`, `minimum`, `unsure`. */
  readonly code: string;
  /** One short clause without the value itself: `presence until 22:41:07`. */
  readonly text: string;
}

/** Where a controller wants one actuator to be, in the actuator's quantity. */
export interface Target {
  readonly value: number;
  readonly reason: Reason;
}

/** All that a controller and a permit may look at. */
export interface View extends Context {
  /** The newest sample of a source, with its quality as of now; undefined when there never was one. */
  latest(source: string): Sample | undefined;
}

export interface Decision<State> {
  readonly state: State;
  readonly target: Target;
  /** Monotonic milliseconds at which the decision must be taken again even if nothing new is seen. */
  readonly wakeAtMs?: number;
}

/** A pure function from what is known to what one actuator should do. It proposes; the permit disposes. */
export interface Controller<State> {
  readonly name: string;
  /** Sources whose new samples call for a new decision. */
  readonly inputs: readonly string[];
  initial(): State;
  decide(state: State, view: View): Decision<State>;
}
