import { mmc5603 } from "#devices/chips/mmc5603.ts";
import { field, RegisterTwin, tagged } from "./registers.ts";
import type { TwinDefinition, TwinEnvironment } from "./twin.ts";

/** Measurement times by code of BW, in milliseconds. */
const measurementMs = [6.6, 3.5, 2, 1.2];
/** The datasheet names no time for the temperature: taken as that of the slowest field measurement. */
const temperatureMs = 6.6;

const countsPerMicrotesla = 163.84;
const nullField = 524_288;
const axes = ["X", "Y", "Z"] as const;

const INTERNAL_CONTROL_1 = 0x1c;
const Meas_t_done = 0x80;
const Meas_m_done = 0x40;
const OTP_read_done = 0x10;

/**
 * MMC5603NJ: single measurements of field or temperature, each as the world is when it ends. The field needs twice
 * its time with automatic SET and RESET. Continuous mode, self-test, thresholds and SET or RESET alone are only
 * known by name.
 */
class Mmc5603Twin extends RegisterTwin {
  readonly part = mmc5603;
  #done = 0;
  #endMeasurement: () => void = () => {};

  constructor(environment: TwinEnvironment) {
    super(mmc5603, environment, { width: 8 });
    this.define({
      Xout0: { at: 0x00, access: "r", reset: 0 },
      Xout1: { at: 0x01, access: "r", reset: 0 },
      Yout0: { at: 0x02, access: "r", reset: 0 },
      Yout1: { at: 0x03, access: "r", reset: 0 },
      Zout0: { at: 0x04, access: "r", reset: 0 },
      Zout1: { at: 0x05, access: "r", reset: 0 },
      Xout2: { at: 0x06, access: "r", reset: 0 },
      Yout2: { at: 0x07, access: "r", reset: 0 },
      Zout2: { at: 0x08, access: "r", reset: 0 },
      Tout: { at: 0x09, access: "r", reset: 0 },
      Status1: {
        at: 0x18,
        access: "r",
        reset: 0,
        fields: {
          Meas_t_done: field(7),
          Meas_m_done: field(6),
          Sat_sensor: tagged(5),
          OTP_read_done: field(4),
        },
        read: () => OTP_read_done | this.#done,
      },
      ODR: { at: 0x1a, access: "w", reset: 0, tagged: true },
      InternalControl0: {
        at: 0x1b,
        access: "w",
        reset: 0,
        fields: {
          Cmm_freq_en: tagged(7),
          Auto_st_en: tagged(6),
          Auto_SR_en: field(5),
          Do_Reset: tagged(4),
          Do_Set: tagged(3),
          TM_T: field(1),
          TM_M: field(0),
        },
        written: (value) => this.#started(value),
      },
      InternalControl1: {
        at: INTERNAL_CONTROL_1,
        access: "w",
        reset: 0,
        fields: {
          SW_reset: field(7),
          YZ_inhibit: tagged(4, 3),
          X_inhibit: tagged(2),
          BW: field(1, 0),
        },
        written: (value) => {
          if (value & 0x80) this.powerOn();
          return true;
        },
      },
      InternalControl2: { at: 0x1d, access: "w", reset: 0, tagged: true },
      ST_X_TH: { at: 0x1e, access: "rw", reset: 0, tagged: true },
      ST_Y_TH: { at: 0x1f, access: "rw", reset: 0, tagged: true },
      ST_Z_TH: { at: 0x20, access: "rw", reset: 0, tagged: true },
      ST_X: { at: 0x27, access: "r", reset: 0, tagged: true },
      ST_Y: { at: 0x28, access: "r", reset: 0, tagged: true },
      ST_Z: { at: 0x29, access: "r", reset: 0, tagged: true },
      ProductId: { at: 0x39, access: "r", reset: 0x10 },
    });
  }

  protected override powerOn(): void {
    super.powerOn();
    this.#endMeasurement();
    this.#done = 0;
  }

  #started(value: number): undefined {
    const isField = (value & 1) !== 0;
    const isTemperature = (value & 2) !== 0;
    if (isField && isTemperature) this.untouchable.add("InternalControl0: TM_M and TM_T together");
    else if (isField) {
      const once = measurementMs[this.value(INTERNAL_CONTROL_1) & 3]!;
      this.#measure(value & 0x20 ? 2 * once : once, Meas_m_done, () => this.#loadField());
    } else if (isTemperature) this.#measure(temperatureMs, Meas_t_done, () => this.#loadTemperature());
  }

  #measure(durationMs: number, done: number, load: () => void): void {
    const { loop } = this.environment;
    this.#endMeasurement();
    this.#done &= ~done;
    this.#endMeasurement = loop.at(loop.now + durationMs, () => {
      load();
      this.#done |= done;
    });
  }

  #loadField(): void {
    for (const [index, axis] of axes.entries()) {
      const counts = nullField + this.senses.now(`magneticFluxDensity${axis}`) * countsPerMicrotesla;
      const word = Math.min(Math.max(Math.round(counts), 0), 0xfffff);
      this.store(2 * index, word >> 12);
      this.store(2 * index + 1, (word >> 4) & 0xff);
      this.store(6 + index, (word & 0xf) << 4);
    }
  }

  #loadTemperature(): void {
    const counts = Math.round((this.senses.now("dieTemperature") + 75) / 0.8);
    this.store(0x09, Math.min(Math.max(counts, 0), 0xff));
  }
}

export const twin = {
  part: mmc5603,
  create: (environment: TwinEnvironment) => new Mmc5603Twin(environment),
} satisfies TwinDefinition;
