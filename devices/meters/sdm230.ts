import { everywhere } from "../part.ts";
import { activeEnergy, activePower, current, frequency, powerFactor, voltage } from "../quantities.ts";
import { eastron, importStep } from "./eastron.ts";
import { float32Step, meterMap } from "./register-map.ts";

/**
 * Input registers of the Eastron SDM230-Modbus (Modbus Protocol V1.4, section 1.2); ranges from its user manual:
 * 176 to 276 V, up to 100 A. Power and power factor are negative while energy flows back.
 */
export const sdm230Map = meterMap({
  channels: {
    voltage: { quantity: voltage, range: [176, 276], step: float32Step(1) },
    current: { quantity: current, range: [0, 100], step: float32Step(1) },
    activePower: { quantity: activePower, range: [-27_600, 27_600], step: float32Step(1) },
    activeEnergy: { quantity: activeEnergy, range: [0, eastron.energyWhMax], step: importStep },
    frequency: { quantity: frequency, range: [45, 65], step: float32Step(1) },
    powerFactor: { quantity: powerFactor, range: [-1, 1], step: everywhere(2 ** -24) },
  },
  answerMax: eastron.answerMax,
  registers: [
    { name: "Line to neutral volts", address: 0x0000, format: "float32", perUnit: 1, channel: "voltage" },
    { name: "Current", address: 0x0006, format: "float32", perUnit: 1, channel: "current" },
    { name: "Active power", address: 0x000c, format: "float32", perUnit: 1, channel: "activePower" },
    { name: "Power factor", address: 0x001e, format: "float32", perUnit: 1, channel: "powerFactor" },
    { name: "Frequency", address: 0x0046, format: "float32", perUnit: 1, channel: "frequency" },
    {
      name: "Import active energy",
      address: 0x0048,
      format: "float32",
      perUnit: eastron.kwhPerWh,
      channel: "activeEnergy",
    },
  ],
});
