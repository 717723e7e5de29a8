import type { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import type { JohnnyFive } from "#firmware/johnny-five/program.ts";
import { twin as lis3dh } from "#sim/chips/lis3dh.ts";
import { Bench } from "#test/bench/bench.ts";
import { runOnBench } from "./johnny-five.ts";

const standardGravity = 9.80665;

/**
 * It divides by 16,380 counts per g, as if full scale were 2 g to the count. The datasheet gives 1 mg per digit of
 * 12 bits in words of 16 (DocID17530, table 4), which is 16,000: by its word johnny-five reads 2.3 % too low.
 */
const countsPerGOfJohnnyFive = 16_380;
const countsPerG = 16_000;

describe("johnny-five's LIS3DH", () => {
  interface Accelerometer extends EventEmitter {
    readonly x: number;
    readonly y: number;
    readonly z: number;
  }
  type WithAccelerometer = {
    readonly Accelerometer: new (options: {
      controller: "LIS3DH";
      address: number;
      range: 2;
    }) => Accelerometer;
  };

  it("reads from the twin what the twin was set to", async () => {
    const bench = new Bench();
    const twin = bench.solder(lis3dh, { kind: "i2c", bus: 1, address: 0x19 });
    let judge: Accelerometer | undefined;
    const program = await runOnBench(bench, (five) => {
      judge = new (five as JohnnyFive & WithAccelerometer).Accelerometer({
        controller: "LIS3DH",
        address: 0x19,
        range: 2,
      });
    });
    for (const [x, y, z] of [
      [0, 0, 1],
      [0, 0, -1],
      [1, -1, 0],
      [-0.001, 0.001, 0.5],
      [1.999, -1.999, 1.5],
      [0.123, -0.456, 0.789],
    ] as const) {
      for (const [axis, g] of Object.entries({ X: x, Y: y, Z: z }))
        twin.set(`acceleration${axis}`, g * standardGravity);
      await bench.pass(500);
      const seen = [judge!.x, judge!.y, judge!.z].map((g) => (g * countsPerGOfJohnnyFive) / countsPerG);
      for (const [index, g] of [x, y, z].entries()) expect(Math.abs(seen[index]! - g)).toBeLessThan(0.0015);
    }
    await program.close();
  });
});
