import { groundPx, heightPxPerM, xPx } from "../layout.ts";
import type { Walker } from "../motion.ts";
import { type Clothes, clothesOf } from "./clothes.ts";
import { drawCyclist } from "./cyclist.ts";
import { type LitLamp, lightAt } from "./light.ts";
import { drawPedestrian } from "./pedestrian.ts";
import type { Picture } from "./picture.ts";
import { sits } from "./sitter.ts";

/** What one person is drawn from. */
export interface Figure extends Clothes {
  /** Feet. */
  readonly x: number;
  readonly y: number;
  /** Of a grown person. */
  readonly heightPx: number;
  /** 1 to the right, −1 to the left. */
  readonly facing: 1 | -1;
  readonly walker: Walker;
  /** 0 by day to 1 at night. */
  readonly night: number;
}

/** Those who walk farther away than `nearestM` and nearer than `farthestM`, the farthest first. */
export function drawPeople(
  picture: Picture,
  lamps: readonly LitLamp[],
  nearestM: number,
  farthestM: number,
): void {
  const { context, motion, state } = picture;
  const benchesM = Object.values(state.units).flatMap(({ kind, xM }) => (kind === "bench" ? xM : []));
  const walkers = [...motion.walkers.values()]
    .filter(({ yM }) => yM >= nearestM && yM < farthestM)
    .filter((walker) => !sits(walker, benchesM))
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
  return {
    x,
    y: groundPx(layout, walker.yM),
    heightPx: 1.75 * heightPxPerM(layout, walker.yM) * (0.93 + 0.02 * (walker.id % 6)),
    facing: walker.velocityMps < 0 ? -1 : 1,
    walker,
    ...clothesOf(walker.id, ambience, light),
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
