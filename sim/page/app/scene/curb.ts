import { colourOf } from "#devices/estimators/curb/kerb-light.ts";
import { clamp, css, mix, type Rgb, rgb, white } from "../colour.ts";
import { across, groundPx, type Layout, xPx } from "../layout.ts";
import { isTold, told, wanted } from "../told.ts";
import type { Drawing, Stand } from "./furniture.ts";
import { glow } from "./glow.ts";
import { drawSign } from "./kerb-sign.ts";
import { lit } from "./light.ts";
import type { Picture } from "./picture.ts";
import { fromKerb } from "./vehicles.ts";

/** Of one space along the kerb, m. */
const spaceM = 6;
/** The space that has the ground lock and the charging point, from 0 on. */
const served = 0;
/** How deep a space is, from the kerb, m. */
const depthM = 2.2;

/** Of the charging controller: a vehicle is plugged in from here on. */
const vehiclePresent = 2;

const night = rgb("#0c101c");
const steel = rgb("#7b858f");
const lockPaint = rgb("#f2b33d");
const charging = rgb("#57e39b");
const idle = rgb("#6fb7ff");
const broken = rgb("#ff5a4f");

/** The near kerb: vehicles that drive towards greater x keep to it. */
export const curb: Drawing = {
  yM: -across.carriagewayM - 0.25,
  heightM: 2.9,
  reachM: 0.5,
  ground(picture, stand) {
    const spaces = spacesOf(stand);
    for (let index = 0; index < spaces; index++) drawSpace(picture, stand, index, spaces);
    drawLock(picture, stand, spaces);
  },
  upright(picture, stand) {
    const spaces = spacesOf(stand);
    for (let index = 0; index < spaces; index++) drawLight(picture, stand, index, spaces);
    drawCharger(picture, stand, spaces);
    drawSign(picture, stand, spaceEdges(picture, stand, 0, spaces)[0] - 10);
  },
};

const spacesOf = ({ state }: Stand) => Math.max(1, Math.round((state.lengthM ?? spaceM) / spaceM));

/** From where to where a space reaches in the picture. */
function spaceEdges(
  { layout, scrollPx }: Picture,
  { state }: Stand,
  index: number,
  spaces: number,
): readonly [fromPx: number, toPx: number] {
  const fromM = state.xM + (index - spaces / 2) * spaceM;
  return [xPx(layout, fromM) - scrollPx, xPx(layout, fromM + spaceM) - scrollPx];
}

const kerbPx = (layout: Layout) => groundPx(layout, -across.carriagewayM);

/** White lines on the carriageway; where a cable may reach, a green ground. */
function drawSpace(picture: Picture, stand: Stand, index: number, spaces: number): void {
  const { context, layout, ambience } = picture;
  const [fromPx, toPx] = spaceEdges(picture, stand, index, spaces);
  const [outer, inner] = [groundPx(layout, fromKerb(depthM)), kerbPx(layout) - 3];
  if (index === served) {
    context.fillStyle = css(lit(rgb("#4f8f6c"), ambience, 0.5 * stand.light, night), 0.5);
    context.fillRect(fromPx, outer, toPx - fromPx, inner - outer);
  }
  context.fillStyle = css(lit(white, 0.9 * ambience, 0.5 * stand.light, rgb("#3c4458")), 0.85);
  context.fillRect(fromPx - 0.75, outer, 1.5, inner - outer);
  if (index === spaces - 1) context.fillRect(toPx - 0.75, outer, 1.5, inner - outer);
  for (let at = fromPx; at < toPx - 4; at += 12) context.fillRect(at, outer, 6, 1.25);
}

