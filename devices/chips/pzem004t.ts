/**
 * Peacefair PZEM-004T V3.0: single-phase meter, 80 to 260 V, 100 A through a current transformer, on Modbus RTU
 * (PZEM-004T V3.0 User Manual). Its energy counter counts whole Wh, survives power cuts and starts again from zero
 * after 9999.99 kWh. It measures only what flows through: power has no sign, so mind the transformer's direction.
 *
 * The measuring side lives off the mains that it measures: without mains it is silent, and reading it is a
 * `timeout`. Resetting the counter (function 0x42) is not offered: a counter never goes back.
 */

import { Meter } from "../meters/meter.ts";
import { pzem004tMap } from "../meters/pzem004t.ts";
import { part, placeOf } from "../part.ts";

/** Section 2.1 of the manual. */
const speed = { baudRate: 9_600, dataBits: 8, parity: "none", stopBits: 1 } as const;

/** The slave address that the meter has when it leaves the factory (section 2.4). */
const factoryUnit = 0x01;

export const pzem004t = part({
  id: "pzem004t",
  title: "energy meter",
  maker: "Peacefair",
  datasheet: "PZEM-004T V3.0 User Manual",
  connection: { kind: "serial", speed },
  channels: pzem004tMap.channels,
  async open(place, ports) {
    const { path, unit = factoryUnit } = placeOf("serial", place);
    return new Meter(await ports.modbus.open(path, speed), unit, pzem004tMap);
  },
});
