/**
 * Eastron SDM630-Modbus: three-phase meter for the DIN rail, 3 × 230/400 V, up to 100 A directly, on RS-485
 * (SDM630Modbus Smart Meter Modbus Protocol Implementation). MID approved for billing. It lives off the mains that
 * it measures: without, it is silent, and reading it is a `timeout`.
 *
 * Address, speed and parity are set at its buttons; its counters are never reset from here.
 */

import { eastron } from "../meters/eastron.ts";
import { meterPart } from "../meters/meter.ts";
import { sdm630Map } from "../meters/sdm630.ts";

export const sdm630 = meterPart({
  id: "sdm630",
  title: "energy meter, three phases",
  maker: "Eastron",
  datasheet: "SDM630Modbus Smart Meter Modbus Protocol Implementation",
  // Mains; RS-485.
  electrical: { supply: "own", currentMaxMa: 0, logic: "rs-485" },
  speed: { baudRate: 9_600, dataBits: 8, parity: "none", stopBits: 1 },
  factoryUnit: eastron.factoryUnit,
  map: sdm630Map,
});
