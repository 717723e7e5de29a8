import type { Part } from "#devices/part.ts";
import { type FloatRow, floatRegisters } from "./float-registers.ts";
import { MeterTwin } from "./meter-twin.ts";
import { Code } from "./modbus-slave.ts";
import type { TwinEnvironment } from "./twin.ts";

/** One of Eastron's SDM meters. */
export interface SdmDevice {
  readonly part: Part;
  readonly mains: { readonly channels: readonly string[]; readonly voltsMin: number };
  readonly initial: Readonly<Record<string, number>>;
  /** Input registers, by address. */
  readonly rows: (sensed: (channel: string) => number) => ReadonlyMap<number, FloatRow>;
}

const taggedCodes = new Map<number, string>([
  [Code.ReadHolding, "0x03 read holding registers (settings)"],
  [Code.WriteMultiple, "0x10 write holding registers (settings)"],
]);

/**
 * A meter of Eastron's SDM series: input registers of IEEE 754 singles. Where nothing was set, it hangs on 230 V,
 * 50 Hz without load. The time that it thinks, and that its counter counts whole Wh, are guesses: its documents
 * give neither.
 */
export class SdmTwin extends MeterTwin {
  constructor(environment: TwinEnvironment, { part, mains, initial, rows }: SdmDevice) {
    super(environment, (sensed) => {
      const untouchable = new Set<string>();
      const table = rows(sensed);
      const register = floatRegisters(table, untouchable);
      const named = (isModelled: boolean) =>
        [...table.values()]
          .filter(({ value }) => isModelled === (value !== undefined))
          .map(({ name }) => name);
      return {
        part,
        factoryUnit: 1,
        thinkMs: 40,
        mains,
        initial,
        // The last count that a single can tell from the first: 1e6 kWh.
        energyWhTop: 1e9 + 1,
        codes: [Code.ReadInput],
        // 40 parameters (protocol documents, section 1.2).
        answerMax: 80,
        taggedCodes,
        untouchable,
        honesty: { modelled: named(true), tagged: [...named(false), ...taggedCodes.values()] },
        read: (_code, address) => register(address),
      };
    });
  }
}

/** Import active energy in kWh, as counted in whole Wh. */
export const importKwh = (wh: number) => Math.floor(wh) / 1_000;

/** Reactive power in VAr without its sign. */
export const reactive = (voltAmps: number, watts: number) =>
  Math.sqrt(Math.max(voltAmps ** 2 - watts ** 2, 0));
