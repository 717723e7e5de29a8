import type { UnitState } from "../../view.ts";
import { css, rgb, white } from "../colour.ts";
import { isLamp } from "../lamp-state.ts";
import { groundPx, heightPxPerM, xPx } from "../layout.ts";
import { bench } from "./bench.ts";
import { cabinet } from "./cabinet.ts";
import { curb } from "./curb.ts";
import { floor } from "./floor.ts";
import { type LitLamp, lightAt } from "./light.ts";
import type { Picture } from "./picture.ts";

/** One unit in view, and where it is in the picture. */
export interface Stand {
  readonly unit: string;
  readonly state: UnitState;
  /** Its middle, and its foot. */
  readonly x: number;
  readonly footPx: number;
  /** Of one metre there: upwards, and of small things also along the street. */
  readonly pxPerM: number;
  /** Lamplight on it, 0 to about 1. */
  readonly light: number;
}

/** How a kind is drawn: by what is true of it and by what it says. */
export interface Drawing {
  /** Across the street, where it stands: positive on the far side. */
  readonly yM: number;
  /** How far up and to each side it reaches, m. */
  readonly heightM: number;
  readonly reachM: number;
  /** What lies in the ground: before lamplight falls on it. */
  ground?(picture: Picture, stand: Stand): void;
  /** What stands up from it. */
  upright?(picture: Picture, stand: Stand): void;
}

/** Lamps are drawn with the light that they give: see poles.ts. */
const drawings: Readonly<Record<string, Drawing>> = { bench, floor, curb };
const drawingOf = ({ kind }: UnitState) => drawings[kind] ?? cabinet;

export interface Standing {
  readonly drawing: Drawing;
  readonly stand: Stand;
}

/** All furniture in view but lamps, the farthest first. */
export function furnitureInView(picture: Picture, lamps: readonly LitLamp[]): Standing[] {
  const { layout, scrollPx, state } = picture;
  const found: Standing[] = [];
  for (const [unit, one] of Object.entries(state.units)) {
    if (isLamp(one)) continue;
    const drawing = drawingOf(one);
    const pxPerM = heightPxPerM(layout, drawing.yM);
    const x = xPx(layout, one.xM) - scrollPx;
    const reachPx = ((one.lengthM ?? 0) / 2) * layout.pxPerM + drawing.reachM * pxPerM;
    if (x + reachPx < 0 || x - reachPx > layout.viewportPx) continue;
    const footPx = groundPx(layout, drawing.yM);
    found.push({ drawing, stand: { unit, state: one, x, footPx, pxPerM, light: lightAt(lamps, x) } });
  }
  return found.sort((a, b) => b.drawing.yM - a.drawing.yM);
}

/** What lies in the ground, and which unit is pointed at. */
export function drawInGround(picture: Picture, furniture: readonly Standing[]): void {
  for (const { drawing, stand } of furniture) {
    if (stand.unit === picture.hinted) drawHint(picture, drawing, stand);
    drawing.ground?.(picture, stand);
  }
}

/** What stands on one side of the carriageway, with a mark over what has an alarm. */
export function drawUpright(picture: Picture, furniture: readonly Standing[], side: "far" | "near"): void {
  for (const { drawing, stand } of furniture) {
    if (drawing.yM > 0 !== (side === "far")) continue;
    drawing.upright?.(picture, stand);
    if (stand.state.alarms.length > 0)
      drawBeacon(picture.context, stand.x, stand.footPx - drawing.heightM * stand.pxPerM - 8);
  }
}

function drawHint({ context, layout }: Picture, drawing: Drawing, { state, x, footPx, pxPerM }: Stand): void {
  const halfPx = ((state.lengthM ?? 0) / 2) * layout.pxPerM + drawing.reachM * pxPerM;
  context.fillStyle = "rgb(126 231 255 / 0.16)";
  context.strokeStyle = "rgb(126 231 255 / 0.85)";
  context.setLineDash([4, 4]);
  context.lineWidth = 1;
  context.beginPath();
  context.ellipse(x, footPx, halfPx, 13, 0, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
  context.setLineDash([]);
}

/** A mark over a unit that has an alarm: no part of the street. */
export function drawBeacon(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.fillStyle = css(rgb("#ff5d5d"));
  context.beginPath();
  context.moveTo(x, y - 12);
  context.lineTo(x + 8, y + 2);
  context.lineTo(x - 8, y + 2);
  context.closePath();
  context.fill();
  context.fillStyle = css(white);
  context.fillRect(x - 0.9, y - 7, 1.8, 5);
  context.fillRect(x - 0.9, y - 0.8, 1.8, 1.8);
}
