import { sdm630 } from "#devices/chips/sdm630.ts";
import { taggedRows } from "./float-registers.ts";
import { importKwh, reactive, SdmTwin } from "./sdm-twin.ts";
import type { TwinDefinition, TwinEnvironment } from "./twin.ts";

const phases = [1, 2, 3] as const;

/** SDM630-Modbus, three phases and four wires: input registers by address (protocol document, section 1.2.1). */
class Sdm630Twin extends SdmTwin {
  constructor(environment: TwinEnvironment) {
    super(environment, {
      part: sdm630,
      mains: { channels: ["voltage1", "voltage2", "voltage3"], voltsMin: 100 },
      initial: { voltage1: 230, voltage2: 230, voltage3: 230, frequency: 50 },
      rows: (sensed) => {
        const watts = () => sensed("activePower");
        const voltAmps = () =>
          phases.reduce((sum, phase) => sum + sensed(`voltage${phase}`) * sensed(`current${phase}`), 0);
        const factor = () => (voltAmps() === 0 ? 1 : Math.max(-1, Math.min(1, watts() / voltAmps())));
        return new Map([
          [0x0000, { name: "Phase 1 line to neutral volts", value: () => sensed("voltage1") }],
          [0x0002, { name: "Phase 2 line to neutral volts", value: () => sensed("voltage2") }],
          [0x0004, { name: "Phase 3 line to neutral volts", value: () => sensed("voltage3") }],
          [0x0006, { name: "Phase 1 current", value: () => sensed("current1") }],
          [0x0008, { name: "Phase 2 current", value: () => sensed("current2") }],
          [0x000a, { name: "Phase 3 current", value: () => sensed("current3") }],
          [0x0034, { name: "Total system power", value: watts }],
          [0x0038, { name: "Total system volt amps", value: voltAmps }],
          [0x003c, { name: "Total system VAr", value: () => reactive(voltAmps(), watts()) }],
          [0x003e, { name: "Total system power factor", value: factor }],
          [0x0042, { name: "Total system phase angle", value: () => (Math.acos(factor()) * 180) / Math.PI }],
          [0x0046, { name: "Frequency of supply voltages", value: () => sensed("frequency") }],
          [0x0048, { name: "Total import kWh", value: () => importKwh(sensed("activeEnergy")) }],
          ...taggedRows({
            12: "Phase 1 power",
            14: "Phase 2 power",
            16: "Phase 3 power",
            18: "Phase 1 volt amps",
            20: "Phase 2 volt amps",
            22: "Phase 3 volt amps",
            24: "Phase 1 volt amps reactive",
            26: "Phase 2 volt amps reactive",
            28: "Phase 3 volt amps reactive",
            30: "Phase 1 power factor",
            32: "Phase 2 power factor",
            34: "Phase 3 power factor",
            36: "Phase 1 phase angle",
            38: "Phase 2 phase angle",
            40: "Phase 3 phase angle",
            42: "Average line to neutral volts",
            46: "Average line current",
            48: "Sum of line currents",
            74: "Total export kWh",
            76: "Total import kVArh",
            78: "Total export kVArh",
            80: "Total VAh",
            82: "Ah",
            342: "Total kWh",
            344: "Total kVArh",
          }),
        ]);
      },
    });
  }
}

export const twin = {
  part: sdm630,
  create: (environment: TwinEnvironment) => new Sdm630Twin(environment),
} satisfies TwinDefinition;
