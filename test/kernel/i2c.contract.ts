import { systemClock } from "#firmware/ports/clock.ts";
import { linuxI2cPort } from "#firmware/ports/i2c.ts";
import { i2cContract } from "#test/contracts/i2c.ts";
import { absentAddress, hiddenMemoryAddress, i2cBus, memoryAddress, multiplexer } from "./wiring.ts";

const port = linuxI2cPort(systemClock());
const common = { port, bus: i2cBus, memory: memoryAddress, absent: absentAddress, missingBus: 7 };

i2cContract("the Linux I2C port", () => common);
i2cContract("the Linux I2C port, behind a multiplexer,", () => ({
  ...common,
  behind: multiplexer,
  memory: hiddenMemoryAddress,
}));
