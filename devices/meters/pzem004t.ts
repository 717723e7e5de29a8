import { everywhere } from "../part.ts";
import { activeEnergy, activePower, current, frequency, powerFactor, voltage } from "../quantities.ts";
import { meterMap } from "./register-map.ts";

/**
 * Input registers of the PZEM-004T V3.0 (user manual, section 2.3), for the 100 A model with its current
 * transformer; ranges from section 1. The energy counter is kept in Wh and shown up to 9999.99 kWh.
 */
export const pzem004tMap = meterMap({
  channels: {
    voltage: { quantity: voltage, range: [80, 260], step: everywhere(0.1) },
    current: { quantity: current, range: [0, 100], step: everywhere(0.001) },
    activePower: { quantity: activePower, range: [0, 23_000], step: everywhere(0.1) },
    activeEnergy: { quantity: activeEnergy, range: [0, 9_999_999], step: everywhere(1) },
    frequency: { quantity: frequency, range: [45, 65], step: everywhere(0.1) },
    powerFactor: { quantity: powerFactor, range: [0, 1], step: everywhere(0.01) },
  },
  registers: [
    { name: "Voltage value", address: 0x0000, format: "u16", perUnit: 10, channel: "voltage" },
    { name: "Current value", address: 0x0001, format: "u32le", perUnit: 1_000, channel: "current" },
    { name: "Power value", address: 0x0003, format: "u32le", perUnit: 10, channel: "activePower" },
    { name: "Energy value", address: 0x0005, format: "u32le", perUnit: 1, channel: "activeEnergy" },
    { name: "Frequency value", address: 0x0007, format: "u16", perUnit: 10, channel: "frequency" },
    { name: "Power factor value", address: 0x0008, format: "u16", perUnit: 100, channel: "powerFactor" },
    { name: "Alarm status", address: 0x0009, format: "u16", perUnit: 1, allowed: [0x0000, 0xffff] },
  ],
});
