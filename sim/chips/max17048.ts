import { max17048 } from "#devices/chips/max17048.ts";
import { field, type RegisterTable, RegisterTwin, tagged } from "./registers.ts";
import type { TwinDefinition, TwinEnvironment } from "./twin.ts";

/** The cell voltage is measured so often, and first so long after power-on; the charge is estimated a second after. */
const conversionMs = 250;
const estimateMs = 1_000;

/**
 * MAX17048: the registers hold what the last conversion found, and zero before the first. The world sets what the
 * gauge would estimate: its model of the cell is not simulated, nor are hibernation, alerts, sleep and quick-start,
 * which are only known by name.
 */
class Max17048Twin extends RegisterTwin {
  readonly part = max17048;
  #poweredAtMs = 0;

  constructor(environment: TwinEnvironment) {
    super(max17048, environment, { width: 16, byteOrder: "big" });
    this.define({ ...this.#results(), ...this.#settings() });
  }

  /** Registers are words at even addresses. */
  protected override next(pointer: number): number {
    return (pointer + 2) & 0xff;
  }

  protected override powerOn(): void {
    super.powerOn();
    this.#poweredAtMs = this.environment.loop.now;
  }

  #results(): RegisterTable {
    const counts = (channel: string, unitsPerCount: number, firstMs: number) => () =>
      Math.round(this.#converted(channel, firstMs) / unitsPerCount) & 0xffff;
    return {
      VCELL: { at: 0x02, access: "r", reset: 0, read: counts("cellVoltage", 0.000078125, conversionMs) },
      SOC: { at: 0x04, access: "r", reset: 0, read: counts("stateOfCharge", 1 / 256, estimateMs) },
      VERSION: { at: 0x08, access: "r", reset: 0x0012 },
      CRATE: { at: 0x16, access: "r", reset: 0, read: counts("chargeRate", 0.208, estimateMs) },
    };
  }

  #settings(): RegisterTable {
    return {
      MODE: { at: 0x06, access: "w", reset: 0, tagged: true },
      HIBRT: { at: 0x0a, access: "rw", reset: 0x8030, tagged: true },
      CONFIG: { at: 0x0c, access: "rw", reset: 0x971c, tagged: true },
      VALRT: { at: 0x14, access: "rw", reset: 0x00ff, tagged: true },
      VRESET_ID: { at: 0x18, access: "rw", reset: 0x9600, tagged: true },
      STATUS: {
        at: 0x1a,
        access: "rw",
        reset: 0x0100,
        fields: {
          EnVr: tagged(14),
          SC: tagged(13),
          HD: tagged(12),
          VR: tagged(11),
          VL: tagged(10),
          VH: tagged(9),
          RI: field(8),
        },
      },
      TABLE: { at: 0x40, access: "w", reset: 0, tagged: true },
      CMD: { at: 0xfe, access: "w", reset: 0xffff, tagged: true },
    };
  }

  /** The channel at the last conversion; 0 before the first. */
  #converted(channel: string, firstMs: number): number {
    const sinceMs = this.environment.loop.now - this.#poweredAtMs;
    if (sinceMs < firstMs) return 0;
    return this.senses.at(channel, this.#poweredAtMs + sinceMs - (sinceMs % conversionMs));
  }
}

export const twin = {
  part: max17048,
  create: (environment: TwinEnvironment) => new Max17048Twin(environment),
} satisfies TwinDefinition;
