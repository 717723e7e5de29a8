import { random } from "../../../world/random.ts";
import { css, mix, type Rgb, rgb } from "../colour.ts";
import { across, groundPx, heightPxPerM, xPx } from "../layout.ts";
import { type LitLamp, lightAt, lit } from "./light.ts";
import type { Picture } from "./picture.ts";

const night = rgb("#0b0f1d");
const pavement = { day: rgb("#b8b2a7"), night: rgb("#181c2b") };
const road = { day: rgb("#777b82"), night: rgb("#0f1320") };
const verge = { day: rgb("#7d9163"), night: rgb("#0f1620") };

/** Far verge, pavement, carriageway, near pavement: strips across the view. */
export function drawGround(picture: Picture): void {
  const { context, layout, sky, ambience } = picture;
  const tone = ({ day, night: dark }: { day: Rgb; night: Rgb }) =>
    css(mix(mix(dark, day, ambience ** 1.2), sky.horizon, 0.1));
  const { carriagewayM, pavementM } = across;
  const strip = (fromPx: number, toPx: number, colour: string) => {
    context.fillStyle = colour;
    context.fillRect(0, fromPx, layout.viewportPx, toPx - fromPx);
  };
  const farKerb = groundPx(layout, carriagewayM);
  const nearKerb = groundPx(layout, -carriagewayM);
  strip(layout.horizonPx - 1, groundPx(layout, pavementM), tone(verge));
  strip(groundPx(layout, pavementM), farKerb, tone(pavement));
  strip(farKerb, nearKerb, tone(road));
  strip(nearKerb, layout.sceneHeightPx, tone(pavement));
  const kerb = css(mix(rgb("#2a3044"), rgb("#d7d3ca"), ambience ** 1.2));
  strip(farKerb, farKerb + 2, kerb);
  strip(nearKerb - 3, nearKerb, kerb);
  drawCentreLine(picture);
}

/** Dashes of 3 m with gaps of 6 m. */
function drawCentreLine({ context, layout, ambience, scrollPx }: Picture): void {
  const y = groundPx(layout, 0);
  context.fillStyle = css(mix(rgb("#333a4f"), rgb("#e6e6e0"), ambience ** 1.2), 0.9);
  for (let xM = 0; xM < layout.lengthM; xM += 9) {
    const x = xPx(layout, xM) - scrollPx;
    if (x > -100 && x < layout.viewportPx) context.fillRect(x, y, 3 * layout.pxPerM, 2);
  }
}

interface Tree {
  /** Share of the way from one lamp to the next. */
  readonly between: number;
  readonly heightM: number;
  readonly puffs: readonly (readonly [x: number, y: number, radius: number])[];
}

const draws = random(5, "trees");
const trees: readonly Tree[] = Array.from({ length: 7 }, () => ({
  between: draws.uniform(0.42, 0.58),
  heightM: draws.uniform(3.4, 4.6),
  puffs: Array.from({ length: 11 }, () => {
    const angle = draws.uniform(0, 6.28);
    const radius = draws.uniform(0, 0.26);
    return [
      Math.cos(angle) * radius,
      0.66 + Math.sin(angle) * radius * 0.9,
      draws.uniform(0.13, 0.22),
    ] as const;
  }),
}));
const leaf = rgb("#6b8f4e");
const bark = rgb("#7b6a58");

/** Trees behind the far pavement, between the lamps: dark at night, warm on the side of a lamp. */
export function drawTrees(picture: Picture, lamps: readonly LitLamp[]): void {
  const { context, layout, ambience } = picture;
  const ordered = [...lamps].sort((a, b) => a.xPx - b.xPx);
  const footPx = groundPx(layout, across.pavementM) - 1;
  for (const [index, lamp] of ordered.entries()) {
    const next = ordered[index + 1];
    if (!next) break;
    const tree = trees[Math.abs(hash(lamp.id)) % trees.length]!;
    const x = lamp.xPx + (next.xPx - lamp.xPx) * tree.between;
    const heightPx = tree.heightM * heightPxPerM(layout, across.poleM);
    context.fillStyle = css(lit(bark, ambience, 0.4 * lightAt(lamps, x), night));
    context.fillRect(x - 2.5, footPx - heightPx * 0.55, 5, heightPx * 0.55);
    for (const [puffX, puffY, radius] of tree.puffs) {
      const at = x + puffX * heightPx;
      const shade = 0.86 + 0.5 * (puffY - 0.6);
      const light = 0.6 * lightAt(lamps, at + Math.sign(puffX) * 14);
      const colour = lit([leaf[0] * shade, leaf[1] * shade, leaf[2] * shade], ambience, light, night);
      context.fillStyle = css(colour);
      context.beginPath();
      context.arc(at, footPx - puffY * heightPx, radius * heightPx, 0, 2 * Math.PI);
      context.fill();
    }
  }
}

const hash = (text: string) => [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7);
