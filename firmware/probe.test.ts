import { expect, it } from "vitest";
import { bme280 } from "#devices/chips/bme280.ts";
import { pca9685 } from "#devices/chips/pca9685.ts";
import { veml7700 } from "#devices/chips/veml7700.ts";
import { twin as pca9685Twin } from "#sim/chips/pca9685.ts";
import { twin as veml7700Twin } from "#sim/chips/veml7700.ts";
import { Bench } from "#test/bench/bench.ts";
import { probeParts, probeReport } from "./probe.ts";

const at = (address: number) => ({ kind: "i2c", bus: 1, address }) as const;

it("finds what is there, says what is missing or something else, and goes on after both", async () => {
  const bench = new Bench();
  bench.solder(veml7700Twin, at(0x10));
  // Where the climate sensor should be, something else answers.
  bench.solder(veml7700Twin, at(0x76));
  bench.solder(pca9685Twin, at(0x40));
  const findings = await bench.outcome(
    probeParts(
      {
        light: { part: veml7700, place: at(0x10) },
        climate: { part: bme280, place: at(0x76) },
        spare: { part: bme280, place: at(0x77) },
        lamp: { part: pca9685, place: at(0x40) },
      },
      bench.ports,
    ),
  );
  expect(findings.map(({ role, fault }) => `${role} ${fault?.split(" ")[0] ?? "found"}`)).toEqual([
    "light found",
    "climate wrong-device",
    "spare no-acknowledge-address",
    "lamp found",
  ]);
  const report = probeReport(findings).split("\n");
  expect(report[0]).toMatch(/found +light +Vishay veml7700 +i2c-1 0x10/);
  expect(report[1]).toMatch(/missing +climate +Bosch Sensortec bme280 +i2c-1 0x76/);
  expect(report[2]).toContain("wrong-device");
  expect(report.at(-1)).toBe("2 of 4 parts found");
});
