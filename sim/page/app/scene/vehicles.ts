import { css, mix, type Rgb, rgb, white } from "../colour.ts";
import { across, groundPx, heightPxPerM, xPx } from "../layout.ts";
import type { ShownVehicle } from "../vehicle-motion.ts";
import { glow } from "./glow.ts";
import { type LitLamp, lightAt, lit } from "./light.ts";
import type { Picture } from "./picture.ts";

/** From kerb to kerb in the street, m; on the page the carriageway is narrower. */
const streetWidthM = 8.4;

/** Across the page's street, from a distance to the near kerb. */
export const fromKerb = (yM: number) => -across.carriagewayM + (yM * 2 * across.carriagewayM) / streetWidthM;

type Point = readonly [x: number, y: number];
interface Body {
  readonly heightM: number;
  readonly wheelM: number;
  /** Outline over the wheels, in shares of length (from the tail) and height (from the ground). */
  readonly outline: readonly Point[];
  readonly windows: readonly (readonly Point[])[];
  readonly wheels: readonly number[];
  /** A second colour from here on to the tail, and up from there: the box of a lorry. */
  readonly box?: readonly [toX: number, fromY: number];
}

const bodies: Readonly<Record<ShownVehicle["vehicle"]["type"], Body>> = {
  car: {
    heightM: 1.5,
    wheelM: 0.34,
    outline: [
      [0, 0.2],
      [0.01, 0.52],
      [0.06, 0.62],
      [0.16, 0.66],
      [0.28, 0.97],
      [0.4, 1],
      [0.58, 0.99],
      [0.74, 0.65],
      [0.93, 0.55],
      [0.99, 0.45],
      [1, 0.2],
    ],
    windows: [
      [
        [0.2, 0.66],
        [0.3, 0.91],
        [0.45, 0.93],
        [0.45, 0.66],
      ],
      [
        [0.48, 0.66],
        [0.48, 0.93],
        [0.57, 0.92],
        [0.7, 0.66],
      ],
    ],
    wheels: [0.2, 0.81],
  },
  van: {
    heightM: 2.3,
    wheelM: 0.36,
    outline: [
      [0, 0.13],
      [0, 0.95],
      [0.03, 1],
      [0.72, 1],
      [0.86, 0.62],
      [0.98, 0.52],
      [1, 0.38],
      [1, 0.13],
    ],
    windows: [
      [
        [0.68, 0.6],
        [0.68, 0.88],
        [0.74, 0.88],
        [0.83, 0.6],
      ],
    ],
    wheels: [0.18, 0.84],
  },
  lorry: {
    heightM: 3.5,
    wheelM: 0.5,
    outline: [
      [0, 0.16],
      [0, 1],
      [0.78, 1],
      [0.78, 0.82],
      [0.96, 0.82],
      [1, 0.5],
      [1, 0.13],
      [0, 0.13],
    ],
    windows: [
      [
        [0.87, 0.52],
        [0.87, 0.76],
        [0.95, 0.76],
        [0.98, 0.52],
      ],
    ],
    wheels: [0.12, 0.24, 0.88],
    box: [0.78, 0.24],
  },
};

const paints = ["#b23a32", "#2e5f9e", "#d6d9dc", "#4a5057", "#7c8a6a", "#c9a24a", "#8fa6b5", "#5b3f5f"].map(
  rgb,
);
const boxes = ["#d8d4c8", "#9fb4c4", "#c7b49a"].map(rgb);
const night = rgb("#070a13");
const glass = rgb("#2b3644");
const tyre = rgb("#1b1d22");

/** Beside the view, lights still reach into it. */
const besidePx = 160;

/** Everything on wheels on the carriageway, the farthest first. */
export function drawVehicles(picture: Picture, lamps: readonly LitLamp[]): void {
  const { layout, scrollPx } = picture;
  const shown = [...picture.vehicles.shown].sort((a, b) => b.yM - a.yM);
  for (const one of shown) {
    const x = xPx(layout, one.xM) - scrollPx;
    if (x > -besidePx && x < layout.viewportPx + besidePx) drawVehicle(picture, one, x, lightAt(lamps, x));
  }
}

