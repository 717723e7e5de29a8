import { fnv1a32, random } from "../../../world/random.ts";
import { css, type Rgb, rgb, scale } from "../colour.ts";
import { across, groundPx, heightPxPerM } from "../layout.ts";
import { type LitLamp, lightAt, lit } from "./light.ts";
import type { Picture } from "./picture.ts";

/** In shares of the tree's height, from its foot. */
type Puff = readonly [x: number, y: number, radius: number];

interface Tree {
  /** Share of the way from one lamp to the next. */
  readonly between: number;
  readonly heightM: number;
  /** Leaves from the back to the front: each layer is lighter and higher than the last. */
  readonly layers: readonly (readonly Puff[])[];
}

const draws = random(5, "trees");
const trees: readonly Tree[] = Array.from({ length: 7 }, () => ({
  between: draws.uniform(0.42, 0.58),
  heightM: draws.uniform(3.4, 4.6),
  layers: [crown(15, 0.25, 0.15, 0), crown(11, 0.2, 0.1, 0.05), crown(9, 0.15, 0.065, 0.1)],
}));

function crown(puffs: number, spread: number, size: number, lift: number): Puff[] {
  const middle: Puff = [-lift * 0.3, 0.66 + lift, spread * 0.75];
  const around = Array.from({ length: puffs }, (_, index): Puff => {
    const angle = (index / puffs) * 2 * Math.PI + draws.uniform(-0.3, 0.3);
    const radius = spread * draws.uniform(0.5, 1);
    return [
      Math.cos(angle) * radius - lift * 0.3,
      0.66 + lift + Math.sin(angle) * radius * 0.85,
      size * draws.uniform(0.75, 1.2),
    ];
  });
  return [middle, ...around];
}

const night = rgb("#080c17");
const bark = rgb("#75634f");
const leaf = rgb("#6a9150");
const shades = [0.78, 0.92, 1.08];

/** Trees behind the far pavement, between the lamps: dark at night, warm on the side of a lamp. */
export function drawTrees(picture: Picture, lamps: readonly LitLamp[]): void {
  const { layout } = picture;
  const ordered = [...lamps].sort((a, b) => a.xPx - b.xPx);
  const footPx = groundPx(layout, across.pavementM) - 1;
  for (const [index, lamp] of ordered.entries()) {
    const next = ordered[index + 1];
    if (!next) break;
    const tree = trees[fnv1a32(lamp.id) % trees.length]!;
    const heightPx = tree.heightM * heightPxPerM(layout, across.poleM);
    drawTree(picture, lamps, tree, lamp.xPx + (next.xPx - lamp.xPx) * tree.between, footPx, heightPx);
  }
}

function drawTree(
  { context, ambience }: Picture,
  lamps: readonly LitLamp[],
  { layers }: Tree,
  x: number,
  footPx: number,
  heightPx: number,
): void {
  const colourAt = (colour: Rgb, atPx: number, share: number) =>
    css(lit(colour, ambience, share * lightAt(lamps, atPx), night));
  context.fillStyle = colourAt(bark, x, 0.6);
  context.beginPath();
  context.moveTo(x - 4, footPx);
  context.lineTo(x - 1.5, footPx - 0.6 * heightPx);
  context.lineTo(x + 1.5, footPx - 0.6 * heightPx);
  context.lineTo(x + 4, footPx);
  context.fill();
  for (const [depth, layer] of layers.entries()) {
    const green = scale(leaf, shades[depth]!);
    const light = 0.35 + 0.15 * depth;
    const gradient = context.createLinearGradient(x - 0.4 * heightPx, 0, x + 0.4 * heightPx, 0);
    for (const stop of [0, 0.25, 0.5, 0.75, 1])
      gradient.addColorStop(stop, colourAt(green, x + (stop - 0.5) * 0.9 * heightPx, light));
    context.fillStyle = gradient;
    context.beginPath();
    for (const [puffX, puffY, radius] of layer) {
      context.moveTo(x + puffX * heightPx, footPx - puffY * heightPx);
      context.arc(x + puffX * heightPx, footPx - puffY * heightPx, radius * heightPx, 0, 2 * Math.PI);
    }
    context.fill();
  }
}
