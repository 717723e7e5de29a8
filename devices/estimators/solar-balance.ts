import { activeEnergy, activePower, duration, type Quantity } from "../quantities.ts";
import type { Sample } from "../sample.ts";
import { changed, isGood, restate } from "./estimate.ts";
import type { Context, Estimate, Estimator, Step } from "./estimator.ts";
import { dayOfYear, extraterrestrialWhPerM2 } from "./insolation.ts";
import { localDay, localInstant } from "./local-time.ts";

export interface SolarBalanceSources {
  /** % and %/h, of the battery. */
  readonly stateOfCharge: string;
  readonly chargeRate: string;
  /** Wh, harvested by the panel, by a counter that never goes back. */
  readonly harvest: string;
}

/** A span of time in days. */
export const days: Quantity = {
  ...duration,
  name: "autonomy",
  unit: "d",
  unitCode: "DAY",
  max: 366,
  decimals: 1,
};

/** What one whole local day brought and took, Wh. */
export interface Day {
  readonly day: number;
  readonly harvestWh: number;
  readonly consumedWh: number;
}

interface Today {
  readonly day: number;
  readonly harvestWh: number;
  readonly storedWh: number;
  /** False (0) for a day that was well under way when it was first seen. */
  readonly isWhole: number;
}

export interface SolarBalanceState {
  readonly history: readonly Day[];
  /** Counter and charge as they stood when the day began, if the unit saw it begin. */
  readonly today: Today | undefined;
  readonly percent: number | undefined;
  readonly harvestWh: number | undefined;
  readonly ratePercentPerHour: number | undefined;
  readonly said: readonly Estimate[];
}

/** Days that the forecast learns from, and the farthest that it looks. */
const historyDays = 7;
export const horizonDays = 30;
/** Seen so soon after midnight, a day counts as seen from its beginning, ms. */
const beginMs = 3_600_000;
/** Of what falls on the panel above the atmosphere, this share is harvested until it is known better. */
const unknownYieldShare = 0.3;

/**
 * Energy balance of a battery with a solar panel: what is stored (Wh), the battery's net power (W), what a day
 * consumes (Wh, mean of up to seven whole days), and for how many days that lasts down to the reserve: `autonomy`
 * with the sun that is to be expected, `autonomyWithoutSun` without any.
 *
 * What a day consumed is what it harvested less what it stored. What a coming day will harvest is the mean, over
 * those seven days, of harvest over the irradiation above the atmosphere, times that of the coming day: weather as
 * of late, season as it goes. A battery that was full harvested less than it could have; the forecast then errs on
 * the safe side. Until a whole day was seen: the settings `panelPower` (W) and `dailyConsumption` (Wh). `autonomy`
 * ends at 30 days. Other settings: `batteryCapacity` (Wh), `reserve` (%).
 */
export function solarBalance(sources: SolarBalanceSources): Estimator<SolarBalanceState> {
  function hear(state: SolarBalanceState, { source, value }: Sample): SolarBalanceState {
    if (source === sources.stateOfCharge) return { ...state, percent: value };
    if (source === sources.harvest) return { ...state, harvestWh: value };
    return { ...state, ratePercentPerHour: value };
  }

  return {
    name: "balance",
    outputs: {
      stored: activeEnergy,
      netPower: activePower,
      consumptionPerDay: activeEnergy,
      autonomy: days,
      autonomyWithoutSun: days,
    },
    inputs: [sources.stateOfCharge, sources.chargeRate, sources.harvest],
    initial: (saved) => ({ ...atRest, ...restored(saved) }),
    save: ({ history, today }) => ({ history, today }),

    step(before, sample, context): Step<SolarBalanceState> {
      const state = turnDay(isGood(sample) ? hear(before, sample) : before, context);
      const said = estimates(state, context);
      const { wallMs, nowMs, timeZone } = context;
      const midnightMs =
        wallMs === undefined
          ? undefined
          : nowMs + (localInstant(timeZone, localDay(timeZone, wallMs) + 1, 0) - wallMs);
      return {
        state: { ...state, said },
        estimates: changed(before.said, said),
        ...(midnightMs !== undefined && { wakeAtMs: midnightMs }),
      };
    },
  };
}

const atRest: SolarBalanceState = {
  history: [],
  today: undefined,
  percent: undefined,
  harvestWh: undefined,
  ratePercentPerHour: undefined,
  said: [],
};

const capacityOf = ({ settings }: Context) => positive(settings.batteryCapacity, 1_280);

const positive = (value: unknown, otherwise: number) =>
  typeof value === "number" && value > 0 ? value : otherwise;

