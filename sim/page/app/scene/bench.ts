import { clamp, css, mix, type Rgb, rgb, white } from "../colour.ts";
import { isTold, told } from "../told.ts";
import type { Drawing, Stand } from "./furniture.ts";
import { glow } from "./glow.ts";
import { lit, warmWhite } from "./light.ts";
import type { Picture } from "./picture.ts";
import { drawSitters } from "./sitter.ts";

const night = rgb("#0c111d");
const wood = rgb("#b3844f");
const steel = rgb("#6d7783");
const cells = rgb("#27406b");
/** Drawn larger than it is, as heights are drawn larger than lengths: else its sockets were not seen. */
const magnified = 1.2;
const portLive = rgb("#59e0a8");
const portBusy = rgb("#7fd4ff");
const ember = rgb("#ff5a1f");

/** In metres from the middle of the bench and from the ground. */
const seat = { halfM: 1.05, heightM: 0.4, backFromM: 0.53, backToM: 0.86 } as const;
const mast = { xM: -1.4, heightM: 2.8, lightM: 2 } as const;
const box = { fromM: 1.12, widthM: 0.5, heightM: 0.72 } as const;
const ashtray = { xM: 1.95, heightM: 0.85 } as const;

/** Sockets on the front of the box: from its left edge and from the ground, m. */
const sockets = [
  { port: "outlet", xM: 0.08, yM: 0.5, widthM: 0.16, heightM: 0.14 },
  { port: "usb1", xM: 0.31, yM: 0.56, widthM: 0.12, heightM: 0.05 },
  { port: "usb2", xM: 0.31, yM: 0.46, widthM: 0.12, heightM: 0.05 },
] as const;

/** A smouldering cigarette end shows from here on, °C, and glows fully from there on. */
const emberC = { from: 55, to: 130 } as const;

export const bench: Drawing = {
  yM: 6.1,
  heightM: 3.5 * magnified,
  reachM: 2.2,
  upright(picture, standing) {
    const isLit = isTold(standing.state, "safetyLight.target");
    const pxPerM = magnified * standing.pxPerM;
    const stand = { ...standing, pxPerM, light: standing.light + (isLit ? 0.55 : 0) };
    drawMast(picture, stand);
    drawSafetyLight(picture, stand, isLit);
    drawSeat(picture, stand);
    drawBox(picture, stand);
    drawAshtray(picture, stand);
    const room = { halfM: seat.halfM * magnified, heightM: seat.heightM * magnified };
    drawSitters(picture, { ...stand, pxPerM: standing.pxPerM }, room);
  },
};

/** A rectangle in metres from the bench's middle and from the ground up. */
function rect(
  { context }: Picture,
  { x, footPx, pxPerM }: Stand,
  colour: Rgb,
  [leftM, bottomM, widthM, heightM]: readonly [number, number, number, number],
): void {
  context.fillStyle = css(colour);
  context.fillRect(
    x + leftM * pxPerM,
    footPx - (bottomM + heightM) * pxPerM,
    widthM * pxPerM,
    heightM * pxPerM,
  );
}

function drawSeat(picture: Picture, stand: Stand): void {
  const { ambience } = picture;
  const boards = lit(wood, ambience, stand.light, night);
  const metal = lit(steel, ambience, 0.8 * stand.light, night);
  const { halfM, heightM, backFromM, backToM } = seat;
  for (const xM of [-0.85, 0.79]) {
    rect(picture, stand, metal, [xM, 0, 0.06, heightM]);
    rect(picture, stand, metal, [xM, heightM, 0.06, backToM - heightM - 0.04]);
  }
  const slatM = (backToM - backFromM - 0.04) / 2;
  rect(picture, stand, mix(boards, night, 0.12), [-halfM, backFromM, 2 * halfM, slatM]);
  rect(picture, stand, boards, [-halfM, backFromM + slatM + 0.04, 2 * halfM, slatM]);
  rect(picture, stand, mix(boards, white, 0.12 * ambience + 0.04), [-halfM, heightM - 0.02, 2 * halfM, 0.07]);
  rect(picture, stand, mix(boards, night, 0.35), [-halfM, heightM - 0.08, 2 * halfM, 0.06]);
}

/** The panel looks at the sun; with sun on it, it shines. */
function drawMast(picture: Picture, stand: Stand): void {
  const { context, ambience } = picture;
  const { x, footPx, pxPerM, state, light } = stand;
  const metal = lit(steel, ambience, light, night);
  rect(picture, stand, metal, [mast.xM - 0.035, 0, 0.07, mast.heightM]);
  const share = clamp((told(state, "solar.panelPower") ?? 0) / 120);
  const [left, right] = [x + (mast.xM - 0.75) * pxPerM, x + (mast.xM + 0.75) * pxPerM];
  const [top, bottom] = [footPx - (mast.heightM + 0.32) * pxPerM, footPx - (mast.heightM - 0.18) * pxPerM];
  context.fillStyle = css(mix(lit(cells, ambience, 0.3 * light, night), white, 0.35 * share));
  context.strokeStyle = css(mix(metal, white, 0.2));
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(left + 0.14 * pxPerM, top);
  context.lineTo(right, top);
  context.lineTo(right - 0.14 * pxPerM, bottom);
  context.lineTo(left, bottom);
  context.closePath();
  context.fill();
  context.stroke();
  context.strokeStyle = css(white, 0.1 + 0.12 * ambience);
  context.beginPath();
  for (const part of [0.25, 0.5, 0.75]) {
    context.moveTo(left + 0.14 * pxPerM + part * (right - left - 0.14 * pxPerM), top);
    context.lineTo(left + part * (right - left - 0.14 * pxPerM), bottom);
  }
  context.moveTo(left + 0.07 * pxPerM, (top + bottom) / 2);
  context.lineTo(right - 0.07 * pxPerM, (top + bottom) / 2);
  context.stroke();
}

