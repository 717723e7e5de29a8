/** In heights of the figure: x ahead, y downwards, the ground at 0. */
export type Point = readonly [x: number, y: number];

/** A limb, or a tube of a bicycle: a line through its joints. */
export function limb(
  context: CanvasRenderingContext2D,
  points: readonly Point[],
  width: number,
  colour: string,
): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
}
