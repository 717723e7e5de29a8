import { tile } from "#devices/estimators/footfall/tile.ts";
import type { Strike } from "./contact.ts";
import type { StripPlace } from "./strip.ts";

/** The foot came down on the strip with its heel, or at most so far beside it, m. */
export const isOn = (
  { fromM, rightM, tiles }: StripPlace,
  { xM, yM }: Pick<Strike, "xM" | "yM">,
  marginM = 0,
): boolean =>
  xM >= fromM - marginM &&
  xM <= fromM + tiles * tile.lengthM + marginM &&
  yM >= rightM - marginM &&
  yM <= rightM + tile.widthM + marginM;

/** The middle of a strip, and who walks over it: told of every step on the strip, in order of time. */
export class MiddleLine {
  readonly #xM: number;
  /** By person, where the last step was. */
  readonly #lastM = new Map<number, number>();

  constructor({ fromM, tiles }: StripPlace) {
    this.#xM = fromM + (tiles * tile.lengthM) / 2;
  }

  /** Which way a step led its walker across the middle: along the strip (1), against it (−1), or not at all (0). */
  crossedBy({ person, xM }: Strike): 1 | -1 | 0 {
    const lastM = this.#lastM.get(person);
    this.#lastM.set(person, xM);
    if (lastM === undefined || lastM < this.#xM === xM < this.#xM) return 0;
    return xM < this.#xM ? -1 : 1;
  }
}
