import { tile } from "#devices/estimators/footfall/tile.ts";
import { random } from "../../world/random.ts";
import { endOf, personAt, startOf, type Trajectory } from "../../world/trajectory.ts";
import type { Contact, Strike } from "./contact.ts";
import { footfalls, massOf } from "./gait.ts";
import type { StripPlace } from "./strip.ts";
import { bicycle, pushchair, tracks, trolley, type Vehicle } from "./wheels.ts";

/** Of those who walk, how many push a chair or pull a trolley; of those who cycle, how many do it on the pavement. */
const shares = { pushchair: 0.04, trolley: 0.05, onPavement: 0.08 } as const;
/** Room that a body takes, along and across, m (body ellipse of Fruin, Pedestrian Planning and Design, 1971). */
const bodyM = { along: 0.61, across: 0.46 } as const;
/** And one with a pushchair or a bicycle. */
const vehicleM = 1.4;
/** Who finds somebody in the way walks so far beside it, m: the first that is free. */
const asideM = [0, 0.25, -0.25, 0.5, -0.5, 0.75, -0.75, 1, -1] as const;
/** Two ways are compared this often, ms. */
const lookMs = 150;

/** Somebody on or beside the strip. */
export interface Passer {
  readonly way: Trajectory;
  readonly vehicle: Vehicle;
  readonly contacts: readonly Contact[];
  /** Of the feet, on the strip and beside it. */
  readonly strikes: readonly Strike[];
}

/** Turns the ways of people into what they press on a strip. Ways are told in order of entering the street. */
export class Passers {
  readonly #seed: number;
  readonly #place: StripPlace;
  /** Those who may still be on the strip, and when they are. */
  #others: { readonly passer: Passer; readonly fromMs: number; readonly toMs: number }[] = [];

  constructor(seed: number, place: StripPlace) {
    this.#seed = seed;
    this.#place = place;
  }

  /** Undefined for somebody who does not come near the strip. */
  pass(way: Trajectory): Passer | undefined {
    const draws = random(this.#seed, `passer ${way.id}`);
    const { rightM } = this.#place;
    const isCyclist = way.kind === "cyclist";
    if (isCyclist && !draws.chance(shares.onPavement)) return undefined;
    const lineM = isCyclist ? rightM + draws.uniform(0.2, 0.55) : way.yM;
    if (lineM < rightM - 0.9 || lineM > rightM + tile.widthM + 0.9) return undefined;
    const vehicle = isCyclist ? bicycle(massOf(this.#seed, way.id)) : this.#vehicleOf(draws.uniform(), way);
    const stay = this.#stayOf(way);
    if (stay === undefined) return undefined;
    const yM = this.#freeLine({ ...way, yM: lineM }, vehicle, stay);
    const passer = this.#press({ ...way, yM }, vehicle);
    this.#others = [...this.#others.filter(({ toMs }) => toMs > startOf(way)), { passer, ...stay }];
    return passer;
  }

  #vehicleOf(share: number, { id }: Trajectory): Vehicle {
    const draws = random(this.#seed, `vehicle ${id}`);
    if (massOf(this.#seed, id) < 40) return [];
    if (share < shares.pushchair) return pushchair(draws);
    return share < shares.pushchair + shares.trolley ? trolley(draws) : [];
  }

  /** When somebody is within reach of the strip. */
  #stayOf(way: Trajectory): { readonly fromMs: number; readonly toMs: number } | undefined {
    const { fromM, tiles } = this.#place;
    const isNear = (atMs: number) => {
      const xM = personAt(way, atMs)?.xM ?? Number.NaN;
      return xM > fromM - 1.5 && xM < fromM + tiles * tile.lengthM + 1.5;
    };
    let fromMs: number | undefined;
    let toMs = 0;
    for (let atMs = startOf(way); atMs < endOf(way); atMs += lookMs)
      if (isNear(atMs)) {
        fromMs ??= atMs;
        toMs = atMs;
      }
    return fromMs === undefined ? undefined : { fromMs, toMs };
  }

  #freeLine(
    way: Trajectory,
    vehicle: Vehicle,
    { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  ): number {
    const isTaken = (yM: number) =>
      this.#others.some((other) => {
        if (Math.abs(other.passer.way.yM - yM) > bodyM.across) return false;
        const alongM = vehicle.length + other.passer.vehicle.length > 0 ? vehicleM : bodyM.along;
        for (let atMs = Math.max(fromMs, other.fromMs); atMs <= Math.min(toMs, other.toMs); atMs += lookMs) {
          const apartM = (personAt(way, atMs)?.xM ?? 0) - (personAt(other.passer.way, atMs)?.xM ?? 1e3);
          if (Math.abs(apartM) < alongM) return true;
        }
        return false;
      });
    return way.yM + (asideM.find((aside) => !isTaken(way.yM + aside)) ?? 1.5);
  }

  #press(way: Trajectory, vehicle: Vehicle): Passer {
    const { fromM, tiles } = this.#place;
    const [lowM, highM] = [fromM - 0.3, fromM + tiles * tile.lengthM + 0.3];
    const feet = way.kind === "cyclist" ? undefined : footfalls(this.#seed, way, lowM, highM);
    return {
      way,
      vehicle,
      contacts: [...(feet?.contacts ?? []), ...tracks(vehicle, way, lowM, highM)],
      strikes: feet?.strikes ?? [],
    };
  }
}
