import { limb, type Point } from "./limb.ts";
import type { Figure } from "./people.ts";

/** One turn of the pedals, m: a middling gear. */
const turnM = 5.2;
const wheel = 0.19;

const rear: Point = [-0.3, -wheel];
const front: Point = [0.3, -wheel];
const crank: Point = [-0.03, -0.17];
const saddle: Point = [-0.13, -0.52];
const bars: Point = [0.22, -0.56];
const shoulder: Point = [0.08, -0.86];

/** Somebody on a bicycle, in shares of the height of a grown person; with lights at night. */
export function drawCyclist(context: CanvasRenderingContext2D, figure: Figure): void {
  const { x, y, heightPx, facing, walker, night } = figure;
  const phase = (2 * Math.PI * walker.strideM) / turnM;
  context.save();
  context.translate(x, y);
  context.scale(facing * heightPx, heightPx);
  context.lineCap = "round";
  context.lineJoin = "round";
  leg(context, phase + Math.PI, figure.trousers);
  bicycle(context, figure.trousers);
  leg(context, phase, figure.trousers);
  limb(context, [[-0.12, -0.56], shoulder], 0.13, figure.clothes);
  limb(context, [shoulder, [0.13, -0.68], bars], 0.05, figure.clothes);
  context.fillStyle = figure.skin;
  context.beginPath();
  context.ellipse(0.14, -0.98, 0.055, 0.065, 0.2, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = figure.clothes;
  context.beginPath();
  context.ellipse(0.13, -1, 0.064, 0.058, 0.1, Math.PI, 2 * Math.PI);
  context.fill();
  if (night > 0.4) lights(context, night);
  context.restore();
}

function bicycle(context: CanvasRenderingContext2D, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 0.018;
  for (const [x, y] of [rear, front]) {
    context.beginPath();
    context.arc(x, y, wheel - 0.01, 0, 2 * Math.PI);
    context.stroke();
  }
  const head: Point = [0.21, -0.46];
  limb(context, [rear, [-0.11, -0.44], head, crank, rear], 0.022, colour);
  limb(context, [crank, saddle], 0.022, colour);
  limb(context, [front, bars, [0.27, -0.57]], 0.022, colour);
  limb(
    context,
    [
      [-0.18, -0.53],
      [-0.08, -0.53],
    ],
    0.035,
    colour,
  );
}

/** Thigh and shin between hip and pedal: the knee is where two circles meet. */
function leg(context: CanvasRenderingContext2D, phase: number, colour: string): void {
  const hip: Point = [-0.11, -0.54];
  const foot: Point = [crank[0] + 0.09 * Math.cos(phase), crank[1] + 0.09 * Math.sin(phase)];
  const reach = Math.hypot(foot[0] - hip[0], foot[1] - hip[1]);
  const bone = 0.26;
  const out = Math.sqrt(Math.max(0, bone ** 2 - (reach / 2) ** 2));
  const knee: Point = [
    (hip[0] + foot[0]) / 2 + (out * (foot[1] - hip[1])) / reach,
    (hip[1] + foot[1]) / 2 - (out * (foot[0] - hip[0])) / reach,
  ];
  limb(context, [hip, knee, foot, [foot[0] + 0.05, foot[1]]], 0.062, colour);
}

function lights(context: CanvasRenderingContext2D, night: number): void {
  const beam = context.createLinearGradient(0.28, 0, 1.25, 0);
  beam.addColorStop(0, `rgb(255 246 220 / ${0.4 * night})`);
  beam.addColorStop(1, "rgb(255 246 220 / 0)");
  context.fillStyle = beam;
  context.beginPath();
  context.moveTo(0.28, -0.5);
  context.lineTo(1.25, -0.42);
  context.lineTo(1.25, -0.02);
  context.closePath();
  context.fill();
  context.fillStyle = "rgb(255 250 235)";
  context.fillRect(0.265, -0.52, 0.035, 0.035);
  context.fillStyle = "rgb(255 60 50)";
  context.fillRect(-0.25, -0.49, 0.03, 0.03);
}
