import { clamp, mix, type Rgb, rgb } from "../colour.ts";
import { lampsOf, lampTruth } from "../lamp-state.ts";
import { across, groundPx, heightPxPerM, type Layout, xPx } from "../layout.ts";
import type { Picture } from "./picture.ts";
import { sprite } from "./sprites.ts";

/** Warm white, 3000 K. */
export const warmWhite: Rgb = rgb("#ffd7a0");

/** Illuminance under a lamp falls with cos⁴γ (see illuminanceFrom): to this share at the edge of what is drawn. */
const edgeShare = 0.06;
const edgeTangent = Math.sqrt(1 / Math.sqrt(edgeShare) - 1);

/** cos⁴γ at `radius` (1 at the edge), and down to nothing there. */
const pool = (radius: number) => {
  const value = 1 / (1 + (radius * edgeTangent) ** 2) ** 2;
  return clamp((value - edgeShare) / (1 - edgeShare));
};

const poolSprite = sprite(192, 192, rgb("#ffc98c"), (x, y) => pool(Math.hypot(2 * x - 1, 2 * y - 1)));
/** The lit air: bright at the head, spreading, fading downwards and to its sides. */
const coneSprite = sprite(160, 256, warmWhite, (x, y) => {
  const side = Math.abs(2 * x - 1) / (0.09 + 0.91 * y);
  return (
    Math.exp(-3.2 * side * side) *
    (0.55 / (1 + 5 * y) + 0.16) *
    (1 - y ** 6) *
    clamp((1 - Math.abs(2 * x - 1)) * 6)
  );
});
const haloSprite = sprite(160, 160, rgb("#ffe2b4"), (x, y) => {
  const radius = Math.hypot(2 * x - 1, 2 * y - 1);
  return radius >= 1 ? 0 : (0.9 * Math.exp(-radius * 9) + 0.28 * Math.exp(-radius * 3.4)) * (1 - radius);
});

/** How bright a level is drawn, 0 to 1: between light and lightness (CIE 15, L*), so that dimming is seen. */
export const brightness = (levelPercent: number) => clamp(levelPercent / 100) ** 0.62;

/** Lamps so far beside the view are drawn too: their light and the trees next to them reach into it. */
const besidePx = 400;

export interface LitLamp {
  readonly id: string;
  readonly xPx: number;
  readonly headPx: number;
  readonly footPx: number;
  /** Half the width of its pool of light. */
  readonly reachPx: number;
  readonly levelPercent: number;
}

/** The lamps in view, with what is beside it and shines in. */
export function lampsInView({ layout, state, motion, scrollPx }: Picture): LitLamp[] {
  const footPx = groundPx(layout, across.poleM);
  return lampsOf(state.units).flatMap(([id, unit]) => {
    const { heightM } = lampTruth(unit);
    const reachPx = heightM * edgeTangent * layout.pxPerM;
    const at = xPx(layout, unit.xM) - scrollPx;
    if (at < -besidePx || at > layout.viewportPx + besidePx) return [];
    const headPx = footPx - heightM * heightPxPerM(layout, across.poleM);
    return [{ id, xPx: at, headPx, footPx, reachPx, levelPercent: motion.levelOf(id) }];
  });
}

/** Light on something at `atPx`, 0 to about 1. */
export function lightAt(lamps: readonly LitLamp[], atPx: number): number {
  let light = 0;
  for (const { xPx: lampPx, reachPx, levelPercent } of lamps)
    light += pool(Math.abs(atPx - lampPx) / (1.5 * reachPx)) * brightness(levelPercent);
  return light;
}

/** Lamplight on the ground, and mirrored in a wet road. */
export function drawPools(picture: Picture, lamps: readonly LitLamp[]): void {
  const { context, layout, state, ambience } = picture;
  const night = 1 - 0.92 * ambience;
  const wet = clamp(state.weather.precipitationMmPerHour / 1.5);
  const edgePx = groundPx(layout, across.pavementM);
  context.save();
  context.beginPath();
  context.rect(0, edgePx, layout.viewportPx, layout.sceneHeightPx - edgePx);
  context.clip();
  context.globalCompositeOperation = "screen";
  for (const { xPx: x, footPx, reachPx, levelPercent } of lamps) {
    if (levelPercent < 0.1) continue;
    const light = brightness(levelPercent) * night;
    const depthPx = poolDepthPx(layout);
    context.globalAlpha = 0.8 * light;
    context.drawImage(poolSprite, x - 1.15 * reachPx, footPx + 12 - depthPx / 2, 2.3 * reachPx, depthPx);
    context.globalAlpha = 0.3 * light;
    context.drawImage(poolSprite, x - 2 * reachPx, footPx + 12 - 1.2 * depthPx, 4 * reachPx, 2.4 * depthPx);
    if (wet > 0) {
      context.globalAlpha = 0.6 * wet * light;
      context.drawImage(poolSprite, x - 16, footPx - 30, 32, layout.sceneHeightPx - footPx + 60);
    }
  }
  context.restore();
}

const poolDepthPx = ({ sceneHeightPx, horizonPx }: Layout) => 0.8 * (sceneHeightPx - horizonPx);

/** Lit air under the lamps and the glare around their heads. */
export function drawCones({ context, ambience }: Picture, lamps: readonly LitLamp[]): void {
  const night = 1 - 0.94 * ambience;
  context.globalCompositeOperation = "screen";
  for (const { xPx: x, headPx, footPx, reachPx, levelPercent } of lamps) {
    if (levelPercent < 0.1) continue;
    const light = brightness(levelPercent);
    context.globalAlpha = light * night;
    context.drawImage(coneSprite, x - 1.45 * reachPx, headPx, 2.9 * reachPx, (footPx - headPx) * 1.16);
    context.globalAlpha = light * (1 - 0.6 * ambience);
    const halo = 50 + 90 * light;
    context.drawImage(haloSprite, x - halo, headPx - halo, 2 * halo, 2 * halo);
  }
  context.globalAlpha = 1;
  context.globalCompositeOperation = "source-over";
}

/** A colour as it looks by natural light and lamplight together. */
export function lit(colour: Rgb, ambience: number, lamplight: number, darkest: Rgb): Rgb {
  const natural = mix(darkest, colour, ambience ** 1.2);
  const warm: Rgb = [colour[0], colour[1] * 0.86, colour[2] * 0.66];
  return mix(natural, warm, clamp(lamplight) * (1 - ambience) * 0.85);
}
