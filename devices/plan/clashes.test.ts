import { describe, expect, it } from "vitest";
import { hcSr501 } from "../chips/hc-sr501.ts";
import { ld2410 } from "../chips/ld2410.ts";
import { pca9685 } from "../chips/pca9685.ts";
import { tca9548a } from "../chips/tca9548a.ts";
import { veml7700 } from "../chips/veml7700.ts";
import type { Place } from "../part.ts";
import { clashFindings } from "./clashes.ts";
import { addressFindings } from "./i2c-addresses.ts";
import type { Fitted } from "./wiring.ts";

const at = (role: string, part: Fitted["part"], place: Place): Fitted => ({ role, part, place });
const i2c = (address: number): Place => ({ kind: "i2c", bus: 1, address });
const serial: Place = { kind: "serial", path: "/dev/ttyAMA0" };
const line: Place = { kind: "gpio", chip: "pinctrl-bcm2711", offset: 17 };

describe("clashes of parts, whatever the board", () => {
  it("are on each kind of wire, and the later part is to blame", () => {
    const parts = [
      at("light", veml7700, i2c(0x10)),
      at("radar", ld2410, serial),
      at("motion", hcSr501, line),
      at("road", veml7700, i2c(0x10)),
      at("reader", ld2410, serial),
      at("door", hcSr501, line),
    ];
    expect(clashFindings(parts).map(({ role, rule }) => [role, rule])).toEqual([
      ["road", "i2c-multiplexer-needed"],
      ["reader", "serial-not-shared"],
      ["door", "gpio-line-clash"],
    ]);
    expect(clashFindings(parts.slice(0, 3))).toEqual([]);
  });

  // PCA9685, section 7.1.1: LED All Call is at 0x70 after power-on.
  it("are not those with an all-call address, which hide no other clash", () => {
    const lamp = at("lamp", pca9685, i2c(0x40));
    const [one, other] = [at("mux", tca9548a, i2c(0x70)), at("second", tca9548a, i2c(0x70))];
    expect(addressFindings([lamp, one]).map(({ rule }) => rule)).toEqual(["i2c-all-call-clash"]);
    expect(clashFindings([lamp, one])).toEqual([]);
    expect(clashFindings([lamp, one, other])).toMatchObject([{ role: "second", rule: "i2c-address-clash" }]);
  });
});
