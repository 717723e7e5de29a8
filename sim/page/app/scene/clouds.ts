import { random } from "../../../world/random.ts";
import { mix, type Rgb, rgb, smoothStep, white } from "../colour.ts";
import type { Picture } from "./picture.ts";
import { tinted } from "./sprites.ts";

interface Cloud {
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
  readonly sprite: number;
  /** Cover at which it is there. */
  readonly from: number;
}

const spritePx = [512, 160] as const;
const draws = random(2, "clouds");
const shapes = Array.from({ length: 4 }, shape);
const clouds: readonly Cloud[] = Array.from({ length: 22 }, (_, index) => ({
  x: draws.uniform(),
  y: draws.uniform(0.03, 0.62),
  widthPx: draws.uniform(300, 760),
  sprite: index % shapes.length,
  from: (index / 22) * 0.85,
}));

/** Puffs along a flat base: densest in the middle. */
function shape(): HTMLCanvasElement {
  const [width, height] = spritePx;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d")!;
  for (let puff = 0; puff < 110; puff++) {
    const across = draws.normal(0, 0.15);
    const x = width * (0.5 + across);
    const radius = height * draws.uniform(0.1, 0.28) * (1 - 1.6 * Math.abs(across));
    const y = height * 0.7 - draws.uniform() ** 1.5 * 0.42 * height * (1 - 2.4 * Math.abs(across));
    if (Math.abs(across) > 0.34) continue;
    const gradient = context.createRadialGradient(x, y, 0, x, y, radius);
    gradient.addColorStop(0, "rgb(255 255 255 / 0.26)");
    gradient.addColorStop(0.5, "rgb(255 255 255 / 0.14)");
    gradient.addColorStop(1, "rgb(255 255 255 / 0)");
    context.fillStyle = gradient;
    context.beginPath();
    context.ellipse(x, y, radius * 1.5, radius * 0.8, 0, 0, 2 * Math.PI);
    context.fill();
  }
  return canvas;
}

export function drawClouds({ context, layout, state, sky, breathMs, ambience }: Picture): void {
  const { cloudCover, windSpeedMps } = state.weather;
  const colour = cloudColour(state.sunElevationDeg, sky.horizon, ambience);
  const driftPx = (breathMs / 1_000) * (1 + windSpeedMps);
  for (const { x, y, widthPx, sprite, from } of clouds) {
    const density = smoothStep(from, from + 0.18, cloudCover);
    if (density === 0) continue;
    const spanPx = layout.viewportPx + widthPx;
    const at = (x * spanPx + driftPx * (0.6 + y)) % spanPx;
    context.globalAlpha = density * (0.5 + 0.4 * ambience);
    const image = tinted(shapes[sprite]!, colour);
    context.drawImage(
      image,
      at - widthPx,
      y * layout.horizonPx,
      widthPx,
      (widthPx * spritePx[1]) / spritePx[0],
    );
  }
  context.globalAlpha = 1;
}

/** White by day, glowing at dusk, dim under a town's light at night. */
function cloudColour(sunElevationDeg: number, horizon: Rgb, ambience: number): Rgb {
  const day = mix(mix(rgb("#2d3050"), horizon, 0.5), white, ambience);
  const dusk = smoothStep(-8, -1, sunElevationDeg) * (1 - smoothStep(2, 12, sunElevationDeg));
  return mix(day, horizon, 0.65 * dusk);
}
