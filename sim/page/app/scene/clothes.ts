import { type Rgb, rgb } from "../colour.ts";
import { lit } from "./light.ts";

/** Colours, as CSS has them. */
export interface Clothes {
  readonly clothes: string;
  readonly trousers: string;
  readonly skin: string;
}

const cloths = ["#c2543f", "#3f6ea8", "#4f8a6b", "#c79a45", "#7b5a94", "#46525f", "#b5728a", "#8a9aa5"].map(
  rgb,
);
const trousers = ["#2f3645", "#4a4038", "#3c4a5c", "#2a2a30"].map(rgb);
const skins = ["#e8bd98", "#c58f65", "#8d5a3c", "#f0ccb0"].map(rgb);
const silhouette = rgb("#05070f");

/** What somebody wears, by day or in so much lamplight: always the same. */
export function clothesOf(id: number, ambience: number, light: number): Clothes {
  const shade = (palette: readonly Rgb[], turn: number) => {
    const [red, green, blue] = lit(
      palette[Math.floor(id / turn) % palette.length]!,
      ambience,
      light,
      silhouette,
    );
    return `rgb(${red | 0} ${green | 0} ${blue | 0})`;
  };
  return { clothes: shade(cloths, 1), trousers: shade(trousers, 3), skin: shade(skins, 5) };
}
