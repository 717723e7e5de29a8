import { describe, expect, it } from "vitest";
import type { JohnnyFive } from "#firmware/johnny-five/program.ts";
import { twin as pca9685 } from "#sim/chips/pca9685.ts";
import { Bench } from "#test/bench/bench.ts";
import { runOnBench } from "./johnny-five.ts";

describe("johnny-five's PCA9685", () => {
  it("drives the twin's outputs", async () => {
    const bench = new Bench();
    const twin = bench.solder(pca9685, { kind: "i2c", bus: 1, address: 0x47 });
    let led: InstanceType<JohnnyFive["Led"]> | undefined;
    const program = await runOnBench(bench, (five) => {
      led = new five.Led({ controller: "PCA9685", address: 0x47, pin: 0 });
    });
    expect(twin.pwmHz).toBeCloseTo(196.9, 1);
    const having = async (work: () => unknown) => {
      program.run(work);
      await bench.pass(5);
      return { duty: twin.duty(0), level: Math.round(twin.output("level")!) };
    };
    expect(await having(() => led!.on())).toEqual({ duty: 1, level: 0 });
    // 127 of 255: the control line is left at 5.02 V.
    expect(await having(() => led!.brightness(127))).toEqual({ duty: expect.closeTo(0.498, 2), level: 45 });
    expect(await having(() => led!.off())).toEqual({ duty: 0, level: 100 });
    await program.close();
  });
});
