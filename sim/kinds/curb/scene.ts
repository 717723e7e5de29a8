import type { Random } from "../../world/random.ts";
import { redNoise } from "../../world/red-noise.ts";
import type { World } from "../../world/street.ts";
import { addField, lanes, type Pose, positionM, type Traffic, type Vehicle } from "../../world/vehicles.ts";
import type { VehicleInView } from "../model.ts";
import type { Stay } from "./parking.ts";

/** Of one parking space along the kerb, m. */
export const spaceLengthM = 6;

/** Where a magnetometer lies: in the middle of its space, under the asphalt. */
const sensorYM = 1.1;
const sensorDepthM = 0.08;

/** The earth's field at about 45° north, µT: along a street that leads east, across it to the north, up. */
const earthMicrotesla = [1, 22.5, -42] as const;
/** Of an AMR sensor after SET and RESET: what is left of its offset's drift, µT/K, and its noise. */
const driftMicroteslaPerK = 0.04;
const noiseMicrotesla = 0.2;
/** Readings are 200 ms apart and more: white, to them. */
const noiseGrid = { stepMs: 200, correlationMs: 20 } as const;
/**
 * Root mean square of a Catmull-Rom curve through white points of variance 1: between them it is quieter than at them.
 * The squares of its four weights, summed and taken over the whole way from one point to the next, make 57/70.
 */
const noiseCurve = Math.sqrt(57 / 70);

/** The lidar: on a post at the kerb, this high, looking down at the ground this far from the kerb. */
const lidar = { heightM: 1, groundYM: 2.07 } as const;
export const groundDistanceM = Math.hypot(lidar.heightM, lidar.groundYM);
const slant = groundDistanceM / lidar.groundYM;
const lidarNoiseM = 0.015;
/** Somebody walks through a beam this often, for about this long. */
const walkerGapMs = 8 * 60_000;
const walkerMs = 1_500;

/** Vehicles further away than this add less than 0.02 µT. */
const reachM = 16;

/** The vehicles at one kerb, and what sensors in its spaces notice of them. */
export class Scene {
  readonly #world: World;
  readonly #traffic: Traffic;
  /** Of the middle of the first space, m along the street. */
  readonly #firstXM: number;
  /** By space, from 0 on. */
  readonly #stays: (Stay | undefined)[];
  /** A vehicle that stands in the lane beside a space. */
  #doubleParked: { readonly vehicle: Vehicle; readonly pose: Pose } | undefined;

  constructor(world: World, traffic: Traffic, middleXM: number, spaces: number) {
    this.#world = world;
    this.#traffic = traffic;
    this.#firstXM = middleXM - ((spaces - 1) / 2) * spaceLengthM;
    this.#stays = Array.from({ length: spaces }, () => undefined);
  }

  /** From when it turns in until it is gone. */
  enter(space: number, stay: Stay): void {
    this.#stays[space - 1] = stay;
  }

  leave(space: number): void {
    this.#stays[space - 1] = undefined;
  }

  doublePark(vehicle: Vehicle | undefined, space: number): void {
    this.#doubleParked = vehicle && {
      vehicle,
      pose: { xM: this.#middleM(space), yM: lanes.nearM, heading: 1 },
    };
  }

