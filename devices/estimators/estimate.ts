import type { Sample } from "../sample.ts";
import type { Estimate } from "./estimator.ts";

/** The estimate already given if nothing about it changed, so that sameness can be told by identity. */
export function restate(
  before: Estimate | undefined,
  output: string,
  value: number,
  quality: Sample["quality"],
): Estimate {
  const isSame = before !== undefined && before.quality === quality && Object.is(before.value, value);
  return isSame ? before : { output, value, quality };
}

/** A step with nothing to say. */
export const nothing: readonly Estimate[] = [];

/** Those of `now` that are not the very objects of `before`. */
export function changed(
  before: readonly (Estimate | undefined)[],
  now: readonly Estimate[],
): readonly Estimate[] {
  const news = now.filter((estimate, index) => estimate !== before[index]);
  return news.length === 0 ? nothing : news;
}

/** True for a sample that may enter an estimate. */
export function isGood(sample: Sample | undefined): sample is Sample {
  return sample !== undefined && sample.quality === "good" && Number.isFinite(sample.value);
}
