import { tile } from "#devices/estimators/footfall/tile.ts";
import type { Contact } from "./contact.ts";

/** Of one tile: what differs between pieces, and what weather and dirt do to it. */
export interface PlateCondition {
  /** Against the reference tile: 1 is as described. */
  stiffness: number;
  generator: number;
  /** Jammed: it does not give way at all. */
  isStuck: boolean;
}

/** Moving mass, kg: 12 Hz on its springs, and damped to two thirds of critical by rubber and generator. */
const massKg = 28;
const dampingRatio = 0.66;
/** The plate is integrated in steps of this, ms: a sixtieth of its period. */
export const stepMs = 1;
/** At rest: it gives way by less than a hundredth of a micrometre, and moves by less in a second. */
const restM = 1e-8;

/** A second-order low-pass: what a mode of the plate makes of the load on it. */
class Mode {
  value = 0;
  velocity = 0;

  step(target: number, omega: number): void {
    const seconds = stepMs / 1_000;
    const acceleration = omega * omega * (target - this.value) - 2 * dampingRatio * omega * this.velocity;
    this.velocity += acceleration * seconds;
    this.value += this.velocity * seconds;
  }

  get isAtRest(): boolean {
    return Math.abs(this.value) < restM && Math.abs(this.velocity) < restM;
  }

  rest(): void {
    this.value = 0;
    this.velocity = 0;
  }
}

/**
 * A plate on four springs: its middle sinks, and it tilts along and across. All three follow the load as masses on
 * springs do; the generator sees how fast the middle moves.
 */
export class Plate {
  readonly condition: PlateCondition;
  readonly #fromM: number;
  readonly #rightM: number;
  readonly #sink = new Mode();
  readonly #along = new Mode();
  readonly #across = new Mode();
  #isLoaded = false;

  /** @param fromM where it begins along the street @param rightM its edge of lesser y */
  constructor(fromM: number, rightM: number, condition: PlateCondition) {
    this.#fromM = fromM;
    this.#rightM = rightM;
    this.condition = condition;
  }

  get isAtRest(): boolean {
    return !this.#isLoaded && this.#sink.isAtRest && this.#along.isAtRest && this.#across.isAtRest;
  }

  /** Of the middle, m/s downwards. */
  get velocityMps(): number {
    return this.#sink.velocity;
  }

  /** How far the plate has given way at a place of it, m. @param along,across from its middle, −1 to 1 at its edges */
  deflectionM(along: number, across: number): number {
    return this.#sink.value + along * this.#along.value + across * this.#across.value;
  }

  /** One step further under what presses on it at `atMs`. */
  step(contacts: readonly Contact[], atMs: number): void {
    let forceN = 0;
    let alongN = 0;
    let acrossN = 0;
    for (const contact of contacts) {
      const along = overlap(contact.xM(atMs), contact.halfLengthM, this.#fromM, tile.lengthM);
      if (along === undefined) continue;
      const across = overlap(contact.yM, contact.halfWidthM, this.#rightM, tile.widthM);
      if (across === undefined) continue;
      const newtons = contact.forceN(atMs) * along.share * across.share;
      forceN += newtons;
      alongN += newtons * along.middle;
      acrossN += newtons * across.middle;
    }
    this.#isLoaded = forceN > 0;
    if (this.condition.isStuck || this.isAtRest) {
      this.#rest();
      return;
    }
    const springNPerM = tile.springNPerM * this.condition.stiffness;
    const omega = Math.sqrt(springNPerM / massKg);
    // The stops are hard: beyond its travel the plate gives way no further.
    this.#sink.step(Math.min(forceN / springNPerM, tile.travelM), omega);
    this.#along.step((tile.tilt * alongN) / springNPerM, omega);
    this.#across.step((tile.tilt * acrossN) / springNPerM, omega);
  }

  #rest(): void {
    this.#sink.rest();
    this.#along.rest();
    this.#across.rest();
  }
}

/**
 * How much of a pressure from `middleM − halfM` to `middleM + halfM` lies on a tile, and where: −1 to 1 on it.
 * Undefined for nothing.
 */
function overlap(
  middleM: number,
  halfM: number,
  fromM: number,
  sizeM: number,
): { share: number; middle: number } | undefined {
  const low = Math.max(middleM - halfM, fromM);
  const high = Math.min(middleM + halfM, fromM + sizeM);
  if (high <= low) return undefined;
  return { share: (high - low) / (2 * halfM), middle: (low + high - 2 * fromM) / sizeM - 1 };
}