  /** Whether any part of a vehicle is above the middle of a space, where a lock is. */
  isCovered(space: number, unixMs: number): boolean {
    const middleM = this.#middleM(space);
    return this.#stays.some((stay) => {
      const pose = stay && poseAt(stay, unixMs);
      if (!pose) return false;
      const { lengthM, widthM } = stay.vehicle;
      const xM = this.#middleM(this.#stays.indexOf(stay) + 1) + pose.xM;
      return Math.abs(xM - middleM) <= lengthM / 2 && Math.abs(pose.yM - sensorYM) <= widthM / 2;
    });
  }

  /** Those that stand here, turn in or out, as somebody sees them. */
  vehiclesAt(unixMs: number): VehicleInView[] {
    const parked = this.#stays.flatMap((stay, index): VehicleInView[] => {
      const pose = stay && poseAt(stay, unixMs);
      return pose ? [viewOf(stay.vehicle, { ...pose, xM: this.#middleM(index + 1) + pose.xM })] : [];
    });
    const beside = this.#doubleParked;
    return beside ? [...parked, viewOf(beside.vehicle, beside.pose)] : parked;
  }

  /** Adds what the vehicles do to the field at the sensor of a space. */
  addVehicles(field: [number, number, number], space: number, unixMs: number): void {
    const at = { xM: this.#middleM(space), yM: sensorYM, depthM: sensorDepthM };
    for (let other = Math.max(1, space - 2); other <= Math.min(this.#stays.length, space + 2); other++) {
      const stay = this.#stays[other - 1];
      const pose = stay && poseAt(stay, unixMs);
      if (pose) addField(field, stay.vehicle, { ...pose, xM: this.#middleM(other) + pose.xM }, at);
    }
    for (const passage of this.#traffic.near(at.xM, reachM, unixMs)) {
      const { vehicle, velocityMps, yM } = passage;
      addField(field, vehicle, { xM: positionM(passage, unixMs), yM, heading: velocityMps > 0 ? 1 : -1 }, at);
    }
    if (this.#doubleParked) addField(field, this.#doubleParked.vehicle, this.#doubleParked.pose, at);
  }

  /** The field at the sensor of a space, µT by axis: of the earth and the vehicles. */
  fieldAt(space: number, unixMs: number): readonly [number, number, number] {
    const field: [number, number, number] = [...earthMicrotesla];
    this.addVehicles(field, space, unixMs);
    return field;
  }

  /**
   * What the sensor of a space feels, µT by axis: earth, vehicles, drift with the temperature, noise. The noise is that
   * of the instant, so that who looks more often, or a little later, lives in the same street.
   */
  magnetometer(space: number, draws: Random): (unixMs: number) => readonly [number, number, number] {
    const { seed, weather } = this.#world;
    const perK = [0, 1, 2].map(() => draws.normal(0, driftMicroteslaPerK));
    const wander = redNoise(seed, `magnetometer ${this.#firstXM} ${space}`, {
      ...{ stepMs: 600_000, correlationMs: 7_200_000 },
    });
    const noise = [0, 1, 2].map((axis) =>
      redNoise(seed, `magnetometer noise ${this.#firstXM} ${space} ${axis}`, noiseGrid),
    );
    let askedMs = Number.NaN;
    let field: [number, number, number] = [...earthMicrotesla];
    return (unixMs) => {
      if (unixMs === askedMs) return field;
      askedMs = unixMs;
      const warmthK = weather(unixMs).temperatureC - 20;
      const slow = 0.15 * wander(unixMs);
      const axis = (index: 0 | 1 | 2) =>
        earthMicrotesla[index] +
        perK[index]! * warmthK +
        slow +
        (noiseMicrotesla / noiseCurve) * noise[index]!(unixMs);
      field = [axis(0), axis(1), axis(2)];
      this.addVehicles(field, space, unixMs);
      return field;
    };
  }

  /** From the lidar of a space to the vehicle in it, or to the ground, m. */
  freeDistanceM(space: number, unixMs: number): number {
    return Math.min(groundDistanceM, this.#sideM(space, unixMs));
  }

  /**
   * What the lidar of a space measures, m.
   * @param walkers who walk through its beam: they come though nobody looks
   */
  lidar(space: number, draws: Random, walkers: Random): (unixMs: number) => number {
    let fromMs = this.#world.startUnixMs;
    let untilMs = fromMs;
    let nearM = 1;
    return (unixMs) => {
      while (unixMs >= untilMs) {
        fromMs = untilMs + walkers.exponential(walkerGapMs);
        untilMs = fromMs + walkers.exponential(walkerMs);
        nearM = walkers.uniform(0.3, 1.8);
      }
      const noiseM = draws.normal(0, lidarNoiseM);
      const rain = this.#world.weather(unixMs).precipitationMmPerHour;
      // A drop right before the lens, now and then.
      if (rain > 0 && draws.chance(Math.min(0.05, rain / 100))) return draws.uniform(0.2, 1.5);
      const freeM = unixMs >= fromMs ? Math.min(nearM, groundDistanceM) : groundDistanceM;
      return Math.max(0.1, Math.min(freeM, this.#sideM(space, unixMs)) + noiseM);
    };
  }

  /** Along the beam to the side of whatever stands in it. */
  #sideM(space: number, unixMs: number): number {
    const stay = this.#stays[space - 1];
    const pose = stay && poseAt(stay, unixMs);
    if (!pose || Math.abs(pose.xM) > stay.vehicle.lengthM / 2) return groundDistanceM;
    const nearM = Math.max(0.1, pose.yM - stay.vehicle.widthM / 2);
    const heightM = lidar.heightM * (1 - nearM / lidar.groundYM);
    return heightM > stay.vehicle.clearanceM ? nearM * slant : groundDistanceM;
  }

  #middleM(space: number): number {
    return this.#firstXM + (space - 1) * spaceLengthM;
  }
}

const viewOf = ({ id, type, lengthM }: Vehicle, pose: Pose): VehicleInView => ({
  id: String(id),
  type,
  lengthM,
  ...pose,
});

/** Where a vehicle turns out of the lane, and into it again, from the middle of its space. */
const approachM = 9;

/** Where a vehicle of a stay is, x from the middle of its space; undefined before it turns in and after it is out. */
export function poseAt({ stopMs, goMs, inMs, outMs, offsetM, yM }: Stay, unixMs: number): Pose | undefined {
  if (unixMs < stopMs - inMs || unixMs >= goMs + outMs) return undefined;
  if (unixMs >= stopMs && unixMs < goMs) return { xM: offsetM, yM, heading: 1 };
  if (unixMs < stopMs) {
    const share = 1 - (stopMs - unixMs) / inMs;
    const along = eased(share);
    const across = eased((share - 0.35) / 0.65);
    const xM = offsetM - approachM * (1 - along);
    return { xM, yM: lanes.nearM + (yM - lanes.nearM) * across, heading: 1 };
  }
  const share = (unixMs - goMs) / outMs;
  const along = eased(share);
  const across = eased(share / 0.7);
  return { xM: offsetM + approachM * along, yM: yM + (lanes.nearM - yM) * across, heading: 1 };
}

/** From standing to standing. */
function eased(share: number): number {
  const t = Math.min(1, Math.max(0, share));
  return t * t * (3 - 2 * t);
}