/** At a new local day the one before is closed, and learnt from if it was seen from midnight to midnight. */
function turnDay(state: SolarBalanceState, context: Context): SolarBalanceState {
  const { wallMs, timeZone } = context;
  const { percent, harvestWh, today, history } = state;
  if (wallMs === undefined || percent === undefined || harvestWh === undefined) return state;
  const day = localDay(timeZone, wallMs);
  if (day === today?.day) return state;
  const storedWh = (percent / 100) * capacityOf(context);
  const isEarly = wallMs - localInstant(timeZone, day, 0) <= beginMs;
  const next = { ...state, today: { day, harvestWh, storedWh, isWhole: isEarly ? 1 : 0 } };
  if (today?.day !== day - 1 || !today.isWhole || !isEarly) return next;
  const harvestedWh = Math.max(0, harvestWh - today.harvestWh);
  const consumedWh = Math.max(0, harvestedWh - (storedWh - today.storedWh));
  const whole = { day: today.day, harvestWh: harvestedWh, consumedWh };
  return { ...next, history: [...history, whole].slice(-historyDays) };
}

function estimates(state: SolarBalanceState, context: Context): Estimate[] {
  const { percent, ratePercentPerHour, history, said } = state;
  const capacityWh = capacityOf(context);
  const storedWh = percent === undefined ? undefined : (percent / 100) * capacityWh;
  const reserveWh = (positive(context.settings.reserve, 25) / 100) * capacityWh;
  const consumedWh = consumption(history, context);
  const spareWh = storedWh === undefined ? undefined : Math.max(0, storedWh - reserveWh);
  const ahead =
    spareWh === undefined
      ? undefined
      : autonomyDays(spareWh, capacityWh - reserveWh, consumedWh, harvests(history, context));
  // Learnt from a whole day, or only from settings.
  const learnt = history.length > 0 ? "good" : "suspect";
  const tell = (index: number, output: string, value: number | undefined, quality: Estimate["quality"]) =>
    value === undefined
      ? restate(said[index], output, Number.NaN, "bad")
      : restate(said[index], output, value, quality);
  return [
    tell(0, "stored", storedWh, "good"),
    tell(
      1,
      "netPower",
      ratePercentPerHour === undefined ? undefined : (ratePercentPerHour / 100) * capacityWh,
      "good",
    ),
    tell(2, "consumptionPerDay", consumedWh, learnt),
    tell(3, "autonomy", ahead, learnt),
    tell(
      4,
      "autonomyWithoutSun",
      spareWh === undefined ? undefined : Math.min(horizonDays, spareWh / consumedWh),
      learnt,
    ),
  ];
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Never nothing: a bench that stood still for a week will not do so for ever. */
function consumption(history: readonly Day[], { settings }: Context): number {
  const known = history.length === 0 ? 0 : mean(history.map(({ consumedWh }) => consumedWh));
  return history.length === 0 ? positive(settings.dailyConsumption, 200) : Math.max(1, known);
}

/** What each of the coming days is expected to harvest, Wh; today, what is left of it counts for nothing. */
function harvests(history: readonly Day[], context: Context): readonly number[] {
  const { wallMs, latitude, timeZone, settings } = context;
  if (wallMs === undefined) return Array(horizonDays).fill(0);
  const above = (day: number) => extraterrestrialWhPerM2(latitude, dayOfYear(day));
  // A panel's rated power is at 1000 W/m²: with it, Wh/m² become Wh.
  const squareMetres =
    history.length === 0
      ? (positive(settings.panelPower, 200) / 1_000) * unknownYieldShare
      : mean(history.map(({ day, harvestWh }) => (above(day) > 0 ? harvestWh / above(day) : 0)));
  const today = localDay(timeZone, wallMs);
  return Array.from({ length: horizonDays }, (_, index) => squareMetres * above(today + 1 + index));
}

/**
 * Days until what is stored above the reserve is used up, each day bringing its harvest evenly, no more stored than
 * there is room for.
 */
export function autonomyDays(
  spareWh: number,
  roomWh: number,
  consumedWh: number,
  harvestsWh: readonly number[],
): number {
  let leftWh = spareWh;
  for (const [index, harvestWh] of harvestsWh.entries()) {
    const netWh = harvestWh - consumedWh;
    if (leftWh + netWh < 0) return index + leftWh / -netWh;
    leftWh = Math.min(roomWh, leftWh + netWh);
  }
  return harvestsWh.length;
}

function restored(saved: unknown): Partial<SolarBalanceState> {
  if (saved === null || typeof saved !== "object") return {};
  const { history, today } = saved as Record<string, unknown>;
  return {
    history: Array.isArray(history)
      ? history.filter((entry) => isWhole(entry, ["day", "harvestWh", "consumedWh"])).slice(-historyDays)
      : [],
    today: isWhole(today, ["day", "harvestWh", "storedWh", "isWhole"]) ? (today as Today) : undefined,
  };
}

const isWhole = (entry: unknown, names: readonly string[]) =>
  entry !== null &&
  typeof entry === "object" &&
  names.every((name) => Number.isFinite((entry as Record<string, unknown>)[name]));
