import { tile } from "#devices/estimators/footfall/tile.ts";
import { clamp, css, mix, type Rgb, rgb, white } from "../colour.ts";
import { groundPx, xPx } from "../layout.ts";
import type { Walker } from "../motion.ts";
import { told } from "../told.ts";
import type { Drawing, Stand } from "./furniture.ts";
import { glow } from "./glow.ts";
import { lit } from "./light.ts";
import type { Picture } from "./picture.ts";

/** Across the street, m: where people walk on the far pavement. */
const strip = { farM: 4.45, nearM: 3.7 } as const;
const night = rgb("#0b0f1b");
const plate = rgb("#8f959c");
const frame = rgb("#5d646e");
const foot = rgb("#6fe3ff");
const edge = rgb("#4fc3ff");

/** A foot is felt this far from where its owner is drawn, m. */
const feltM = 0.55;
/** Half of a gait cycle, m: one foot after the other comes down. */
const stepM = 0.75;

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
      const load = loadOn(picture, fromM + index * tile.lengthM);
      context.fillStyle = css(mix(surface, foot, 0.75 * load));
      context.fillRect(leftPx + index * widthPx + 0.75, topPx, widthPx - 1.5, bottomPx - topPx);
      const middle = [leftPx + (index + 0.5) * widthPx, (topPx + bottomPx) / 2] as const;
      glow(context, foot, middle, [1.6 * widthPx, bottomPx - topPx + 8], load * (1 - 0.55 * ambience));
    }
    drawEdge(picture, stand, [leftPx, topPx, tiles * widthPx, bottomPx - topPx]);
  },
};

/** How much of somebody's weight is on a tile, 0 to 1: fully as a foot comes down. */
function loadOn({ motion }: Picture, fromM: number): number {
  let load = 0;
  for (const walker of motion.walkers.values()) {
    if (!isOnLine(walker)) continue;
    const asideM = Math.abs(walker.xM - fromM - tile.lengthM / 2);
    if (asideM > feltM) continue;
    const phase = (walker.strideM / stepM) % 1;
    const press = Math.abs(walker.velocityMps) > 0.05 ? 0.55 + 0.45 * Math.cos(2 * Math.PI * phase) : 1;
    load = Math.max(load, walker.opacity * press * clamp(1.4 - asideM / (tile.lengthM / 2)));
  }
  return load;
}

/** Two abreast step on it and beside it: who is drawn near the strip is taken to be on it. */
const isOnLine = ({ kind, yM }: Walker) =>
  kind === "pedestrian" && yM > strip.nearM - 0.2 && yM < strip.farM + 0.2;

/** The line of light along both long edges, as bright as the unit has it. */
function drawEdge(
  { context, ambience }: Picture,
  { state }: Stand,
  [left, top, width, height]: readonly [number, number, number, number],
): void {
  const level = edgeLevel(state);
  const off: Rgb = mix(rgb("#1a2030"), rgb("#4c535d"), ambience);
  const colour = mix(off, mix(edge, white, 0.35 * level), level);
  context.fillStyle = css(colour);
  context.fillRect(left - 2, top - 3, width + 4, 1.5);
  context.fillRect(left - 2, top + height + 1.5, width + 4, 1.5);
  const strength = 0.8 * level * (1 - 0.7 * ambience);
  glow(context, edge, [left + width / 2, top + height / 2], [0.6 * width, 1.6 * height], strength);
}

/** 0 to 1. */
function edgeLevel(state: Stand["state"]): number {
  const lights = Object.entries(state.actuators).filter(([name]) => /light|edge/i.test(name));
  const levels = lights.map(([name, { value }]) => told(state, `${name}.target`) ?? value);
  const most = Math.max(0, ...levels);
  return clamp(most > 1 ? most / 100 : most);
}
