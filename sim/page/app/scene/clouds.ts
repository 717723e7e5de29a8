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
  for (let puff = 0; puff < 46; puff++) {
    const across = draws.normal(0, 0.19);
    const x = width * (0.5 + across);
    const radius = height * draws.uniform(0.12, 0.34) * (1 - Math.abs(across));
    const y = height * 0.68 - draws.uniform(0, 0.36) * height * (1 - 2 * Math.abs(across));
    if (x < radius || x > width - radius || y < radius) continue;
    const gradient = context.createRadialGradient(x, y, 0, x, y, radius);
    gradient.addColorStop(0, "rgb(255 255 255 / 0.36)");
    gradient.addColorStop(0.5, "rgb(255 255 255 / 0.2)");
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
  const day = mix(rgb("#2a3050"), white, ambience);
  const dusk = smoothStep(-8, -1, sunElevationDeg) * (1 - smoothStep(2, 12, sunElevationDeg));
  return mix(day, horizon, 0.65 * dusk);
}
