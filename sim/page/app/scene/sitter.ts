import type { Walker } from "../motion.ts";
import { told } from "../told.ts";
import { clothesOf } from "./clothes.ts";
import type { Stand } from "./furniture.ts";

import type { Picture } from "./picture.ts";

/** Who stands still within this of a bench's middle sits on it, m. */
const reachM = 1.2;
const standsBelowMps = 0.05;

/** Whether somebody is one of those who sit, and is not to be drawn standing. */
export function sits({ xM, velocityMps, kind }: Walker, benchesM: readonly number[]): boolean {
  if (kind !== "pedestrian" || Math.abs(velocityMps) > standsBelowMps) return false;
  return benchesM.some((benchM) => Math.abs(benchM - xM) <= reachM);
}

/** Those who sit, seen from the front: as many as is true, in the clothes in which they came. */
export function drawSitters(
  picture: Picture,
  { state, x, footPx, pxPerM, light }: Stand,
  seat: { readonly halfM: number; readonly heightM: number },
): void {
  const seated = Math.min(4, told(state, "seat.seated") ?? Number(told(state, "seat.occupied") ?? 0));
  const came = [...picture.motion.walkers.values()].filter((walker) => sits(walker, [state.xM]));
  for (let place = 0; place < seated; place++) {
    const id = came[place]?.id ?? Math.round(state.xM) + 3 * place;
    const alongM = ((place + 0.5) / Math.max(seated, 2) - 0.5) * 2 * (seat.halfM - 0.1);
    drawSitter(picture, id, x + alongM * pxPerM, footPx, pxPerM, seat.heightM, light);
  }
}

function drawSitter(
  picture: Picture,
  id: number,
  x: number,
  footPx: number,
  pxPerM: number,
  seatM: number,
  light: number,
): void {
  const { context, ambience } = picture;
  const { clothes, trousers, skin } = clothesOf(id, ambience, light);
  const at = (xM: number, yM: number) => [x + xM * pxPerM, footPx - yM * pxPerM] as const;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.strokeStyle = trousers;
  context.lineWidth = 0.13 * pxPerM;
  for (const side of [-1, 1]) {
    context.beginPath();
    context.moveTo(...at(side * 0.08, seatM + 0.06));
    context.lineTo(...at(side * 0.12, seatM));
    context.lineTo(...at(side * 0.11, -0.06));
    context.stroke();
  }
  context.fillStyle = clothes;
  context.beginPath();
  context.moveTo(...at(-0.17, seatM + 0.02));
  context.lineTo(...at(-0.21, seatM + 0.46));
  context.quadraticCurveTo(...at(0, seatM + 0.62), ...at(0.21, seatM + 0.46));
  context.lineTo(...at(0.17, seatM + 0.02));
  context.closePath();
  context.fill();
  context.strokeStyle = clothes;
  context.lineWidth = 0.085 * pxPerM;
  for (const side of [-1, 1]) {
    context.beginPath();
    context.moveTo(...at(side * 0.2, seatM + 0.44));
    context.lineTo(...at(side * 0.23, seatM + 0.2));
    context.lineTo(...at(side * 0.07, seatM + 0.12));
    context.stroke();
  }
  context.fillStyle = skin;
  context.beginPath();
  context.ellipse(...at(0, seatM + 0.72), 0.095 * pxPerM, 0.12 * pxPerM, 0, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = trousers;
  context.beginPath();
  context.ellipse(...at(0, seatM + 0.76), 0.105 * pxPerM, 0.1 * pxPerM, 0, Math.PI, 2 * Math.PI);
  context.fill();
}
