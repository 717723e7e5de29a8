import { truth } from "../../quantities.ts";
import { changed, isGood, restate } from "../estimate.ts";
import type { Estimate, Estimator, Step } from "../estimator.ts";

/** Thermometers: at what is plugged in, that is the air, and at the battery. °C. */
export interface FrostSources {
  readonly air: string;
  readonly battery: string;
}

/** A lithium cell must not be charged below 0 °C: metal plates out. It may again when it is safely above. */
const freezingC = 0;
const thawedC = 2;
/** A cabinet is warmer than the air, and follows it hours later: where it stands in for the air, it counts as so much colder. K. */
const cabinetWarmthK = 8;
/** A reading older than this says nothing, ms. */
const ageMsMax = 600_000;

interface Reading {
  readonly celsius: number;
  readonly atMs: number;
}

export interface FrostState {
  readonly air: Reading | undefined;
  readonly battery: Reading | undefined;
  readonly isAirFrozen: boolean;
  readonly isBatteryFrozen: boolean;
  readonly said: readonly Estimate[];
}

/**
 * Whether it is too cold to charge: `ports`, what people plug in, by the air, or by the battery's thermometer less 8 K
 * while that of the air is silent; `battery` by its own alone. Below 0 °C, until above 2 °C. Not known is `bad`. With the
 * setting `chargeInFrost` the devices that are plugged in are left to protect themselves, and the battery is not.
 */
export function frost({ air, battery }: FrostSources): Estimator<FrostState> {
  return {
    name: "frost",
    outputs: { ports: truth, battery: truth },
    inputs: [air, battery],
    initial: () => ({
      air: undefined,
      battery: undefined,
      isAirFrozen: false,
      isBatteryFrozen: false,
      said: [],
    }),

    step(before, sample, { nowMs, settings }): Step<FrostState> {
      const reading = isGood(sample) ? { celsius: sample.value, atMs: sample.atMs } : undefined;
      const readings = {
        air: fresh(sample?.source === air ? reading : before.air, nowMs),
        battery: fresh(sample?.source === battery ? reading : before.battery, nowMs),
      };
      const seat = readings.air ?? colder(readings.battery);
      const isAirFrozen = frozen(seat, before.isAirFrozen);
      const isBatteryFrozen = frozen(readings.battery, before.isBatteryFrozen);
      const isLeft = settings.chargeInFrost === true;
      const said = [
        isLeft
          ? restate(before.said[0], "ports", 0, "good")
          : told(before.said[0], "ports", isAirFrozen, seat),
        told(before.said[1], "battery", isBatteryFrozen, readings.battery),
      ];
      const ends = [readings.air, readings.battery].flatMap((one) => (one ? [one.atMs + ageMsMax + 1] : []));
      return {
        state: { ...readings, isAirFrozen, isBatteryFrozen, said },
        estimates: changed(before.said, said),
        ...(ends.length > 0 && { wakeAtMs: Math.min(...ends) }),
      };
    },
  };
}

const fresh = (reading: Reading | undefined, nowMs: number) =>
  reading !== undefined && nowMs - reading.atMs <= ageMsMax ? reading : undefined;

const colder = (cabinet: Reading | undefined) =>
  cabinet && { ...cabinet, celsius: cabinet.celsius - cabinetWarmthK };

function frozen(reading: Reading | undefined, before: boolean): boolean {
  if (reading === undefined) return before;
  return reading.celsius < (before ? thawedC : freezingC);
}

const told = (
  before: Estimate | undefined,
  output: string,
  isFrozen: boolean,
  reading: Reading | undefined,
) =>
  reading === undefined
    ? restate(before, output, Number.NaN, "bad")
    : restate(before, output, isFrozen ? 1 : 0, "good");
