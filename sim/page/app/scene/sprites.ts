import { css, type Rgb } from "../colour.ts";

/** An image made once, pixel by pixel: `alpha` of (x, y), each from 0 to 1. */
export function sprite(
  widthPx: number,
  heightPx: number,
  colour: Rgb,
  alpha: (x: number, y: number) => number,
): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = widthPx;
  canvas.height = heightPx;
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(widthPx, heightPx);
  for (let row = 0; row < heightPx; row++)
    for (let column = 0; column < widthPx; column++) {
      const share = alpha((column + 0.5) / widthPx, (row + 0.5) / heightPx);
      image.data.set([...colour, 255 * share], 4 * (row * widthPx + column));
    }
  context.putImageData(image, 0, 0);
  return canvas;
}

interface Tint {
  readonly canvas: HTMLCanvasElement;
  colour: string;
}
const tints = new WeakMap<HTMLCanvasElement, Tint>();

/** A white sprite in another colour. The one made last is kept: colours of the sky change slowly. */
export function tinted(shape: HTMLCanvasElement, colour: Rgb): HTMLCanvasElement {
  const wanted = css(colour);
  let tint = tints.get(shape);
  if (!tint) {
    const canvas = document.createElement("canvas");
    canvas.width = shape.width;
    canvas.height = shape.height;
    tint = { canvas, colour: "" };
    tints.set(shape, tint);
  }
  if (tint.colour !== wanted) {
    const context = tint.canvas.getContext("2d")!;
    context.globalCompositeOperation = "copy";
    context.drawImage(shape, 0, 0);
    context.globalCompositeOperation = "source-in";
    context.fillStyle = wanted;
    context.fillRect(0, 0, shape.width, shape.height);
    tint.colour = wanted;
  }
  return tint.canvas;
}