/** The kerb line burns in the colour of what the space is for, and throws it on the road. */
function drawLight(picture: Picture, stand: Stand, index: number, spaces: number): void {
  const { context, layout, ambience } = picture;
  const [fromPx, toPx] = spaceEdges(picture, stand, index, spaces);
  const name = `light${index + 1}`;
  const aspect = told(stand.state, `${name}.target`) ?? wanted(stand.state, name);
  const share = colourOf(aspect);
  const level = Math.max(...share) / 100;
  const full = share.map((percent) => (255 * percent) / Math.max(1, ...share)) as unknown as Rgb;
  const off = mix(rgb("#20273a"), rgb("#8d929b"), ambience);
  const y = kerbPx(layout);
  context.fillStyle = css(level > 0 ? mix(off, mix(full, white, 0.12), 0.55 + 0.45 * level) : off);
  context.fillRect(fromPx + 3, y - 3, toPx - fromPx - 6, 3.5);
  const halfPx = (toPx - fromPx) / 2;
  glow(context, full, [fromPx + halfPx, y], [1.1 * halfPx, 16], level > 0 ? 0.8 - 0.6 * ambience : 0);
}

/** A bow that folds up out of the middle of the served space. */
function drawLock(picture: Picture, stand: Stand, spaces: number): void {
  const { context, layout, ambience } = picture;
  const [fromPx, toPx] = spaceEdges(picture, stand, served, spaces);
  const middle = (fromPx + toPx) / 2;
  const foot = groundPx(layout, fromKerb(0.9));
  const raised = lockShare(stand);
  const half = 0.16 * (toPx - fromPx);
  context.strokeStyle = css(lit(lockPaint, ambience, stand.light, night));
  context.lineWidth = 2.5;
  context.lineJoin = "round";
  context.beginPath();
  context.moveTo(middle - half, foot);
  context.lineTo(middle, foot - 1.5 - raised * 0.62 * stand.pxPerM);
  context.lineTo(middle + half, foot);
  context.stroke();
  context.fillStyle = css(lit(steel, ambience, stand.light, night));
  context.fillRect(middle - half - 2, foot - 1, 2 * half + 4, 2.5);
}

/** 0 down to 1 up. */
function lockShare({ state }: Stand): number {
  return clamp(told(state, "lockPosition") ?? told(state, "lockMonitor.raised") ?? 0);
}

/** A post with its lamp, and a cable while a vehicle is plugged in. */
function drawCharger(picture: Picture, stand: Stand, spaces: number): void {
  const { context, ambience, layout } = picture;
  const { state, footPx, pxPerM, light } = stand;
  const [fromPx, toPx] = spaceEdges(picture, stand, served, spaces);
  const x = fromPx + 0.78 * (toPx - fromPx);
  const topPx = footPx - 1.45 * pxPerM;
  const body = lit(steel, ambience, 0.7 * light, night);
  const isPlugged = (told(state, "evse.vehicleState") ?? 0) >= vehiclePresent;
  const isClosed = isTold(state, "contactor.target");
  if (isPlugged) {
    context.strokeStyle = css(mix(night, rgb("#3b4048"), ambience));
    context.lineWidth = 1.75;
    context.beginPath();
    context.moveTo(x - 2, topPx + 0.55 * pxPerM);
    const plugY = groundPx(layout, fromKerb(0.6)) - 0.55 * pxPerM;
    context.bezierCurveTo(x - 8, footPx + 2, x - 18, footPx, x - 22, plugY);
    context.stroke();
  }
  context.fillStyle = css(body);
  context.beginPath();
  context.roundRect(x - 0.16 * pxPerM, topPx, 0.32 * pxPerM, footPx - topPx, [3, 3, 0, 0]);
  context.fill();
  const lamp = isTold(state, "evse.fault") ? broken : isClosed ? charging : idle;
  const isLit = state.running;
  context.fillStyle = css(isLit ? lamp : mix(body, night, 0.4));
  context.fillRect(x - 0.11 * pxPerM, topPx + 0.12 * pxPerM, 0.22 * pxPerM, 0.12 * pxPerM);
  const at = [x, topPx + 0.18 * pxPerM] as const;
  glow(context, lamp, at, [0.5 * pxPerM, 0.5 * pxPerM], isLit ? 0.8 * (1 - 0.6 * ambience) : 0);
}
