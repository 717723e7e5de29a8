/**
 * Peacefair PZEM-004T V3.0: single-phase meter, 80 to 260 V, 100 A through a current transformer, on Modbus RTU
 * (PZEM-004T V3.0 User Manual). Its energy counter counts whole Wh, survives power cuts and starts again from zero
 * after 9999.99 kWh. It measures only what flows through: power has no sign, so mind the transformer's direction.
 *
 * The measuring side lives off the mains that it measures: without mains it is silent, and reading it is a
 * `timeout`. Resetting the counter (function 0x42) is not offered: a counter never goes back.
 */

import { meterPart } from "../meters/meter.ts";
import { pzem004tMap } from "../meters/pzem004t.ts";

export const pzem004t = meterPart({
  id: "pzem004t",
  title: "energy meter",
  maker: "Peacefair",
  datasheet: "PZEM-004T V3.0 User Manual",
  // Section 1.3: 5 V for the side of the line. Its current is not stated: two optocouplers.
  electrical: { supply: [4.5, 5.5], currentMaxMa: 10 },
  // Sections 2.1 and 2.4 of the manual.
  speed: { baudRate: 9_600, dataBits: 8, parity: "none", stopBits: 1 },
  factoryUnit: 0x01,
  map: pzem004tMap,
});
