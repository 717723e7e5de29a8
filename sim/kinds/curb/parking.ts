import { hourOfWeek } from "../../world/local-time.ts";
import { fnv1a32, type Random, random } from "../../world/random.ts";
import { makeVehicle, type Vehicle, type VehicleType } from "../../world/vehicles.ts";

/** One vehicle's visit to one space. */
export interface Stay {
  readonly vehicle: Vehicle;
  /** It stands still from then on, and moves again from then on, Unix milliseconds. */
  readonly stopMs: number;
  readonly goMs: number;
  /** How long it takes to get in, and out. */
  readonly inMs: number;
  readonly outMs: number;
  /** Where it comes to stand, from the middle of the space and from the kerb. */
  readonly offsetM: number;
  readonly yM: number;
  /** What it wants to charge, Wh; 0 for all but some electric ones. */
  readonly wantsWh: number;
}

/** What drivers come for. Times in minutes. */
interface Purpose {
  readonly type: VehicleType;
  /** Mean time until the next one comes to a space that is free. */
  readonly gap: number;
  /** Of the stay: median, and the spread of its logarithm. */
  readonly stay: number;
  readonly spread: number;
  /** Share of those who stay far longer, and how long that is. */
  readonly overstays: number;
  readonly overstay: number;
}

const deliveries: Purpose = { type: "van", gap: 35, stay: 12, spread: 0.5, overstays: 0.08, overstay: 75 };
const dropOffs: Purpose = { type: "car", gap: 14, stay: 3, spread: 0.6, overstays: 0.05, overstay: 40 };
const shoppers: Purpose = { type: "car", gap: 22, stay: 45, spread: 0.6, overstays: 0.08, overstay: 210 };
const residents: Purpose = { type: "car", gap: 120, stay: 540, spread: 0.25, overstays: 0, overstay: 0 };
/** A terrace stands there: somebody stops at its edge all the same. */
const intruders: Purpose = { type: "car", gap: 400, stay: 12, spread: 0.5, overstays: 0, overstay: 0 };

/** Who comes, by the hour of the week: drivers know the street, whatever its signs say at the moment. */
export function purposeAt(week: number): Purpose {
  const hour = week % 24;
  const day = Math.floor(week / 24);
  if (day === 5 && hour >= 11 && hour < 23) return intruders;
  if (day < 6 && hour >= 6 && hour < 10) return deliveries;
  if (day < 5 && hour >= 12 && hour < 14) return dropOffs;
  if (hour >= 8 && hour < 20) return shoppers;
  return residents;
}

const minuteMs = 60_000;
/** Nobody stays longer. */
const longestMs = 14 * 60 * minuteMs;
/** A space is free for at least this long between two. */
const apartMs = 60_000;
/** Share of cars at the charging point that have come to charge. */
const chargingShare = 0.5;

/**
 * The stays at one space, in order, as drivers would like them: a pure function of seed and name from `fromMs` on,
 * drawn as they are asked for.
 * @param local see localClock, @param hasCharger whether some come to charge
 */
export function* staysAt(
  seed: number,
  name: string,
  fromMs: number,
  local: (unixMs: number) => number,
  hasCharger: boolean,
): Generator<Stay> {
  const draws = random(seed, `parking ${name}`);
  let freeMs = fromMs;
  for (let id = 0; ; id++) {
    const stopMs = arrivalMs(freeMs, draws, local);
    const purpose = purposeAt(hourOfWeek(local(stopMs)));
    const { stay, spread, overstays, overstay } = purpose;
    const isLong = draws.chance(overstays);
    const medianMs = (isLong ? overstay : stay) * minuteMs;
    const lengthMs = Math.min(longestMs, medianMs * Math.exp(draws.normal(0, isLong ? 0.2 : spread)));
    const charges = hasCharger && purpose.type === "car" && draws.chance(chargingShare);
    const outMs = Math.round(draws.uniform(3_500, 6_000));
    const goMs = Math.round(stopMs + Math.max(lengthMs, 45_000));
    yield {
      // Below all ids of those that drive through.
      vehicle: makeVehicle(-(fnv1a32(name) * 65_536 + id) - 2, purpose.type, draws),
      stopMs,
      goMs,
      inMs: Math.round(draws.uniform(7_000, 16_000)),
      outMs,
      offsetM: draws.uniform(-0.4, 0.4),
      yM: draws.uniform(1, 1.25),
      wantsWh: charges ? draws.uniform(3_000, 25_000) : 0,
    };
    freeMs = goMs + outMs + apartMs;
  }
}

/** When the next one stands, by a rate that changes with the hour (thinning; Lewis and Shedler, 1979). */
function arrivalMs(freeMs: number, draws: Random, local: (unixMs: number) => number): number {
  const shortestGapMs = dropOffs.gap * minuteMs;
  let atMs = freeMs + 16_000;
  do atMs += draws.exponential(shortestGapMs);
  while (!draws.chance(shortestGapMs / (purposeAt(hourOfWeek(local(atMs))).gap * minuteMs)));
  return Math.round(atMs);
}
