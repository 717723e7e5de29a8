/**
 * Eastron SDM230-Modbus: single-phase meter for the DIN rail, 230 V, up to 100 A directly, on RS-485
 * (SDM230Modbus Smart Meter Modbus Protocol Implementation V1.4). MID approved for billing. It lives off the mains
 * that it measures: without, it is silent, and reading it is a `timeout`.
 *
 * Address, speed and parity are set at its button, or by writing holding registers after its password was entered
 * there; neither is done from here, and its counters are never reset.
 */

import { eastron } from "../meters/eastron.ts";
import { meterPart } from "../meters/meter.ts";
import { sdm230Map } from "../meters/sdm230.ts";

export const sdm230 = meterPart({
  id: "sdm230",
  title: "energy meter, single phase",
  maker: "Eastron",
  datasheet: "SDM230Modbus Smart Meter Modbus Protocol Implementation V1.4",
  // Mains; RS-485.
  electrical: { supply: "own", currentMaxMa: 0, logic: "rs-485" },
  speed: { baudRate: 2_400, dataBits: 8, parity: "none", stopBits: 1 },
  factoryUnit: eastron.factoryUnit,
  map: sdm230Map,
});
