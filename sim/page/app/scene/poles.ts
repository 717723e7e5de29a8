import { css, mix, type Rgb, rgb, white } from "../colour.ts";
import { lampTruth } from "../lamp-state.ts";
import { xPx } from "../layout.ts";
import { drawBeacon } from "./furniture.ts";
import { brightness, type LitLamp, warmWhite } from "./light.ts";
import type { Picture } from "./picture.ts";

const steel = { day: rgb("#5d6672"), night: rgb("#232a3d") };
const headHalfPx = 19;

/** Post-top luminaires: a slender pole, and a flat disc seen from the side. */
export function drawPoles({ context, ambience, state }: Picture, lamps: readonly LitLamp[]): void {
  const metal = mix(steel.night, steel.day, ambience);
  for (const { id, xPx: x, headPx, footPx, levelPercent } of lamps) {
    drawPole(context, x, headPx, footPx, metal);
    const light = brightness(levelPercent);
    context.fillStyle = css(mix(metal, rgb("#8b93a3"), 0.25));
    context.beginPath();
    context.roundRect(x - headHalfPx, headPx - 7, 2 * headHalfPx, 6, [5, 5, 1, 1]);
    context.fill();
    context.fillStyle = css(mix(mix(metal, white, 0.25), mix(warmWhite, white, 0.55), light));
    context.beginPath();
    context.roundRect(x - headHalfPx + 3, headPx - 1.5, 2 * headHalfPx - 6, 3, 1.5);
    context.fill();
    if (state.units[id]!.alarms.length > 0) drawBeacon(context, x, headPx - 15);
  }
}

function drawPole(context: CanvasRenderingContext2D, x: number, top: number, foot: number, metal: Rgb): void {
  const shine = context.createLinearGradient(x - 3.5, 0, x + 3.5, 0);
  shine.addColorStop(0, css(mix(metal, [0, 0, 0], 0.25)));
  shine.addColorStop(0.4, css(mix(metal, white, 0.22)));
  shine.addColorStop(1, css(mix(metal, [0, 0, 0], 0.35)));
  context.fillStyle = shine;
  context.beginPath();
  context.moveTo(x - 1.6, top);
  context.lineTo(x + 1.6, top);
  context.lineTo(x + 3, foot);
  context.lineTo(x - 3, foot);
  context.closePath();
  context.fill();
  context.fillRect(x - 5, foot - 26, 10, 26);
  context.fillRect(x - 8, foot - 2, 16, 3);
}

/** Which stretch of the path the lamp that is pointed at can see. */
export function drawMotionZone(
  { context, layout, state, hinted, scrollPx }: Picture,
  lamps: readonly LitLamp[],
): void {
  const lamp = lamps.find(({ id }) => id === hinted);
  if (!lamp) return;
  const unit = state.units[lamp.id]!;
  const { motionHalfWidthM } = lampTruth(unit);
  const fromPx = xPx(layout, unit.xM - motionHalfWidthM) - scrollPx;
  const toPx = xPx(layout, unit.xM + motionHalfWidthM) - scrollPx;
  const eyePx = lamp.footPx - 0.62 * (lamp.footPx - lamp.headPx);
  const depthPx = 26;
  const gradient = context.createLinearGradient(0, eyePx, 0, lamp.footPx + depthPx);
  gradient.addColorStop(0, "rgb(126 231 255 / 0.42)");
  gradient.addColorStop(1, "rgb(126 231 255 / 0.1)");
  context.fillStyle = gradient;
  context.beginPath();
  context.moveTo(lamp.xPx, eyePx);
  context.lineTo(fromPx, lamp.footPx + depthPx / 2);
  context.ellipse(
    (fromPx + toPx) / 2,
    lamp.footPx + depthPx / 2,
    (toPx - fromPx) / 2,
    depthPx / 2,
    0,
    Math.PI,
    0,
    true,
  );
  context.closePath();
  context.fill();
  context.strokeStyle = "rgb(126 231 255 / 0.85)";
  context.setLineDash([4, 4]);
  context.stroke();
  context.setLineDash([]);
}
