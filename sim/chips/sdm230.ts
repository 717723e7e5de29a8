import { sdm230 } from "#devices/chips/sdm230.ts";
import { taggedRows } from "./float-registers.ts";
import { importKwh, reactive, SdmTwin } from "./sdm-twin.ts";
import type { TwinDefinition, TwinEnvironment } from "./twin.ts";

/** SDM230-Modbus: input registers by address (Modbus Protocol V1.4, section 1.2). */
class Sdm230Twin extends SdmTwin {
  constructor(environment: TwinEnvironment) {
    super(environment, {
      part: sdm230,
      mains: { channels: ["voltage"], voltsMin: 176 },
      initial: { voltage: 230, frequency: 50, powerFactor: 1 },
      rows: (sensed) => {
        const voltAmps = () => sensed("voltage") * sensed("current");
        return new Map([
          [0x0000, { name: "Line to neutral volts", value: () => sensed("voltage") }],
          [0x0006, { name: "Current", value: () => sensed("current") }],
          [0x000c, { name: "Active power", value: () => sensed("activePower") }],
          [0x0012, { name: "Apparent power", value: voltAmps }],
          [0x0018, { name: "Reactive power", value: () => reactive(voltAmps(), sensed("activePower")) }],
          [0x001e, { name: "Power factor", value: () => sensed("powerFactor") }],
          [0x0046, { name: "Frequency", value: () => sensed("frequency") }],
          [0x0048, { name: "Import active energy", value: () => importKwh(sensed("activeEnergy")) }],
          ...taggedRows({
            36: "Phase angle",
            74: "Export active energy",
            76: "Import reactive energy",
            78: "Export reactive energy",
            84: "Total system power demand",
            86: "Maximum total system power demand",
            258: "Current demand",
            264: "Maximum current demand",
            342: "Total active energy",
            344: "Total reactive energy",
          }),
        ]);
      },
    });
  }
}

export const twin = {
  part: sdm230,
  create: (environment: TwinEnvironment) => new Sdm230Twin(environment),
} satisfies TwinDefinition;
