import { random } from "./random.ts";

const blockLength = 64;
const blocksKept = 8;

export interface RedNoiseOptions {
  /** Distance of the grid's points in time. */
  readonly stepMs: number;
  /** Time after which the correlation has fallen to 1/e. */
  readonly correlationMs: number;
}

/**
 * A slow random wander that can be asked for at any instant, in any order: a first-order autoregression AR(1) on
 * a fixed grid, mean 0 and variance 1 there, with a Catmull-Rom curve between the points. Each block of the grid
 * has its own stream and starts from its predecessors' draws, seven correlation times back (e⁻⁷ < 0.001 is cut
 * off), so nothing depends on what was asked before, and only a few blocks are kept.
 */
export function redNoise(seed: number, stream: string, options: RedNoiseOptions): (unixMs: number) => number {
  const { stepMs, correlationMs } = options;
  const memory = Math.exp(-stepMs / correlationMs);
  const innovation = Math.sqrt(1 - memory * memory);
  const warmUpBlocks = Math.ceil((7 * correlationMs) / stepMs / blockLength);
  const blocks = new Map<number, Float64Array>();

  function generate(block: number): Float64Array {
    const values = new Float64Array(blockLength);
    let value = 0;
    for (let from = block - warmUpBlocks; from <= block; from++) {
      const draws = random(seed, `${stream} ${from}`);
      for (let at = 0; at < blockLength; at++) {
        value = memory * value + innovation * draws.normal(0, 1);
        values[at] = value;
      }
    }
    return values;
  }

  function point(index: number): number {
    const block = Math.floor(index / blockLength);
    let values = blocks.get(block);
    if (values === undefined) {
      values = generate(block);
      if (blocks.size >= blocksKept) blocks.delete(blocks.keys().next().value!);
      blocks.set(block, values);
    }
    return values[index - block * blockLength]!;
  }

  let at = Number.NaN;
  let [before, from, to, after] = [0, 0, 0, 0];
  return (unixMs) => {
    const index = Math.floor(unixMs / stepMs);
    if (index !== at) {
      [before, from, to, after] = [point(index - 1), point(index), point(index + 1), point(index + 2)];
      at = index;
    }
    const t = unixMs / stepMs - index;
    const curve = 2 * before - 5 * from + 4 * to - after;
    return from + 0.5 * t * (to - before + t * (curve + t * (3 * (from - to) + after - before)));
  };
}
