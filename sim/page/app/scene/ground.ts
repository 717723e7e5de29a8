import { css, mix, type Rgb, rgb } from "../colour.ts";
import { across, groundPx, xPx } from "../layout.ts";
import type { Picture } from "./picture.ts";

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
