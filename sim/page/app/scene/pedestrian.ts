import { limb, type Point } from "./limb.ts";
import type { Figure } from "./people.ts";

/** A whole gait cycle, two steps, m. */
const cycleM = 1.5;

/** Somebody on foot from the side. Lengths are shares of body height, after Drillis and Contini (1966). */
export function drawPedestrian(context: CanvasRenderingContext2D, figure: Figure): void {
  const { x, y, heightPx, facing, walker } = figure;
  const isWalking = Math.abs(walker.velocityMps) > 0.05;
  const phase = (2 * Math.PI * walker.strideM) / cycleM;
  const swing = isWalking ? 1 : 0.12;
  const bobPx = isWalking ? 0.012 * heightPx * Math.cos(2 * phase) : 0;
  context.save();
  context.translate(x, y - bobPx);
  context.scale(facing * heightPx, heightPx);
  context.lineCap = "round";
  context.lineJoin = "round";
  leg(context, phase + Math.PI, swing, figure.trousers);
  arm(context, phase, swing, figure.clothes);
  leg(context, phase, swing, figure.trousers);
  torso(context, figure);
  arm(context, phase + Math.PI, swing, figure.clothes);
  head(context, figure);
  context.restore();
}

const hip: Point = [0, -0.49];
const shoulder: Point = [0.02, -0.79];
const along = ([x, y]: Point, angle: number, length: number): Point => [
  x + Math.sin(angle) * length,
  y + Math.cos(angle) * length,
];

/** The knee bends while the leg swings forward. */
function leg(context: CanvasRenderingContext2D, phase: number, swing: number, colour: string): void {
  const thigh = 0.46 * swing * Math.sin(phase);
  const bend = swing * (0.12 + 0.75 * Math.max(0, Math.cos(phase)) ** 1.5);
  const knee = along(hip, thigh, 0.245);
  const ankle = along(knee, thigh - bend, 0.225);
  limb(context, [hip, knee, ankle, [ankle[0] + 0.055, ankle[1] + 0.012]], 0.068, colour);
}

function arm(context: CanvasRenderingContext2D, phase: number, swing: number, colour: string): void {
  const upper = 0.5 * swing * Math.sin(phase);
  const elbow = along(shoulder, upper, 0.17);
  limb(context, [shoulder, elbow, along(elbow, upper + 0.35 * swing, 0.15)], 0.052, colour);
}

/** A jacket or, for some, a coat to the knee. */
function torso(context: CanvasRenderingContext2D, { clothes, walker }: Figure): void {
  const hem = walker.id % 4 === 0 ? -0.3 : -0.45;
  context.fillStyle = clothes;
  context.beginPath();
  context.moveTo(-0.045, -0.835);
  context.quadraticCurveTo(0.06, -0.85, 0.085, -0.74);
  context.quadraticCurveTo(0.1, -0.6, 0.085 + (hem + 0.45) * 0.25, hem);
  context.lineTo(-0.085 - (hem + 0.45) * 0.25, hem);
  context.quadraticCurveTo(-0.1, -0.68, -0.045, -0.835);
  context.fill();
}

function head(context: CanvasRenderingContext2D, { skin, trousers, walker }: Figure): void {
  context.fillStyle = skin;
  context.fillRect(0.002, -0.87, 0.04, 0.05);
  context.beginPath();
  context.ellipse(0.025, -0.925, 0.052, 0.066, 0.1, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = trousers;
  context.beginPath();
  if (walker.id % 3 === 0) context.ellipse(0.008, -0.935, 0.064, 0.07, 0, Math.PI * 0.62, Math.PI * 1.85);
  else context.ellipse(0.014, -0.95, 0.058, 0.052, -0.2, Math.PI * 0.8, Math.PI * 1.95);
  context.fill();
}
