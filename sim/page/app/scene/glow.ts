import { css, type Rgb } from "../colour.ts";
import { sprite } from "./sprites.ts";

const sizePx = 64;
const sprites = new Map<string, HTMLCanvasElement>();

/** Light around a small source, by colour: made once, then stamped. */
function glowSprite(colour: Rgb): HTMLCanvasElement {
  const key = css(colour);
  let made = sprites.get(key);
  if (!made) {
    made = sprite(sizePx, sizePx, colour, (x, y) => {
      const radius = Math.hypot(2 * x - 1, 2 * y - 1);
      return radius >= 1 ? 0 : Math.exp(-radius * 3.2) * (1 - radius);
    });
    sprites.set(key, made);
  }
  return made;
}

/** A glow of any proportions around a place. @param strength 0 to 1 */
export function glow(
  context: CanvasRenderingContext2D,
  colour: Rgb,
  [x, y]: readonly [x: number, y: number],
  [halfWidthPx, halfHeightPx]: readonly [halfWidthPx: number, halfHeightPx: number],
  strength: number,
): void {
  if (strength <= 0.01) return;
  context.save();
  context.globalCompositeOperation = "screen";
  context.globalAlpha = Math.min(1, strength);
  context.drawImage(glowSprite(colour), x - halfWidthPx, y - halfHeightPx, 2 * halfWidthPx, 2 * halfHeightPx);
  context.restore();
}
