import { describe, expect, it } from "vitest";
import { bme280 } from "../chips/bme280.ts";
import { hcSr501 } from "../chips/hc-sr501.ts";
import { ina226 } from "../chips/ina226.ts";
import { pzem004t } from "../chips/pzem004t.ts";
import { tca9548a } from "../chips/tca9548a.ts";
import { wiringOf, wiringText } from "./wiring.ts";

describe("the wiring of a unit", () => {
  it("is a tree: buses, addresses, multiplexers and what is behind their channels", () => {
    const mux = { address: 0x70, channel: 3 };
    const wires = wiringOf([
      { role: "motion", part: hcSr501, place: { kind: "gpio", chip: "pinctrl-bcm2711", offset: 17 } },
      { role: "tile2", part: ina226, place: { kind: "i2c", bus: 1, address: 0x41, behind: mux } },
      { role: "tile1", part: ina226, place: { kind: "i2c", bus: 1, address: 0x40, behind: mux } },
      {
        role: "tile9",
        part: ina226,
        place: { kind: "i2c", bus: 1, address: 0x40, behind: { ...mux, channel: 0 } },
      },
      { role: "mux", part: tca9548a, place: { kind: "i2c", bus: 1, address: 0x70 } },
      { role: "climate", part: bme280, place: { kind: "i2c", bus: 1, address: 0x76 } },
      { role: "outlet", part: pzem004t, place: { kind: "serial", path: "/dev/ttyAMA1", unit: 2 } },
      { role: "lamp", part: pzem004t, place: { kind: "serial", path: "/dev/ttyAMA0" } },
    ]);
    expect(wiringText(wires)).toBe(`i2c-1
├─ 0x70  mux: ${tca9548a.maker} tca9548a
│  ├─ channel 0
│  │  └─ 0x40  tile9: Texas Instruments ina226
│  └─ channel 3
│     ├─ 0x41  tile2: Texas Instruments ina226
│     └─ 0x40  tile1: Texas Instruments ina226
└─ 0x76  climate: Bosch Sensortec bme280
/dev/ttyAMA0
└─ lamp: Peacefair pzem004t
/dev/ttyAMA1
└─ unit 2  outlet: Peacefair pzem004t
pinctrl-bcm2711
└─ line 17  motion: ${hcSr501.maker} hc-sr501`);
  });

  it("is in the order of its addresses", () => {
    const at = (address: number) => ({ kind: "i2c", bus: 1, address }) as const;
    const roles = [0x5a, 0x20, 0x2a, 0x0f].map((address) => ({
      role: `at${address}`,
      part: bme280,
      place: at(address),
    }));
    expect(wiringOf(roles)[0]!.branches.map((branch) => branch.at)).toEqual(["0x0f", "0x20", "0x2a", "0x5a"]);
  });

  it("shows a multiplexer that fills no role", () => {
    const behind = { address: 0x71, channel: 0 };
    const wires = wiringOf([
      { role: "climate", part: bme280, place: { kind: "i2c", bus: 0, address: 0x77, behind } },
    ]);
    expect(wiringText(wires)).toBe(
      "i2c-0\n└─ 0x71\n   └─ channel 0\n      └─ 0x77  climate: Bosch Sensortec bme280",
    );
  });
});
