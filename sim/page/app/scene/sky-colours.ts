import { clamp, mix, type Rgb, rgb, smoothStep } from "../colour.ts";

/** The sky from the top down. */
export interface SkyColours {
  readonly zenith: Rgb;
  readonly middle: Rgb;
  readonly horizon: Rgb;
}

/**
 * Colours at elevations of the sun. Civil, nautical and astronomical twilight end at 6, 12 and 18 degrees below the
 * horizon; the glow of a town keeps the night from black.
 */
const keys: readonly (readonly [elevationDeg: number, zenith: string, middle: string, horizon: string])[] = [
  [-18, "#060a18", "#0d1535", "#2c2c52"],
  [-12, "#0a1130", "#172154", "#3d3a68"],
  [-8, "#101c4a", "#273677", "#6d5684"],
  [-5, "#182c62", "#45508f", "#c2838a"],
  [-2.5, "#244178", "#7a77a6", "#ee9d72"],
  [0, "#34609f", "#a39fbd", "#ffb574"],
  [4, "#3f78b8", "#9fb9d6", "#ffd5a0"],
  [10, "#3c84ce", "#8fbfe6", "#e8ead9"],
  [25, "#2b78cc", "#78b4ea", "#d2e7f5"],
];
const skies = keys.map(([elevationDeg, zenith, middle, horizon]) => ({
  elevationDeg,
  colours: { zenith: rgb(zenith), middle: rgb(middle), horizon: rgb(horizon) },
}));

export function skyColours(sunElevationDeg: number, cloudCover: number): SkyColours {
  const above = skies.findIndex(({ elevationDeg }) => elevationDeg >= sunElevationDeg);
  const to = skies.at(above === -1 ? -1 : above)!;
  const from = above > 0 ? skies[above - 1]! : to;
  const span = to.elevationDeg - from.elevationDeg;
  const share = span > 0 ? (sunElevationDeg - from.elevationDeg) / span : 0;
  const blend = (layer: keyof SkyColours) =>
    overcast(mix(from.colours[layer], to.colours[layer], share), cloudCover);
  return { zenith: blend("zenith"), middle: blend("middle"), horizon: blend("horizon") };
}

/** What low clouds throw back of a town's own light. */
const townGlow = 18;

/** Clouds take the colour out, and some of the light. */
function overcast(colour: Rgb, cloudCover: number): Rgb {
  const [red, green, blue] = colour;
  const grey = townGlow + (1 - townGlow / 255) * (0.3 * red + 0.55 * green + 0.15 * blue);
  const cloud: Rgb = [grey * 0.95, grey * 0.95, grey];
  return mix(colour, cloud, 0.85 * smoothStep(0.35, 1, cloudCover));
}

/** How far stars are out: the brightest are seen from the end of civil twilight on, all of them from 15° below. */
export const starlight = (sunElevationDeg: number, cloudCover: number) =>
  smoothStep(-6, -15, sunElevationDeg) * (1 - smoothStep(0.2, 0.95, cloudCover));

/** How bright the street looks by natural light: 0 at night, 1 by day. The eye judges light by its logarithm. */
export const ambience = (daylightLux: number) => clamp((Math.log10(daylightLux + 1e-3) + 0.7) / 4.7);
