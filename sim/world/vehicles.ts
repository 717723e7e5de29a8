import { hourOfWeek } from "./local-time.ts";
import { type Random, random } from "./random.ts";

export const vehicleTypes = ["car", "van", "lorry"] as const;
export type VehicleType = (typeof vehicleTypes)[number];

/**
 * A vehicle as far as a street's sensors notice it. Its iron is a row of magnetic dipoles along its length, each with
 * the moment that the earth's field induces and one of its own.
 */
export interface Vehicle {
  /** Tells vehicles of one run apart, and nothing more. */
  readonly id: number;
  readonly type: VehicleType;
  readonly lengthM: number;
  readonly widthM: number;
  /** Of its side, as a beam meets it: from here up to the roof. */
  readonly clearanceM: number;
  readonly dipoles: readonly Dipole[];
}

export interface Dipole {
  /** From the middle of the vehicle, forwards. */
  readonly alongM: number;
  readonly heightM: number;
  /** A·m²: along the vehicle, across it, up. */
  readonly moment: readonly [number, number, number];
}

/**
 * Moments are chosen so that the field at a sensor is of the order that is published for detectors in the road: some
 * tens of µT under a car, about 1 µT beside one in the next lane and two or three beside a lorry, and nothing to speak
 * of one parking space away (Honeywell AN218, "Vehicle Detection Using AMR Sensors", tells of the same steep fall).
 */
const bodies = {
  car: { lengthM: [3.6, 4.8], widthM: 1.8, clearanceM: 0.2, heightM: 0.45, momentPerM: 34 },
  van: { lengthM: [5, 5.9], widthM: 2, clearanceM: 0.25, heightM: 0.55, momentPerM: 42 },
  lorry: { lengthM: [8, 14], widthM: 2.5, clearanceM: 0.4, heightM: 0.9, momentPerM: 120 },
} as const;

/** Of the induced part: mostly up and down, as the earth's field is in the middle latitudes. */
const inducedShare = 0.75;
const dipoleSpacingM = 0.7;

export function makeVehicle(id: number, type: VehicleType, draws: Random): Vehicle {
  const { lengthM: lengths, widthM, clearanceM, heightM, momentPerM } = bodies[type];
  const lengthM = draws.uniform(...lengths);
  const count = Math.round(lengthM / dipoleSpacingM);
  const each = (momentPerM * lengthM) / count;
  const dipoles = Array.from({ length: count }, (_, index): Dipole => {
    const own = each * (1 - inducedShare);
    const up = -each * inducedShare * draws.uniform(0.8, 1.2);
    return {
      alongM: ((index + 0.5) / count - 0.5) * lengthM,
      heightM: heightM * draws.uniform(0.9, 1.1),
      moment: [draws.normal(0, own), draws.normal(0, own), up + draws.normal(0, own / 2)],
    };
  });
  return { id, type, lengthM, widthM, clearanceM, dipoles };
}

/** A vehicle in a straight line along the street. */
export interface Passage {
  readonly vehicle: Vehicle;
  /** When its middle is at x = 0, Unix milliseconds. */
  readonly originMs: number;
  /** Along x, m/s; negative in the far lane. */
  readonly velocityMps: number;
  /** From the kerb to the middle of the vehicle, m. */
  readonly yM: number;
}

/** The vehicles that drive through a street. Every answer is a pure function of seed and arguments. */
export interface Traffic {
  /** Those whose middle is within `reachM` of `xM` at an instant. */
  near(xM: number, reachM: number, unixMs: number): readonly Passage[];
}

/** Kerb to kerb: a row of parked cars, and a lane each way. */
export const lanes = { nearM: 3.9, farM: 7.1 } as const;
export const parkedM = 1.1;

/** Shares of what drives; about those of an inner-city street with deliveries. */
const shares = { lorry: 0.06, van: 0.14 } as const;
/** Vehicles an hour in both directions: share of the busiest hour, from midnight. */
const weekday = [
  0.08, 0.05, 0.04, 0.04, 0.07, 0.18, 0.45, 0.85, 1, 0.8, 0.7, 0.72, 0.78, 0.75, 0.72, 0.78, 0.9, 1, 0.9,
  0.65, 0.45, 0.34, 0.25, 0.15,
];
const weekend = weekday.map((share, hour) => (hour < 5 ? share * 2 : share * 0.6));

const hourMs = 3_600_000;
const speed = { meanMps: 9, deviationMps: 1.6, minMps: 4, maxMps: 15 } as const;
const hoursKept = 4;
const idsPerHour = 4_096;

/**
 * @param peakPerHour vehicles in the busiest hour of a weekday, both directions
 * @param local see localClock
 */
