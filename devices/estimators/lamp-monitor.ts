import { count, truth } from "../quantities.ts";
import type { Sample } from "../sample.ts";
import type { Estimate, Estimator } from "./estimator.ts";

/** Burning time in hours: the TALQ word for it (Smart City Protocol, LampMonitor function). */
const burningTime = { ...count, name: "burning time", symbol: "t", unit: "h", unitCode: "HUR", decimals: 2 };

export interface LampMonitorSources {
  /** Level that the lamp was told to burn at, %. */
  readonly target: string;
  /** Active power of the lamp, W. */
  readonly power: string;
}

export interface LampMonitorLimits {
  /** A lamp that is on takes at least this at its lowest level; one that is off takes less. W. */
  readonly powerMinW: number;
  /** After a change of level the meter's next reading may still be of before. ms. */
  readonly settleMs: number;
}

const countEveryMs = 600_000;

interface State {
  /** Undefined until the lamp was told: nothing can be said of it before. */
  readonly level: number | undefined;
  readonly levelSinceMs: number;
  readonly lastAtMs: number | undefined;
  readonly burningHours: number;
}

/**
 * Does the lamp do what it is told? Compares the level with the power that the meter sees: `lampFailure` and
 * `unexpectedlyOn` (TALQ's lampFailure and lampUnexpectedOn), and counts burning hours, which never go back.
 */
export function lampMonitor(
  { target, power }: LampMonitorSources,
  { powerMinW, settleMs }: LampMonitorLimits = { powerMinW: 3, settleMs: 5_000 },
): Estimator<State> {
  return {
    name: "lampMonitor",
    inputs: [target, power],
    outputs: { lampFailure: truth, unexpectedlyOn: truth, burningHours: burningTime },

    initial: (saved) => ({
      level: undefined,
      levelSinceMs: 0,
      lastAtMs: undefined,
      burningHours: isHours(saved) ? saved.burningHours : 0,
    }),

    step(state, sample, { nowMs }) {
      const burningHours = state.burningHours + burnedHours(state, nowMs);
      const counted = { ...state, burningHours, lastAtMs: nowMs };
      const hours: Estimate = { output: "burningHours", value: burningHours, quality: "good" };
      // A unit without a meter counts too.
      const wakeAtMs = (Math.floor(nowMs / countEveryMs) + 1) * countEveryMs;
      if (sample?.source === target) {
        const isSame = sample.value === state.level;
        const told = isSame ? counted : { ...counted, level: sample.value, levelSinceMs: nowMs };
        return { state: told, estimates: isSame ? [] : [hours], wakeAtMs };
      }
      const { level, levelSinceMs } = state;
      const isSettled = level !== undefined && nowMs - levelSinceMs >= settleMs;
      const verdicts = sample && isSettled ? verdict(level, sample, powerMinW) : [];
      return { state: counted, estimates: [hours, ...verdicts], wakeAtMs };
    },

    save: ({ burningHours }) => ({ burningHours }),
  };
}

function burnedHours({ level = 0, lastAtMs }: State, nowMs: number): number {
  return level > 0 && lastAtMs !== undefined ? (nowMs - lastAtMs) / 3_600_000 : 0;
}

function verdict(level: number, { value, quality }: Sample, powerMinW: number): Estimate[] {
  if (quality !== "good")
    return ["lampFailure", "unexpectedlyOn"].map((output) => ({ output, value: Number.NaN, quality: "bad" }));
  const isOn = value >= powerMinW;
  return [
    { output: "lampFailure", value: level > 0 && !isOn ? 1 : 0, quality: "good" },
    { output: "unexpectedlyOn", value: level === 0 && isOn ? 1 : 0, quality: "good" },
  ];
}

const isHours = (saved: unknown): saved is { burningHours: number } =>
  saved !== null &&
  typeof saved === "object" &&
  "burningHours" in saved &&
  Number.isFinite(saved.burningHours);