/** A small downlight on the mast and its light on the ground. */
function drawSafetyLight(picture: Picture, stand: Stand, isOn: boolean): void {
  const { context, ambience } = picture;
  const { x, footPx, pxPerM, light } = stand;
  const headX = x + (mast.xM + 0.22) * pxPerM;
  const headY = footPx - mast.lightM * pxPerM;
  const metal = lit(steel, ambience, light, night);
  context.fillStyle = css(metal);
  context.fillRect(x + mast.xM * pxPerM, headY - 2, 0.36 * pxPerM, 2);
  context.fillStyle = css(isOn ? mix(warmWhite, white, 0.5) : metal);
  context.fillRect(headX - 4, headY, 8, 1.5);
  if (!isOn) return;
  const strength = 1 - 0.9 * ambience;
  glow(context, warmWhite, [headX, headY], [0.5 * pxPerM, 0.5 * pxPerM], strength);
  glow(context, warmWhite, [x - 0.5 * pxPerM, footPx], [2.6 * pxPerM, 0.55 * pxPerM], 0.9 * strength);
}

/** Where phones are charged: each socket glows while it is on, brighter while something takes from it. */
function drawBox(picture: Picture, stand: Stand): void {
  const { context, ambience } = picture;
  const { x, footPx, pxPerM, state, light } = stand;
  const body = lit(steel, ambience, light, night);
  rect(picture, stand, body, [box.fromM, 0, box.widthM, box.heightM]);
  rect(picture, stand, mix(body, white, 0.2), [box.fromM - 0.03, box.heightM, box.widthM + 0.06, 0.05]);
  for (const { port, xM, yM, widthM, heightM } of sockets) {
    const { colour, strength } = portLight(state, port, ambience);
    rect(picture, stand, colour, [box.fromM + xM, yM, widthM, heightM]);
    const at = [x + (box.fromM + xM + widthM / 2) * pxPerM, footPx - (yM + heightM / 2) * pxPerM] as const;
    glow(context, colour, at, [0.3 * pxPerM, 0.3 * pxPerM], strength);
  }
  const pad = portLight(state, "pad", ambience);
  const padAt = [x + (box.fromM + box.widthM / 2) * pxPerM, footPx - (box.heightM + 0.06) * pxPerM] as const;
  rect(picture, stand, pad.colour, [box.fromM + 0.14, box.heightM + 0.05, 0.22, 0.03]);
  glow(context, pad.colour, padAt, [0.35 * pxPerM, 0.18 * pxPerM], pad.strength);
}

function portLight(state: Stand["state"], port: string, ambience: number) {
  const isOn = isTold(state, `${port}.target`);
  if (!isOn) return { colour: mix(rgb("#10141f"), rgb("#343b47"), ambience), strength: 0 };
  const isBusy = isTold(state, `${port}Port.session`);
  return { colour: isBusy ? portBusy : portLive, strength: (isBusy ? 0.95 : 0.55) * (1 - 0.6 * ambience) };
}

/** A bowl on a post; what smoulders in it is seen by day too. */
function drawAshtray(picture: Picture, stand: Stand): void {
  const { context, ambience, breathMs } = picture;
  const { x, footPx, pxPerM, state, light } = stand;
  const metal = lit(steel, ambience, light, night);
  rect(picture, stand, metal, [ashtray.xM - 0.03, 0, 0.06, ashtray.heightM - 0.12]);
  rect(picture, stand, mix(metal, white, 0.1), [ashtray.xM - 0.13, ashtray.heightM - 0.14, 0.26, 0.14]);
  const heat = clamp(
    ((told(state, "ashtray.objectTemperature") ?? 0) - emberC.from) / (emberC.to - emberC.from),
  );
  if (heat === 0) return;
  const at = [x + ashtray.xM * pxPerM, footPx - (ashtray.heightM + 0.01) * pxPerM] as const;
  const breath = 0.85 + 0.15 * Math.sin(breathMs / 400);
  rect(picture, stand, ember, [ashtray.xM - 0.09, ashtray.heightM - 0.02, 0.18, 0.05]);
  glow(context, ember, at, [0.5 * pxPerM, 0.5 * pxPerM], heat * breath);
  for (const [index, drift] of [0, 0.33, 0.66].entries()) {
    const rise = (breathMs / 2_600 + drift) % 1;
    const sway = Math.sin(breathMs / 700 + index * 2) * 0.08 * rise;
    context.fillStyle = css([190, 190, 195], 0.28 * heat * (1 - rise));
    context.beginPath();
    context.arc(
      at[0] + sway * pxPerM,
      at[1] - rise * 0.9 * pxPerM,
      (0.04 + 0.1 * rise) * pxPerM,
      0,
      2 * Math.PI,
    );
    context.fill();
  }
}
