import { type Random, random } from "../../../world/random.ts";
import { css, mix, type Rgb, rgb, smoothStep } from "../colour.ts";
import type { Picture } from "./picture.ts";

interface Window {
  readonly x: number;
  readonly y: number;
  /** Lit while at least this share of windows is. */
  readonly from: number;
  readonly cool: boolean;
}

interface Building {
  readonly x: number;
  readonly width: number;
  readonly height: number;
  readonly roof: "flat" | "gable" | "spire" | "mast";
  readonly windows: readonly Window[];
}

interface Row {
  readonly buildings: readonly Building[];
  readonly lengthPx: number;
  /** How far it moves when the street is scrolled: far things move less. */
  readonly parallax: number;
  /** Share of the sky in its colour: haze. */
  readonly haze: number;
  readonly windowPx: number;
}

const rows: readonly Row[] = [
  row(random(3, "far skyline"), {
    parallax: 0.06,
    haze: 0.72,
    windowPx: 2.2,
    heights: [0.16, 0.4],
    widths: [34, 90],
  }),
  row(random(4, "near skyline"), {
    parallax: 0.16,
    haze: 0.42,
    windowPx: 3.2,
    heights: [0.08, 0.25],
    widths: [60, 150],
  }),
];

interface RowStyle extends Pick<Row, "parallax" | "haze" | "windowPx"> {
  /** Shares of the horizon's height. */
  readonly heights: readonly [number, number];
  readonly widths: readonly [number, number];
}

function row(draws: Random, { heights, widths, ...style }: RowStyle): Row {
  const buildings: Building[] = [];
  let x = 0;
  while (x < 3_200) {
    const width = draws.uniform(...widths);
    const height = heights[0] + (heights[1] - heights[0]) * draws.uniform() ** 1.8;
    const chance = draws.uniform();
    const roof = chance < 0.5 ? "flat" : chance < 0.8 ? "gable" : chance < 0.9 ? "mast" : "spire";
    buildings.push({ x, width, height, roof, windows: windows(draws, width) });
    x += width + (draws.chance(0.25) ? draws.uniform(4, 26) : 0);
  }
  return { buildings, lengthPx: x, ...style };
}

const panes: Rgb = rgb("#1a2438");

/** A grid with gaps, from the roof down; those below the horizon are not seen. */
function windows(draws: Random, width: number): Window[] {
  const found: Window[] = [];
  const stepX = draws.uniform(8, 12);
  const stepY = draws.uniform(11, 15);
  for (let y = 9; y < 260; y += stepY)
    for (let x = 6; x < width - 7; x += stepX)
      if (draws.chance(0.8)) found.push({ x, y, from: draws.uniform(), cool: draws.chance(0.22) });
  return found;
}

/** Share of windows with light, by local hour: most in the evening, few before dawn. */
export function litShare(hour: number): number {
  const evening = smoothStep(15.5, 19.5, hour) * (1 - smoothStep(21.5, 24, hour));
  const afterMidnight = 0.16 * (1 - smoothStep(0, 2.5, hour)) + 0.16 * smoothStep(22.5, 24, hour);
  const morning = 0.42 * smoothStep(5, 7, hour) * (1 - smoothStep(8, 9.5, hour));
  return 0.05 + 0.55 * evening + afterMidnight + morning;
}

/** Silhouettes of a town against the sky, its windows lit as people are awake. */
export function drawSkyline(picture: Picture, hour: number): void {
  const { sky, ambience } = picture;
  const share = litShare(hour) * (1 - smoothStep(0.35, 0.75, ambience));
  for (const each of rows) {
    const ground = mix(rgb("#0b1022"), rgb("#6f7f93"), ambience ** 1.3);
    drawRow(picture, each, mix(ground, sky.horizon, each.haze * (0.35 + 0.5 * ambience)), share);
  }
}

function drawRow({ context, layout, scrollPx }: Picture, each: Row, colour: Rgb, share: number): void {
  const lit = { warm: new Path2D(), cool: new Path2D() };
  const dark = new Path2D();
  const walls = new Path2D();
  const shift = (scrollPx * each.parallax) % each.lengthPx;
  for (let turn = -shift; turn < layout.viewportPx; turn += each.lengthPx)
    for (const building of each.buildings) {
      const x = turn + building.x;
      if (x > layout.viewportPx || x + building.width < 0) continue;
      const top = layout.horizonPx * (1 - building.height);
      outline(walls, building, x, top, layout.horizonPx);
      for (const { x: across, y, from, cool } of building.windows) {
        if (top + y > layout.horizonPx - 8) break;
        const path = from >= share ? dark : cool ? lit.cool : lit.warm;
        path.rect(x + across, top + y, each.windowPx, each.windowPx * 1.5);
      }
    }
  context.fillStyle = css(colour);
  context.fill(walls);
  context.fillStyle = css(panes, 0.3 * (1 - each.haze));
  context.fill(dark);
  context.fillStyle = css([255, 205, 128], 0.95 - 0.45 * each.haze);
  context.fill(lit.warm);
  context.fillStyle = css([205, 222, 255], 0.75 - 0.45 * each.haze);
  context.fill(lit.cool);
}

function outline(path: Path2D, { width, roof }: Building, x: number, top: number, bottom: number): void {
  path.rect(x, top, width + 0.5, bottom - top);
  const middle = x + width / 2;
  const triangle = (left: number, peak: number, right: number, rise: number) => {
    path.moveTo(left, top);
    path.lineTo(peak, top - rise);
    path.lineTo(right, top);
    path.closePath();
  };
  if (roof === "gable") triangle(x, middle, x + width, Math.min(22, width * 0.22));
  if (roof === "spire") triangle(middle - 7, middle, middle + 7, 46);
  if (roof === "mast") path.rect(middle - 0.8, top - 26, 1.6, 26);
}
