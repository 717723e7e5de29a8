import { truth } from "../../quantities.ts";
import { changed, isGood, restate } from "../estimate.ts";
import type { Estimate, Estimator, Step } from "../estimator.ts";

interface State {
  /** By name: when it last spoke well, monotonic ms. */
  readonly heardMs: Readonly<Record<string, number>>;
  readonly said: readonly Estimate[];
}

/** A source that must speak, and for how long it may be silent, ms. */
export interface Watched {
  readonly source: string;
  readonly silentMs: number;
}

/**
 * Tells which sources have fallen silent: each output, named as the source is, is 1 while it has not had a good sample
 * for too long. From the start on each has as much time to speak for the first time.
 */
export function loss(watched: Readonly<Record<string, Watched>>): Estimator<State> {
  const names = Object.keys(watched);
  const bySource = new Map(names.map((name) => [watched[name]!.source, name]));
  return {
    name: "loss",
    inputs: [...bySource.keys()],
    outputs: Object.fromEntries(names.map((name) => [name, truth])),
    initial: () => ({ heardMs: {}, said: [] }),
    step(before, sample, { nowMs }): Step<State> {
      const heard = isGood(sample) ? bySource.get(sample.source) : undefined;
      const heardMs = Object.fromEntries(
        names.map((name) => [name, name === heard ? nowMs : (before.heardMs[name] ?? nowMs)]),
      );
      const lostAtMs = names.map((name) => heardMs[name]! + watched[name]!.silentMs);
      const said = names.map((name, index) =>
        restate(before.said[index], name, Number(nowMs > lostAtMs[index]!), "good"),
      );
      const next = Math.min(...lostAtMs.filter((ms) => ms >= nowMs));
      return {
        state: { heardMs, said },
        estimates: changed(before.said, said),
        ...(Number.isFinite(next) && { wakeAtMs: next + 1 }),
      };
    },
  };
}
