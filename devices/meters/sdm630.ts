import { activeEnergy, activePower, current, frequency, voltage } from "../quantities.ts";
import { eastron, importStep } from "./eastron.ts";
import { float32Step, type MeterRegister, meterMap } from "./register-map.ts";

const phaseVolts = { quantity: voltage, range: [0, 289] as const, step: float32Step(1) };
const phaseAmps = { quantity: current, range: [0, 100] as const, step: float32Step(1) };

const single = <Name extends string>(
  name: string,
  address: number,
  channel: Name,
  perUnit = 1,
): MeterRegister<Name> => ({ name, address, format: "float32", perUnit, channel });

/**
 * Input registers of the Eastron SDM630-Modbus (Modbus Protocol document, section 1.2.1), connected with three
 * phases and four wires; ranges from its user manual. A phase without mains is 0 V. Power is negative while more
 * flows back than is drawn.
 */
export const sdm630Map = meterMap({
  channels: {
    voltage1: phaseVolts,
    voltage2: phaseVolts,
    voltage3: phaseVolts,
    current1: phaseAmps,
    current2: phaseAmps,
    current3: phaseAmps,
    activePower: { quantity: activePower, range: [-86_700, 86_700], step: float32Step(1) },
    activeEnergy: { quantity: activeEnergy, range: [0, eastron.energyWhMax], step: importStep },
    frequency: { quantity: frequency, range: [45, 65], step: float32Step(1) },
  },
  answerMax: eastron.answerMax,
  registers: [
    single("Phase 1 line to neutral volts", 0x0000, "voltage1"),
    single("Phase 2 line to neutral volts", 0x0002, "voltage2"),
    single("Phase 3 line to neutral volts", 0x0004, "voltage3"),
    single("Phase 1 current", 0x0006, "current1"),
    single("Phase 2 current", 0x0008, "current2"),
    single("Phase 3 current", 0x000a, "current3"),
    single("Total system power", 0x0034, "activePower"),
    single("Frequency of supply voltages", 0x0046, "frequency"),
    single("Total import kWh", 0x0048, "activeEnergy", eastron.kwhPerWh),
  ],
});
