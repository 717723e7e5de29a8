import { random } from "../../../world/random.ts";
import { clamp, css } from "../colour.ts";
import { freezesBelowC } from "../format.ts";
import type { Picture } from "./picture.ts";

interface Drop {
  readonly x: number;
  readonly y: number;
  /** 0.6 far to 1.4 near. */
  readonly depth: number;
}

const draws = random(6, "precipitation");
const drops: readonly Drop[] = Array.from({ length: 700 }, () => ({
  x: draws.uniform(),
  y: draws.uniform(),
  depth: draws.uniform(0.6, 1.4),
}));
/** At this rate all of them fall. */
const fullMmPerHour = 8;

/** Rain as slanting strokes, snow as flakes: more of them the more falls, slanting with the wind. */
export function drawPrecipitation({ context, layout, state, breathMs, ambience }: Picture): void {
  const { precipitationMmPerHour: rate, temperatureC, windSpeedMps } = state.weather;
  if (rate < 0.05) return;
  const falling = drops.slice(0, Math.round(drops.length * clamp(0.12 + rate / fullMmPerHour)));
  const isSnow = temperatureC < freezesBelowC;
  const slant = clamp(windSpeedMps / (isSnow ? 4 : 14), 0, 1.2);
  const fallPx = (breathMs / 1_000) * (isSnow ? 60 : 760);
  const path = new Path2D();
  for (const { x, y, depth } of falling) {
    const atY = (y * layout.sceneHeightPx + fallPx * depth) % layout.sceneHeightPx;
    const spanPx = layout.viewportPx + layout.sceneHeightPx;
    const atX = ((x * spanPx + slant * (fallPx * depth)) % spanPx) - layout.sceneHeightPx / 2;
    if (isSnow) path.rect(atX + 5 * Math.sin(atY / 30 + 9 * x), atY, 2 * depth, 2 * depth);
    else {
      path.moveTo(atX, atY);
      path.lineTo(atX - slant * 15 * depth, atY - 15 * depth);
    }
  }
  const colour = css([205, 218, 240], isSnow ? 0.8 : 0.24 + 0.14 * ambience);
  if (isSnow) {
    context.fillStyle = colour;
    context.fill(path);
    return;
  }
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.stroke(path);
}
