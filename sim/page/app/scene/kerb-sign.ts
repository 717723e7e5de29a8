import { type Activity, activities, maySomebodyStand } from "#devices/estimators/curb/activity.ts";
import { css, mix, type Rgb, rgb, white } from "../colour.ts";
import { told } from "../told.ts";
import type { Stand } from "./furniture.ts";
import { glow } from "./glow.ts";
import { lit } from "./light.ts";
import type { Picture } from "./picture.ts";

const night = rgb("#0c101c");
const steel = rgb("#7b858f");
const blue = rgb("#2f6fe0");
const amber = rgb("#e89b2f");
const red = rgb("#d9382f");
const dark = rgb("#10141f");

/** Pages in the sign: 0 is dark, then one for each activity, then the one that refers to the lights. */
const pageActivity = (page: number): Activity | undefined => activities[page - 1];

/** A page of light on a post at the head of the kerb. */
export function drawSign(picture: Picture, stand: Stand, x: number): void {
  const { context, ambience } = picture;
  const { state, footPx, pxPerM, light } = stand;
  const topPx = footPx - 2.75 * pxPerM;
  const half = 0.36 * pxPerM;
  context.fillStyle = css(lit(steel, ambience, 0.7 * light, night));
  context.fillRect(x - 1.25, topPx + 2 * half, 2.5, footPx - topPx - 2 * half);
  const page = told(state, "sign.target") ?? 0;
  const activity = pageActivity(page);
  const ground = page === 0 ? dark : activity === undefined ? blue : groundOf(activity);
  context.fillStyle = css(mix(ground, dark, 0.1));
  context.beginPath();
  context.roundRect(x - half, topPx, 2 * half, 2 * half, 3);
  context.fill();
  if (page === 0) return;
  context.save();
  context.translate(x, topPx + half);
  context.scale(half, half);
  drawPictogram(context, activity);
  context.restore();
  glow(context, ground, [x, topPx + half], [2.4 * half, 2.4 * half], 0.7 * (1 - 0.75 * ambience));
}

function groundOf(activity: Activity): Rgb {
  if (!maySomebodyStand(activity)) return rgb("#1d2b52");
  return activity === "loading" || activity === "unloading" ? amber : blue;
}

/** In a square from −1 to 1: P, a crate, a clock, a bar or a cross in a ring; two lights where spaces differ. */
function drawPictogram(context: CanvasRenderingContext2D, activity: Activity | undefined): void {
  context.strokeStyle = css(white);
  context.lineWidth = 0.2;
  context.lineJoin = "round";
  context.lineCap = "round";
  const line = (...points: readonly (readonly [number, number])[]) => {
    context.beginPath();
    for (const [x, y] of points) context.lineTo(x, y);
    context.stroke();
  };
  if (activity === undefined) {
    line([-0.55, -0.2], [0.55, -0.2]);
    line([-0.55, 0.3], [0.55, 0.3]);
  } else if (activity === "parking") {
    context.beginPath();
    context.moveTo(-0.25, 0.6);
    context.lineTo(-0.25, -0.6);
    context.arc(0.05, -0.28, 0.32, -Math.PI / 2, Math.PI / 2);
    context.lineTo(-0.25, 0.04);
    context.stroke();
  } else if (activity === "loading" || activity === "unloading") {
    context.strokeRect(-0.5, -0.35, 1, 0.85);
    line([0, -0.35], [0, 0.05]);
  } else if (activity === "stopping") {
    context.beginPath();
    context.arc(0, 0, 0.58, 0, 2 * Math.PI);
    context.stroke();
    line([0, -0.32], [0, 0], [0.25, 0.15]);
  } else drawProhibition(context, line, activity === "no stopping");
}

/** One bar forbids parking and loading, two forbid stopping (Vienna Convention, signs C,18 and C,19). */
function drawProhibition(
  context: CanvasRenderingContext2D,
  line: (...points: readonly (readonly [number, number])[]) => void,
  isCross: boolean,
): void {
  context.strokeStyle = css(mix(red, white, 0.12));
  context.beginPath();
  context.arc(0, 0, 0.68, 0, 2 * Math.PI);
  context.stroke();
  line([-0.48, -0.48], [0.48, 0.48]);
  if (isCross) line([0.48, -0.48], [-0.48, 0.48]);
}
