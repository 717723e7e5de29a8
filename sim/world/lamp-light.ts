/** A luminaire on a pole beside the street. */
export interface StreetLamp {
  readonly xM: number;
  readonly heightM: number;
  /** At full level, lm. */
  readonly luminousFluxLm: number;
  /** Present dimming level, 0 to 100 % of the flux. */
  readonly levelPercent: number;
}

/**
 * Horizontal illuminance on the ground at `xM` along the street, lx, by all lamps together. Each is a Lambertian
 * source facing down: intensity I(γ) = Φ/π · cos γ, and by the inverse-square and cosine laws (EN 13201-3, 7.1)
 * E = I(γ) · cos³γ / h² = Φ/π · cos⁴γ / h². Real optics throw further along the road; the order is right.
 */
export function illuminanceFrom(lamps: readonly StreetLamp[], xM: number): number {
  let lux = 0;
  for (const lamp of lamps) {
    const heightSquared = lamp.heightM ** 2;
    const cosineSquared = heightSquared / (heightSquared + (xM - lamp.xM) ** 2);
    lux += ((lamp.luminousFluxLm * lamp.levelPercent) / 100 / Math.PI / heightSquared) * cosineSquared ** 2;
  }
  return lux;
}
