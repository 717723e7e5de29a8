import { tile } from "#devices/estimators/footfall/tile.ts";
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
  readonly #energyJ: number[];

  constructor(place: StripPlace, conditions: readonly PlateCondition[], nowMs: number) {
    this.place = place;
    this.plates = conditions.map(
      (condition, index) => new Plate(place.fromM + index * tile.lengthM, place.rightM, condition),
    );
    this.#energyJ = conditions.map(() => 0);
    this.#nowMs = Math.floor(nowMs / stepMs) * stepMs;
  }

  add(contacts: readonly Contact[]): void {
    this.#coming.push(...contacts);
    this.#coming.sort((a, b) => a.fromMs - b.fromMs);
  }

  /** Volts at the load of a tile's generator. */
  generatorVolts(index: number): number {
    const { plates } = this;
    const beside = (plates[index - 1]?.velocityMps ?? 0) + (plates[index + 1]?.velocityMps ?? 0);
    const plate = plates[index]!;
    return tile.generatorVoltsPerMps * plate.condition.generator * (plate.velocityMps + crosstalk * beside);
  }

  /** What a tile's generator has given to its load so far, J. */
  energyJ(index: number): number {
    return this.#energyJ[index]!;
  }

  advance(toMs: number): void {
    while (this.#nowMs + stepMs <= toMs) {
      const isIdle = this.#present.length === 0 && this.plates.every(({ isAtRest }) => isAtRest);
      const next = this.#coming[0]?.fromMs ?? Number.POSITIVE_INFINITY;
      if (isIdle && next > this.#nowMs + stepMs) {
        this.#nowMs += Math.floor((Math.min(next, toMs) - this.#nowMs) / stepMs) * stepMs;
        if (next > toMs) return;
      }
      this.#nowMs += stepMs;
      this.#arrive();
      for (const plate of this.plates) plate.step(this.#present, this.#nowMs);
      for (const index of this.plates.keys())
        this.#energyJ[index]! += (this.generatorVolts(index) ** 2 / tile.loadOhms) * (stepMs / 1_000);
    }
  }

  #arrive(): void {
    while (this.#coming.length > 0 && this.#coming[0]!.fromMs <= this.#nowMs)
      this.#present.push(this.#coming.shift()!);
    if (this.#present.some(({ untilMs }) => untilMs <= this.#nowMs))
      this.#present = this.#present.filter(({ untilMs }) => untilMs > this.#nowMs);
  }
}
