import { ltr390 } from "#devices/chips/ltr390.ts";
import { field, type RegisterTable, RegisterTwin, tagged } from "./registers.ts";
import type { TwinDefinition, TwinEnvironment } from "./twin.ts";

/** By code of ALS/UVS Resolution: bits, and milliseconds of one conversion; 13 bits at last, then reserved. */
const resolutions: readonly { readonly bits: number; readonly ms: number }[] = [
  { bits: 20, ms: 400 },
  { bits: 19, ms: 200 },
  { bits: 18, ms: 100 },
  { bits: 17, ms: 50 },
  { bits: 16, ms: 25 },
  { bits: 13, ms: 12.5 },
];

/** By code of ALS/UVS Measurement Rate. */
const rateMs = [25, 50, 100, 200, 500, 1_000, 2_000, 2_000] as const;

/** By code of ALS/UVS Gain Range. */
const gains = [1, 3, 6, 9, 18] as const;

/** From standby to the beginning of the first conversion: typical. */
const wakeUpMs = 5;

const MAIN_CTRL = 0x00;
const MEAS_RATE = 0x04;
const GAIN = 0x05;
const MAIN_STATUS = 0x07;
const ALS_DATA = 0x0d;
const UVS_DATA = 0x10;

const PowerOn = 1 << 5;
const NewData = 1 << 3;

/** A register that is documented and does nothing here. */
const named = (at: number, reset = 0) => ({ at, access: "rw", reset, tagged: true }) as const;

/**
 * LTR-390UV-01: converts light or ultraviolet, as UVS_Mode says, again and again while it is enabled; the data
 * registers hold the last whole conversion of their mode. Another rate, gain or mode begins a new conversion. The
 * interrupt and its thresholds are only known by name.
 */
class Ltr390Twin extends RegisterTwin {
  readonly part = ltr390;
  #enabledAtMs: number | undefined;
  #loaded = 0;

  constructor(environment: TwinEnvironment) {
    super(ltr390, environment, { width: 8 });
    const restart = () => this.#restart();
    this.define({
      MAIN_CTRL: {
        at: MAIN_CTRL,
        access: "rw",
        reset: 0x00,
        fields: { SW_Reset: field(4), UVS_Mode: field(3), ALS_UVS_Enable: field(1) },
        written: (value) => (value & (1 << 4) ? this.#softReset() : restart()),
      },
      ALS_UVS_MEAS_RATE: {
        at: MEAS_RATE,
        access: "rw",
        reset: 0x22,
        fields: { Resolution: field(6, 4), MeasurementRate: field(2, 0) },
        written: restart,
      },
      ALS_UVS_GAIN: {
        at: GAIN,
        access: "rw",
        reset: 0x01,
        fields: { GainRange: field(2, 0) },
        written: restart,
      },
      PART_ID: { at: 0x06, access: "r", reset: 0xb2 },
      MAIN_STATUS: {
        at: MAIN_STATUS,
        access: "r",
        reset: PowerOn,
        fields: { PowerOnStatus: field(5), InterruptStatus: tagged(4), DataStatus: field(3) },
        read: () => this.#status(),
      },
      ...this.#data("ALS_DATA", ALS_DATA),
      ...this.#data("UVS_DATA", UVS_DATA),
      INT_CFG: named(0x19, 0x10),
      INT_PST: named(0x1a),
      ALS_UVS_THRES_UP: named(0x21, 0xff),
      ALS_UVS_THRES_LOW: named(0x24),
    });
  }

  #data(name: string, at: number): RegisterTable {
    const byte = (index: number) => ({
      at: at + index,
      access: "r" as const,
      reset: 0,
      read: () => {
        this.#settle();
        return this.value(at + index);
      },
    });
    return { [`${name}_0`]: byte(0), [`${name}_1`]: byte(1), [`${name}_2`]: byte(2) };
  }

  protected override powerOn(): void {
    super.powerOn();
    this.#enabledAtMs = undefined;
    this.#loaded = 0;
  }

  /** The part resets before it can acknowledge the byte. */
  #softReset(): false {
    this.powerOn();
    return false;
  }

  #restart(): undefined {
    this.#loaded = 0;
    this.#enabledAtMs = this.value(MAIN_CTRL) & (1 << 1) ? this.environment.loop.now + wakeUpMs : undefined;
  }

  /** Loads what has been converted since anybody looked. */
  #settle(): void {
    const resolution = resolutions[(this.value(MEAS_RATE) >> 4) & 0b111];
    const gain = gains[this.value(GAIN) & 0b111];
    if (this.#enabledAtMs === undefined || !resolution || !gain) return;
    const periodMs = Math.max(resolution.ms, rateMs[this.value(MEAS_RATE) & 0b111]!);
    const begunMs = this.environment.loop.now - this.#enabledAtMs - resolution.ms;
    const ended = Math.max(Math.floor(begunMs / periodMs) + 1, 0);
    if (ended === this.#loaded) return;
    this.#loaded = ended;
    const endMs = this.#enabledAtMs + resolution.ms + (ended - 1) * periodMs;
    this.#load(endMs, gain * (resolution.ms / 100), 2 ** resolution.bits - 1);
  }

  /** @param exposure gain times integration, in units of 100 ms */
  #load(endMs: number, exposure: number, full: number): void {
    const isUvs = (this.value(MAIN_CTRL) & (1 << 3)) !== 0;
    // 0.6 lx is one count at exposure 1; UV index 1 is 2300 counts at gain 18 and 400 ms, an exposure of 72.
    const counts = isUvs
      ? (this.senses.at("uvIndex", endMs) * 2_300 * exposure) / 72
      : (this.senses.at("illuminance", endMs) * exposure) / 0.6;
    const word = Math.min(Math.round(counts), full);
    for (let index = 0; index < 3; index++)
      this.store((isUvs ? UVS_DATA : ALS_DATA) + index, (word >> (8 * index)) & 0xff);
    this.store(MAIN_STATUS, this.value(MAIN_STATUS) | NewData);
  }

  /** Both flags are gone once they were read. */
  #status(): number {
    this.#settle();
    const status = this.value(MAIN_STATUS);
    this.store(MAIN_STATUS, 0);
    return status;
  }
}

export const twin = {
  part: ltr390,
  create: (environment: TwinEnvironment) => new Ltr390Twin(environment),
} satisfies TwinDefinition;
