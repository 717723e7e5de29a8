import { tile } from "#devices/estimators/footfall/tile.ts";
import { clamp, css, mix, type Rgb, rgb, white } from "../colour.ts";
import { groundPx, xPx } from "../layout.ts";
import { told } from "../told.ts";
import type { Drawing, Stand } from "./furniture.ts";
import { glow } from "./glow.ts";
import { lit, warmWhite } from "./light.ts";
import type { Picture } from "./picture.ts";

/** Across the street, m: where people walk on the far pavement, as the model of the kind has it. */
const strip = { farM: 3.6 + tile.widthM, nearM: 3.6 } as const;
const night = rgb("#0b0f1b");
const plate = rgb("#8f959c");
const frame = rgb("#5d646e");
const foot = rgb("#6fe3ff");

/** Under somebody light who stands on its middle a tile gives way by so much. */
const fullMm = 3;

export const floor: Drawing = {
  yM: (strip.farM + strip.nearM) / 2,
  heightM: 1,
  reachM: 0.3,
  ground(picture, stand) {
    const { layout, scrollPx, context, ambience } = picture;
    const { state } = stand;
    const lengthM = state.lengthM ?? tile.lengthM;
    const tiles = Math.max(1, Math.round(lengthM / tile.lengthM));
    const fromM = state.xM - lengthM / 2;
    const [topPx, bottomPx] = [groundPx(layout, strip.farM), groundPx(layout, strip.nearM)];
    const leftPx = xPx(layout, fromM) - scrollPx;
    const widthPx = tile.lengthM * layout.pxPerM;
    context.fillStyle = css(lit(frame, ambience, 0.7 * stand.light, night));
    context.fillRect(leftPx - 2, topPx - 2, tiles * widthPx + 4, bottomPx - topPx + 4);
    const surface = lit(plate, ambience, 0.8 * stand.light, night);
    for (let index = 0; index < tiles; index++) {
      const load = loadOn(stand, index + 1);
      context.fillStyle = css(mix(surface, foot, 0.75 * load));
      context.fillRect(leftPx + index * widthPx + 0.75, topPx, widthPx - 1.5, bottomPx - topPx);
      const middle = [leftPx + (index + 0.5) * widthPx, (topPx + bottomPx) / 2] as const;
      glow(context, foot, middle, [1.6 * widthPx, bottomPx - topPx + 8], load * (1 - 0.55 * ambience));
    }
    drawEdge(picture, stand, [leftPx, topPx, tiles * widthPx, bottomPx - topPx]);
  },
};

/** How much of somebody's weight is on a tile, 0 to 1, by how far it has given way. */
const loadOn = ({ state }: Stand, number: number) =>
  clamp(Number(state.truth[`deflectionMm${number}`] ?? 0) / fullMm);

/** The line of light along both long edges, as bright as it is or as the unit wants it. */
function drawEdge(
  { context, ambience }: Picture,
  { state }: Stand,
  [left, top, width, height]: readonly [number, number, number, number],
): void {
  const level = clamp((told(state, "edge.target") ?? 0) / 100) ** 0.62;
  const off: Rgb = mix(rgb("#1a2030"), rgb("#4c535d"), ambience);
  context.fillStyle = css(mix(off, mix(warmWhite, white, 0.35 * level), level));
  context.fillRect(left - 2, top - 3, width + 4, 1.5);
  context.fillRect(left - 2, top + height + 1.5, width + 4, 1.5);
  const strength = 0.8 * level * (1 - 0.7 * ambience);
  glow(context, warmWhite, [left + width / 2, top + height / 2], [0.6 * width, 1.6 * height], strength);
}
