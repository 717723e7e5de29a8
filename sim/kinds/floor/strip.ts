import { tile } from "#devices/estimators/footfall/tile.ts";
import { rememberLast } from "../../world/remember-last.ts";
import type { Contact } from "./contact.ts";
import { Plate, type PlateCondition, stepMs } from "./plate.ts";

/** Where a strip lies in the pavement. */
export interface StripPlace {
  /** Its begin along the street, and its right edge, m. */
  readonly fromM: number;
  readonly rightM: number;
  readonly tiles: number;
}

/** Of a neighbour's generator, through the common frame and cable. */
const crosstalk = 0.03;

const isAtRest = (plate: Plate) => plate.isAtRest;

/** The same contact, which computes where and how hard it presses once for all plates. */
const onceAnInstant = (contact: Contact): Contact => ({
  ...contact,
  xM: rememberLast(contact.xM),
  forceN: rememberLast(contact.forceN),
});

/**
 * A row of plates in the pavement, under whatever presses on them. Time goes forward only: asked for an instant, it
 * lives through what happened until then.
 */
export class Strip {
  readonly place: StripPlace;
  readonly plates: readonly Plate[];
  /** To come, in order of their begin. */
  readonly #coming: Contact[] = [];
  #present: Contact[] = [];
  #nowMs: number;
  /** Of each tile: at its load by now, V, and given to it so far, J. */
  readonly #volts: Float64Array;
  readonly #energyJ: Float64Array;
  readonly #moved: (nowMs: number) => void;
  #isIdle = true;

  /** @param moved called whenever generators may have moved: what they give can be looked at then */
  constructor(
    place: StripPlace,
    conditions: readonly PlateCondition[],
    nowMs: number,
    moved: (nowMs: number) => void = () => {},
  ) {
    this.place = place;
    this.plates = conditions.map(
      (condition, index) => new Plate(place.fromM + index * tile.lengthM, place.rightM, condition),
    );
    this.#volts = new Float64Array(conditions.length);
    this.#energyJ = new Float64Array(conditions.length);
    this.#nowMs = Math.floor(nowMs / stepMs) * stepMs;
    this.#moved = moved;
  }

  add(contacts: readonly Contact[]): void {
    this.#coming.push(...contacts);
    this.#coming.sort((a, b) => a.fromMs - b.fromMs);
  }

  /** Volts at the load of a tile's generator. */
  generatorVolts(index: number): number {
    return this.#volts[index]!;
  }

  /** What a tile's generator has given to its load so far, J. */
  energyJ(index: number): number {
    return this.#energyJ[index]!;
  }

  advance(toMs: number): void {
    while (this.#nowMs + stepMs <= toMs) {
      const next = this.#coming[0]?.fromMs ?? Number.POSITIVE_INFINITY;
      if (this.#isIdle && next > this.#nowMs + stepMs) {
        this.#nowMs += Math.floor((Math.min(next, toMs) - this.#nowMs) / stepMs) * stepMs;
        if (next > toMs) return;
      }
      this.#nowMs += stepMs;
      this.#step();
    }
  }

  #step(): void {
    const { plates } = this;
    this.#arrive();
    for (const plate of plates) plate.step(this.#present, this.#nowMs);
    for (let index = 0; index < plates.length; index++) {
      const { velocityMps, condition } = plates[index]!;
      const beside = (plates[index - 1]?.velocityMps ?? 0) + (plates[index + 1]?.velocityMps ?? 0);
      const volts = tile.generatorVoltsPerMps * condition.generator * (velocityMps + crosstalk * beside);
      this.#volts[index] = volts;
      this.#energyJ[index]! += ((volts * volts) / tile.loadOhms) * (stepMs / 1_000);
    }
    this.#moved(this.#nowMs);
    this.#isIdle = this.#present.length === 0 && plates.every(isAtRest);
  }

  #arrive(): void {
    while (this.#coming.length > 0 && this.#coming[0]!.fromMs <= this.#nowMs)
      this.#present.push(onceAnInstant(this.#coming.shift()!));
    if (this.#present.some(({ untilMs }) => untilMs <= this.#nowMs))
      this.#present = this.#present.filter(({ untilMs }) => untilMs > this.#nowMs);
  }
}
