import { ads1115 } from "#devices/chips/ads1115.ts";
import { field, RegisterTwin, tagged } from "./registers.ts";
import type { TwinDefinition, TwinEnvironment } from "./twin.ts";

const CONVERSION = 0;
const CONFIG = 1;
const powerOnConfig = 0x8583;

/** By code of PGA and DR (SBAS444, section 8.1.3). */
const fullScaleVolts = [6.144, 4.096, 2.048, 1.024, 0.512, 0.256, 0.256, 0.256];
const samplesPerSecond = [8, 16, 32, 64, 128, 250, 475, 860];
/** By the lower bits of MUX. */
const inputs = ["voltage0", "voltage1", "voltage2", "voltage3"];
/** From the power-down state to the start of a conversion (section 7.4.2.1). */
const wakeUpMs = 0.025;

/**
 * ADS1115: a single-shot conversion against ground takes its time and reads what the input was at its end; input,
 * gain and rate hold from the write that started it. Differential inputs, continuous conversion and the comparator
 * are only known by name.
 */
class Ads1115Twin extends RegisterTwin {
  readonly part = ads1115;
  #isConverting = false;
  #endConversion: () => void = () => {};

  constructor(environment: TwinEnvironment) {
    super(ads1115, environment, { width: 16, byteOrder: "big" });
    this.define({
      Conversion: { at: CONVERSION, access: "r", reset: 0 },
      Config: {
        at: CONFIG,
        access: "rw",
        reset: powerOnConfig,
        fields: {
          OS: field(15),
          MUX: field(14, 12),
          PGA: field(11, 9),
          MODE: field(8),
          DR: field(7, 5),
          COMP_MODE: tagged(4),
          COMP_POL: tagged(3),
          COMP_LAT: tagged(2),
          COMP_QUE: tagged(1, 0),
        },
        read: () => (this.value(CONFIG) & 0x7fff) | (this.#isConverting ? 0 : 0x8000),
        written: (value) => this.#configured(value),
      },
      Lo_thresh: { at: 2, access: "rw", reset: 0x8000 },
      Hi_thresh: { at: 3, access: "rw", reset: 0x7fff },
    });
  }

  protected override powerOn(): void {
    super.powerOn();
    this.#endConversion();
    this.#isConverting = false;
  }

  /** The pointer stays where it was written (section 7.5.3). */
  protected override next(pointer: number): number {
    return pointer;
  }

  #configured(value: number): undefined {
    if (!(value & 0x100)) this.untouchable.add("Config.MODE continuous");
    // OS has no effect while a conversion is under way.
    if (!(value & 0x8000) || this.#isConverting) return;
    const mux = (value >> 12) & 7;
    if (!(mux & 0b100)) {
      this.untouchable.add(`Config.MUX ${mux}`);
      return;
    }
    const fullScale = fullScaleVolts[(value >> 9) & 7]!;
    const { loop } = this.environment;
    const channel = inputs[mux & 3]!;
    this.#isConverting = true;
    const endMs = loop.now + wakeUpMs + 1_000 / samplesPerSecond[(value >> 5) & 7]!;
    this.#endConversion = loop.quietlyAt(endMs, () => {
      this.#isConverting = false;
      const counts = Math.round((this.senses.at(channel, loop.now) / fullScale) * 0x8000);
      this.store(CONVERSION, Math.min(Math.max(counts, -0x8000), 0x7fff) & 0xffff);
    });
  }
}

export const twin = {
  part: ads1115,
  create: (environment: TwinEnvironment) => new Ads1115Twin(environment),
} satisfies TwinDefinition;
