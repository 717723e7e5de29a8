import { describe, expect, it } from "vitest";
import { contractsAtPreload, contractsInTimeTravel } from "#test/kernel/contracts.ts";

/** Bases of Raspberry Pi kernels before 6.6 and since (raspberrypi/linux #6084). */
const depths = {
  "the preload depth, where GPIO numbers begin at 0": await contractsAtPreload(0),
  "the preload depth, where GPIO numbers begin at 512": await contractsAtPreload(512),
  "the time-travel depth": await contractsInTimeTravel(),
};

const contracts = [
  "the system clock as a Clock",
  "the Linux I2C port as an I2cPort",
  "the Linux I2C port, behind a multiplexer, as an I2cPort",
  "the sysfs GPIO port as a GpioPort",
  "the tty port as a SerialPortPort",
];

describe.each(Object.entries(depths))("the ports of a board, unmodified, at %s", (_, cases) => {
  for (const { fullName, status, failureMessages } of cases)
    it(fullName, () => {
      expect({ status, failureMessages }).toEqual({ status: "passed", failureMessages: [] });
    });

  it.each(contracts)("hold to all of %s", (contract) => {
    const held = (of: typeof cases) =>
      of.filter(({ fullName }) => fullName.startsWith(`${contract} `)).length;
    expect(held(cases)).toBeGreaterThanOrEqual(9);
    // No depth has cases that another has not.
    expect(Object.values(depths).map(held)).toEqual(Object.values(depths).map(() => held(cases)));
  });
});
