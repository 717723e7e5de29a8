import { random } from "../../../world/random.ts";
import { clamp, css, mix, type Rgb, rgb, smoothStep, white } from "../colour.ts";
import type { Picture } from "./picture.ts";
import { starlight } from "./sky-colours.ts";

interface Star {
  /** Shares of the sky's width and height. */
  readonly x: number;
  readonly y: number;
  readonly sizePx: number;
  readonly brightness: number;
  readonly phase: number;
}

const draws = random(1, "stars");
const stars: readonly Star[] = Array.from({ length: 260 }, () => {
  const brightness = 0.25 + 0.75 * draws.uniform() ** 4;
  return {
    x: draws.uniform(),
    y: draws.uniform() ** 1.3,
    sizePx: 0.6 + 1.1 * brightness,
    brightness,
    phase: draws.uniform(0, 6.28),
  };
});

export function drawSky({ context, layout, sky }: Picture): void {
  const gradient = context.createLinearGradient(0, 0, 0, layout.horizonPx);
  gradient.addColorStop(0, css(sky.zenith));
  gradient.addColorStop(0.55, css(sky.middle));
  gradient.addColorStop(1, css(sky.horizon));
  context.fillStyle = gradient;
  context.fillRect(0, 0, layout.viewportPx, layout.horizonPx + 2);
}

/** Stars come out one after the other, the brightest first. */
export function drawStars({ context, layout, state, breathMs }: Picture): void {
  const out = starlight(state.sunElevationDeg, state.weather.cloudCover);
  if (out === 0) return;
  context.fillStyle = css([228, 234, 255]);
  for (const { x, y, sizePx, brightness, phase } of stars) {
    const twinkle = 0.85 + 0.15 * Math.sin(breathMs / 900 + phase);
    const low = 1 - 0.8 * y;
    context.globalAlpha = clamp(out * (1.6 * brightness + out - 0.6), 0, 1) * twinkle * low;
    context.fillRect(x * layout.viewportPx, y * layout.horizonPx, sizePx, sizePx);
  }
  context.globalAlpha = 1;
}

/**
 * Where a body stands that is looked at towards the equator's side: east left, west right over the page's width;
 * heights are drawn flatter than they are.
 */
function place(
  { layout, text }: Picture,
  azimuthDeg: number,
  elevationDeg: number,
  radiusPx: number,
): [xPx: number, yPx: number] {
  const share = (azimuthDeg - 60) / 240;
  const height = Math.sin((clamp(elevationDeg, -10, 90) * Math.PI) / 180);
  const x = share * layout.viewportPx;
  const y = layout.horizonPx * (1 - 0.98 * height ** (height > 0 ? 0.8 : 1)) - 6;
  return [x, clearOfText(text, x, y, radiusPx)];
}

const sunRadiusPx = 19;
const moonRadiusPx = 15;

/** So far below the text in the picture's corner sun and moon stay; to the right of it they rise to their own height. */
const gapPx = 8;
const risePx = 160;

/** Height on the page of a body that stands there, so that it is never behind the text. */
export function clearOfText(
  { rightPx, bottomPx }: Picture["text"],
  x: number,
  y: number,
  radiusPx: number,
): number {
  const lowPx = Math.max(0, bottomPx + gapPx + radiusPx - y);
  return y + lowPx * (1 - smoothStep(0, risePx, x - radiusPx - rightPx));
}

export function drawSun(picture: Picture): void {
  const { context, layout, state, sky } = picture;
  const { sunElevationDeg, sunAzimuthDeg, weather } = state;
  const shine = smoothStep(-9, 1, sunElevationDeg) * (1 - 0.8 * smoothStep(0.5, 1, weather.cloudCover));
  if (shine === 0) return;
  const [x, y] = place(picture, sunAzimuthDeg, Math.max(-8, sunElevationDeg), sunRadiusPx);
  const warmth = 1 - smoothStep(0, 14, sunElevationDeg);
  const light = mix(rgb("#fff6df"), rgb("#ff9a4d"), warmth);
  const reachPx = layout.horizonPx * (0.5 + 0.5 * warmth);
  const glow = context.createRadialGradient(x, y, 0, x, y, reachPx);
  glow.addColorStop(0, css(light, 0.75 * shine));
  glow.addColorStop(0.12, css(light, 0.36 * shine));
  glow.addColorStop(0.4, css(mix(light, sky.horizon, 0.3), 0.12 * shine));
  glow.addColorStop(1, css(mix(light, sky.horizon, 0.5), 0));
  context.fillStyle = glow;
  context.fillRect(0, 0, layout.viewportPx, layout.horizonPx);
  if (sunElevationDeg > -1.5) disc(context, x, y, sunRadiusPx, mix(white, light, warmth * 0.7), shine);
}

/** The moon with its phase: the terminator is half an ellipse. */
export function drawMoon(picture: Picture): void {
  const { context, state, ambience, sky } = picture;
  const { elevationDeg, azimuthDeg, illuminatedFraction: fraction, waxing } = state.moon;
  const seen =
    smoothStep(-1, 2, elevationDeg) *
    (1 - smoothStep(0.4, 0.95, state.weather.cloudCover)) *
    (1 - 0.75 * ambience);
  if (seen < 0.02) return;
  const radiusPx = moonRadiusPx;
  const [x, y] = place(picture, azimuthDeg, elevationDeg, radiusPx);
  const halo = context.createRadialGradient(x, y, radiusPx * 0.8, x, y, radiusPx * 7);
  halo.addColorStop(0, css([200, 212, 245], 0.28 * seen * fraction));
  halo.addColorStop(1, css([200, 212, 245], 0));
  context.fillStyle = halo;
  context.fillRect(x - 120, y - 120, 240, 240);
  disc(
    context,
    x,
    y,
    radiusPx,
    mix(sky.zenith, sky.middle, 0.5),
    0.6 * seen * (1 - smoothStep(0, 0.4, ambience)),
  );
  const side = waxing ? 1 : -1;
  const bulge = 1 - 2 * fraction;
  context.beginPath();
  context.arc(x, y, radiusPx, -Math.PI / 2, Math.PI / 2, side < 0);
  context.ellipse(x, y, Math.abs(bulge) * radiusPx, radiusPx, 0, Math.PI / 2, -Math.PI / 2, side * bulge > 0);
  context.fillStyle = css([240, 238, 226], seen);
  context.fill();
}

function disc(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  radiusPx: number,
  colour: Rgb,
  alpha: number,
) {
  context.beginPath();
  context.arc(x, y, radiusPx, 0, 2 * Math.PI);
  context.fillStyle = css(colour, alpha);
  context.fill();
}