function drawVehicle(picture: Picture, one: ShownVehicle, x: number, lamplight: number): void {
  const { context, layout, ambience } = picture;
  const { vehicle, opacity } = one;
  const { type, lengthM, heading, id } = vehicle;
  const body = bodies[type];
  const yM = fromKerb(one.yM - 0.8);
  // Between the scale along the street and the larger one of heights: a compromise that looks like a vehicle.
  const upPxPerM = Math.sqrt(layout.pxPerM * heightPxPerM(layout, yM));
  const [lengthPx, heightPx] = [lengthM * layout.pxPerM, body.heightM * upPxPerM];
  const groundY = groundPx(layout, yM);
  const turn = [...id].reduce((sum, letter) => (31 * sum + letter.charCodeAt(0)) >>> 0, 7);
  const shade = (colour: Rgb) => lit(colour, ambience, 1.1 * lamplight, mix(night, colour, 0.08));
  const paint = type === "lorry" || turn % 3 > 0 ? paints[turn % paints.length]! : paints[2]!;
  context.save();
  context.globalAlpha = opacity;
  context.fillStyle = "rgb(0 0 0 / 0.34)";
  context.beginPath();
  context.ellipse(x, groundY, 0.53 * lengthPx, 3.5, 0, 0, 2 * Math.PI);
  context.fill();
  context.translate(x - (heading * lengthPx) / 2, groundY);
  context.scale(heading, 1);
  const at = ([shareX, shareY]: Point): Point => [shareX * lengthPx, -shareY * heightPx];
  fill(context, body.outline.map(at), css(shade(paint)));
  if (body.box) {
    const [toX, fromY] = body.box;
    context.fillStyle = css(shade(boxes[turn % boxes.length]!));
    context.fillRect(0, -heightPx, toX * lengthPx - 2, (1 - fromY) * heightPx);
  }
  const pane = mix(shade(glass), rgb("#9fc3df"), 0.35 * ambience);
  for (const window of body.windows) fill(context, window.map(at), css(pane));
  const wheelPx = body.wheelM * upPxPerM;
  for (const share of body.wheels) drawWheel(context, share * lengthPx, wheelPx, shade(tyre));
  drawLights(picture, one, lengthPx, heightPx, upPxPerM);
  context.restore();
}

function fill(context: CanvasRenderingContext2D, points: readonly Point[], colour: string): void {
  context.fillStyle = colour;
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.closePath();
  context.fill();
}

function drawWheel(context: CanvasRenderingContext2D, x: number, radiusPx: number, colour: Rgb): void {
  context.fillStyle = css(colour);
  context.beginPath();
  context.arc(x, -radiusPx, radiusPx, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = css(mix(colour, white, 0.4));
  context.beginPath();
  context.arc(x, -radiusPx, 0.45 * radiusPx, 0, 2 * Math.PI);
  context.fill();
}

/** Who drives at night has lights. In the vehicle's own frame: its tail at 0. */
function drawLights(
  { context, ambience }: Picture,
  { vehicle, velocityMps, opacity }: ShownVehicle,
  lengthPx: number,
  heightPx: number,
  upPxPerM: number,
): void {
  const y = -0.65 * upPxPerM;
  const isOn = velocityMps !== 0 && ambience < 0.55;
  const size = Math.max(2, 0.14 * upPxPerM);
  context.fillStyle = isOn ? "rgb(255 250 232)" : "rgb(222 226 230 / 0.55)";
  context.fillRect(lengthPx - size, y, size, size);
  context.fillStyle = isOn ? "rgb(255 62 48)" : "rgb(120 22 20 / 0.9)";
  context.fillRect(0, y - 0.04 * heightPx, size, size);
  if (!isOn) return;
  const strength = opacity * (1 - ambience);
  const beam = context.createLinearGradient(lengthPx, 0, lengthPx + 90, 0);
  beam.addColorStop(0, `rgb(255 244 214 / ${0.42 * strength})`);
  beam.addColorStop(1, "rgb(255 244 214 / 0)");
  context.fillStyle = beam;
  context.beginPath();
  context.moveTo(lengthPx, y);
  context.lineTo(lengthPx + 90, -1.5 * upPxPerM * (vehicle.type === "lorry" ? 0.7 : 0.5));
  context.lineTo(lengthPx + 90, 4);
  context.closePath();
  context.fill();
  glow(context, rgb("#fff2cf"), [lengthPx, y], [12, 12], strength);
  glow(context, rgb("#ff4336"), [0, y], [9, 9], 0.8 * strength);
}