export function createTraffic(seed: number, peakPerHour: number, local: (unixMs: number) => number): Traffic {
  if (!(peakPerHour >= 0 && peakPerHour <= 2_000))
    throw new RangeError(`${peakPerHour} vehicles per hour: expected 0 to 2000`);
  const hours = new Map<number, readonly Passage[]>();

  function hourOf(index: number): readonly Passage[] {
    const known = hours.get(index);
    if (known) return known;
    const passages = passagesOf(seed, index, peakPerHour, local);
    if (hours.size >= hoursKept) hours.delete(hours.keys().next().value!);
    hours.set(index, passages);
    return passages;
  }

  return {
    near(xM, reachM, unixMs) {
      // Whoever is near was, or will be, at x = 0 within this time.
      const spanMs = ((Math.abs(xM) + reachM) / speed.minMps) * 1_000;
      const found: Passage[] = [];
      for (let hour = Math.floor((unixMs - spanMs) / hourMs); hour * hourMs <= unixMs + spanMs; hour++) {
        const passages = hourOf(hour);
        for (let at = firstFrom(passages, unixMs - spanMs); at < passages.length; at++) {
          const passage = passages[at]!;
          if (passage.originMs > unixMs + spanMs) break;
          if (Math.abs(positionM(passage, unixMs) - xM) <= reachM) found.push(passage);
        }
      }
      return found;
    },
  };
}

/** Of the middle of a vehicle that passes, along x. */
export const positionM = ({ velocityMps, originMs }: Passage, unixMs: number) =>
  (velocityMps * (unixMs - originMs)) / 1_000;

function passagesOf(
  seed: number,
  hour: number,
  peakPerHour: number,
  local: (unixMs: number) => number,
): Passage[] {
  const draws = random(seed, `traffic ${hour}`);
  const week = hourOfWeek(local(hour * hourMs));
  const perHour = peakPerHour * (week < 5 * 24 ? weekday : weekend)[week % 24]!;
  const passages: Passage[] = [];
  if (!(perHour > 0)) return passages;
  let atMs = hour * hourMs + draws.exponential(hourMs / perHour);
  for (; atMs < (hour + 1) * hourMs; atMs += draws.exponential(hourMs / perHour)) {
    const share = draws.uniform();
    const type = share < shares.lorry ? "lorry" : share < shares.lorry + shares.van ? "van" : "car";
    const isNear = draws.chance(0.5);
    const fast = draws.normal(speed.meanMps, speed.deviationMps);
    const speedMps = Math.min(speed.maxMps, Math.max(speed.minMps, fast));
    passages.push({
      vehicle: makeVehicle(hour * idsPerHour + passages.length, type, draws),
      originMs: Math.round(atMs),
      velocityMps: isNear ? speedMps : -speedMps,
      yM: (isNear ? lanes.nearM : lanes.farM) + draws.normal(0, 0.15),
    });
  }
  return passages;
}

/** Index of the first passage from an instant on; they are in order. */
function firstFrom(passages: readonly Passage[], unixMs: number): number {
  let low = 0;
  let high = passages.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (passages[middle]!.originMs < unixMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where a vehicle is: of its middle, and which way it points along x (1 or −1). */
export interface Pose {
  readonly xM: number;
  /** From the kerb. */
  readonly yM: number;
  readonly heading: 1 | -1;
}

/** µT per (A·m²/m³): µ0 / 4π. */
const microteslaPerMoment = 0.1;

/**
 * Adds the field of a vehicle at a point to `field`, µT along x, towards the middle of the street, and up: the sum of
 * its dipoles, B = µ0/4π · (3(m·r̂)r̂ − m)/r³ (Jackson, Classical Electrodynamics, section 5.6).
 * @param depthM of the sensor below the road
 */
export function addField(
  field: [number, number, number],
  { dipoles }: Vehicle,
  { xM, yM, heading }: Pose,
  at: { readonly xM: number; readonly yM: number; readonly depthM: number },
): void {
  for (const { alongM, heightM, moment } of dipoles) {
    const rx = at.xM - (xM + heading * alongM);
    const ry = at.yM - yM;
    const rz = -at.depthM - heightM;
    const squared = rx * rx + ry * ry + rz * rz;
    const mx = heading * moment[0];
    const my = heading * moment[1];
    const mz = moment[2];
    const along = (3 * (mx * rx + my * ry + mz * rz)) / squared;
    const scale = microteslaPerMoment / (squared * Math.sqrt(squared));
    field[0] += scale * (along * rx - mx);
    field[1] += scale * (along * ry - my);
    field[2] += scale * (along * rz - mz);
  }
}
