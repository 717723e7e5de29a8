import { truth } from "../quantities.ts";
import { changed, restate } from "./estimate.ts";
import type { Estimate, Estimator, Step } from "./estimator.ts";

export interface AnyOfState {
  readonly values: Readonly<Record<string, number>>;
  readonly said: readonly Estimate[];
}

/** `any`: 1 while at least one of the sources is 1, whatever is thought of its quality. */
export function anyOf(name: string, sources: readonly string[]): Estimator<AnyOfState> {
  return {
    name,
    outputs: { any: truth },
    inputs: sources,
    initial: () => ({ values: {}, said: [] }),
    step(before, sample): Step<AnyOfState> {
      const values = sample ? { ...before.values, [sample.source]: sample.value } : before.values;
      const isAny = Object.values(values).some((value) => value >= 0.5);
      const said = [restate(before.said[0], "any", isAny ? 1 : 0, "good")];
      return { state: { values, said }, estimates: changed(before.said, said) };
    },
  };
}
