import { count, truth } from "../../quantities.ts";
import { changed, isGood, restate } from "../estimate.ts";
import type { Context, Estimate, Estimator, Step } from "../estimator.ts";

export interface SheddingSources {
  /** %, of the battery. */
  readonly stateOfCharge: string;
}

/** Loads by the setting that puts them in order: those that may go early, and those that go last. */
export interface SheddableLoads {
  readonly early: readonly string[];
  readonly last: readonly string[];
}

interface ShedLevel {
  readonly load: string;
  /** Shed below this state of charge, %. */
  readonly belowPercent: number;
}

export interface SheddingState {
  readonly shed: ReadonlySet<string>;
  /** The last charge that was heard, %. */
  readonly percent: number | undefined;
  readonly knownAtMs: number | undefined;
  readonly said: readonly Estimate[];
}

/** A battery this full brings every load back, whatever the hysteresis, %. */
const fullPercent = 98;
/** The battery is not trusted when its gauge has been silent for so long, ms. */
const silenceMs = 900_000;

/**
 * Which loads go to spare the battery: an output for each, 1 while it is shed, and `count` of them.
 *
 * The early ones go one by one in the order of the setting `shedOrder`, the first below `shedFrom` and the last below
 * `reserve`, evenly spaced; then those of `lastOrder`, evenly down to `deepDischarge`. Each comes back `shedHysteresis`
 * above the level at which it went. All settings in % of charge. Before the gauge has said anything, and when it has
 * been silent for 15 minutes, the early ones are in doubt, and the last ones stay as they were.
 */
export function shedding(
  { stateOfCharge }: SheddingSources,
  { early, last }: SheddableLoads,
): Estimator<SheddingState> {
  const loads = [...early, ...last];
  return {
    name: "shedding",
    outputs: { ...Object.fromEntries(loads.map((load) => [load, truth])), count },
    inputs: [stateOfCharge],
    initial: (saved) => ({
      shed: savedLoads(saved, loads),
      percent: undefined,
      knownAtMs: undefined,
      said: [],
    }),
    save: ({ shed }) => [...shed],

    step(before, sample, context): Step<SheddingState> {
      const { nowMs, settings } = context;
      const isHeard = isGood(sample);
      const knownAtMs = isHeard ? nowMs : before.knownAtMs;
      const percent = isHeard ? sample.value : before.percent;
      const isTrusted = knownAtMs !== undefined && nowMs - knownAtMs < silenceMs;
      const shed =
        percent === undefined || !isTrusted
          ? before.shed
          : shedAt(percent, shedLevels(settings, { early, last }), before.shed, settings);
      const said = [...loads, "count"].map((output, index) => {
        const value = output === "count" ? shed.size : shed.has(output) ? 1 : 0;
        const isDoubtful = !isTrusted && !last.includes(output);
        return restate(before.said[index], output, value, isDoubtful ? "suspect" : "good");
      });
      const wakeAtMs = isTrusted ? knownAtMs + silenceMs : undefined;
      return {
        state: { shed, percent, knownAtMs, said },
        estimates: changed(before.said, said),
        ...(wakeAtMs !== undefined && { wakeAtMs }),
      };
    },
  };
}

/** The level of each load, the first to go first. */
export function shedLevels(settings: Context["settings"], { early, last }: SheddableLoads): ShedLevel[] {
  const from = percentOf(settings.shedFrom, 40);
  const reserve = Math.min(from, percentOf(settings.reserve, 25));
  const deep = Math.min(reserve, percentOf(settings.deepDischarge, 5));
  const ports = orderOf(settings.shedOrder, early);
  const kept = orderOf(settings.lastOrder, last);
  const share = (index: number, steps: number) => (steps > 0 ? index / steps : 1);
  return [
    ...ports.map((load, index) => ({
      load,
      belowPercent: from - (from - reserve) * share(index, ports.length - 1),
    })),
    ...kept.map((load, index) => ({
      load,
      belowPercent: reserve - (reserve - deep) * share(index + 1, kept.length),
    })),
  ];
}

function shedAt(
  percent: number,
  levels: readonly ShedLevel[],
  before: ReadonlySet<string>,
  settings: Context["settings"],
): ReadonlySet<string> {
  const hysteresis = percentOf(settings.shedHysteresis, 5);
  const shed = levels.filter(
    ({ load, belowPercent }) =>
      percent < belowPercent ||
      (before.has(load) && percent < Math.min(belowPercent + hysteresis, fullPercent)),
  );
  return new Set(shed.map(({ load }) => load));
}

const percentOf = (value: unknown, otherwise: number) =>
  typeof value === "number" && value >= 0 && value <= 100 ? value : otherwise;

/** An order that does not name each load once is not used. */
function orderOf(value: unknown, loads: readonly string[]): readonly string[] {
  const isOrder =
    Array.isArray(value) && value.length === loads.length && loads.every((load) => value.includes(load));
  return isOrder ? value : loads;
}

function savedLoads(saved: unknown, loads: readonly string[]): ReadonlySet<string> {
  return new Set(Array.isArray(saved) ? saved.filter((load) => loads.includes(load)) : []);
}
