import { setTimeout as realPause } from "node:timers/promises";
import { afterAll, beforeAll } from "vitest";
import { systemClock } from "#firmware/ports/clock.ts";
import { linuxI2cPort } from "#firmware/ports/i2c.ts";
import { i2cContract } from "#test/contracts/i2c.ts";
import { depth } from "./depth.ts";
import { FarSideVisitor } from "./far-side-visitor.ts";
import { absentAddress, hiddenMemoryAddress, i2cBus, memoryAddress, multiplexer } from "./wiring.ts";

let far: FarSideVisitor;
beforeAll(async () => {
  far = await FarSideVisitor.connect();
});
afterAll(() => far.leave());

const common = {
  port: linuxI2cPort(systemClock()),
  bus: i2cBus,
  memory: memoryAddress,
  absent: absentAddress,
  missingBus: 7,
  hold: () => far.perform({ what: "hold-bus" }),
  async release() {
    await far.perform({ what: "release-bus" });
    if (depth.hangMs > 0) await realPause(depth.hangMs);
  },
};

i2cContract("the Linux I2C port", () => common);
i2cContract("the Linux I2C port, behind a multiplexer,", () => ({
  ...common,
  behind: multiplexer,
  memory: hiddenMemoryAddress,
}));
