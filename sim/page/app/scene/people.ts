import { type Rgb, rgb } from "../colour.ts";
import { groundPx, heightPxPerM, xPx } from "../layout.ts";
import type { Walker } from "../motion.ts";
import { drawCyclist } from "./cyclist.ts";
import { type LitLamp, lightAt, lit } from "./light.ts";
import { drawPedestrian } from "./pedestrian.ts";
import type { Picture } from "./picture.ts";

/** What one person is drawn from. */
export interface Figure {
  /** Feet. */
  readonly x: number;
  readonly y: number;
  /** Of a grown person. */
  readonly heightPx: number;
  /** 1 to the right, −1 to the left. */
  readonly facing: 1 | -1;
  readonly walker: Walker;
  readonly clothes: string;
  readonly trousers: string;
  readonly skin: string;
  /** 0 by day to 1 at night. */
  readonly night: number;
}

const cloths = ["#c2543f", "#3f6ea8", "#4f8a6b", "#c79a45", "#7b5a94", "#46525f", "#b5728a", "#8a9aa5"].map(
  rgb,
);
const trousers = ["#2f3645", "#4a4038", "#3c4a5c", "#2a2a30"].map(rgb);
const skins = ["#e8bd98", "#c58f65", "#8d5a3c", "#f0ccb0"].map(rgb);
const silhouette = rgb("#05070f");

/** Those who walk farther away than `nearestM` and nearer than `farthestM`, the farthest first. */
export function drawPeople(
  picture: Picture,
  lamps: readonly LitLamp[],
  nearestM: number,
  farthestM: number,
): void {
  const { context, motion } = picture;
  const walkers = [...motion.walkers.values()]
    .filter(({ yM }) => yM >= nearestM && yM < farthestM)
    .sort((a, b) => b.yM - a.yM);
  for (const walker of walkers) {
    const figure = figureOf(picture, lamps, walker);
    if (figure.x < -80 || figure.x > picture.layout.viewportPx + 80) continue;
    context.globalAlpha = walker.opacity * edgeFade(picture, walker.xM);
    drawShadow(context, figure);
    (walker.kind === "cyclist" ? drawCyclist : drawPedestrian)(context, figure);
  }
  context.globalAlpha = 1;
}

function figureOf(picture: Picture, lamps: readonly LitLamp[], walker: Walker): Figure {
  const { layout, ambience, scrollPx } = picture;
  const x = xPx(layout, walker.xM) - scrollPx;
  const light = 1.15 * lightAt(lamps, x) * (walker.yM > 0 ? 1 : 0.6);
  const shade = (palette: readonly Rgb[], turn: number) => {
    const [red, green, blue] = lit(
      palette[Math.floor(walker.id / turn) % palette.length]!,
      ambience,
      light,
      silhouette,
    );
    return `rgb(${red | 0} ${green | 0} ${blue | 0})`;
  };
  return {
    x,
    y: groundPx(layout, walker.yM),
    heightPx: 1.75 * heightPxPerM(layout, walker.yM) * (0.93 + 0.02 * (walker.id % 6)),
    facing: walker.velocityMps < 0 ? -1 : 1,
    walker,
    clothes: shade(cloths, 1),
    trousers: shade(trousers, 3),
    skin: shade(skins, 5),
    night: 1 - ambience,
  };
}

/** Nobody appears out of nothing: people fade over the street's last metres. */
function edgeFade({ layout }: Picture, xM: number): number {
  const edgeM = Math.min(xM, layout.lengthM - xM);
  return Math.min(1, Math.max(0, edgeM / 3));
}

function drawShadow(context: CanvasRenderingContext2D, { x, y, heightPx, walker }: Figure): void {
  context.fillStyle = "rgb(0 0 0 / 0.28)";
  context.beginPath();
  const width = walker.kind === "cyclist" ? 0.5 : 0.2;
  context.ellipse(x, y, heightPx * width, heightPx * 0.035, 0, 0, 2 * Math.PI);
  context.fill();
}
