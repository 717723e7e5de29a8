import { bme280 } from "#devices/chips/bme280.ts";
import { field, type RegisterTable, RegisterTwin, tagged } from "./registers.ts";
import type { TwinDefinition, TwinEnvironment } from "./twin.ts";

/** Trimming of one plausible part: T and P as in the worked example of the BMP280 (BST-BMP280-DS001, 3.12). */
const T = [27504, 26435, -1000] as const;
const P = [36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000] as const;
const H = [75, 362, 0, 324, 0, 30] as const;

/** Bytes from 0x88 and from 0xE1 on (BST-BME280-DS001, table 16). */
const calib00 = [...[...T, ...P].flatMap((word) => [word & 0xff, (word >> 8) & 0xff]), 0, H[0]];
const calib26 = [
  H[1] & 0xff,
  H[1] >> 8,
  H[2],
  (H[3] >> 4) & 0xff,
  (H[3] & 0xf) | ((H[4] & 0xf) << 4),
  (H[4] >> 4) & 0xff,
  H[5] & 0xff,
];

/** What the data registers hold before the first measurement, and for a channel that is skipped. */
const empty = { press: 0x80000, temp: 0x80000, hum: 0x8000 } as const;

/** Standby between two measurements of normal mode, by code of t_sb (table 27). */
const standbyMs = [0.5, 62.5, 125, 250, 500, 1_000, 10, 20];

const forcedModes: readonly number[] = [0b01, 0b10];
const normalMode = 0b11;

/** Softreset is this word in `reset` (section 5.4.2). */
const resetWord = 0xb6;

/**
 * BME280: sleeps until a measurement is forced, then is `measuring` for as long as its oversampling asks, and
 * shows the result all at once; in normal mode it goes on by itself. The filter and SPI are only known by name.
 */
class Bme280Twin extends RegisterTwin {
  readonly part = bme280;
  #data: { press: number; temp: number; hum: number } = empty;
  #endMeasurement: (() => void) | undefined;
  /** Normal mode: since when, how long a measurement takes, and how many have been shown. */
  #normal: { readonly sinceMs: number; readonly measurementMs: number; shown: number } | undefined;
  /** Oversampling of humidity as latched by the last write to ctrl_meas (section 5.4.3). */
  #osrsH = 0;

  constructor(environment: TwinEnvironment) {
    super(bme280, environment, { width: 8 });
    this.define({
      ...constants("calib", 0x88, calib00),
      ...constants("calib_", 0xe1, calib26),
      id: { at: 0xd0, access: "r", reset: 0x60 },
      reset: { at: 0xe0, access: "w", reset: 0, written: (value) => this.#reset(value) },
      ctrl_hum: { at: 0xf2, access: "rw", reset: 0, fields: { osrs_h: field(2, 0) } },
      status: { at: 0xf3, access: "r", reset: 0, read: () => (this.#isMeasuring ? 0b1000 : 0) },
      ctrl_meas: {
        at: 0xf4,
        access: "rw",
        reset: 0,
        fields: { osrs_t: field(7, 5), osrs_p: field(4, 2), mode: field(1, 0) },
        written: (value) => this.#controlled(value),
      },
      config: {
        at: 0xf5,
        access: "rw",
        reset: 0,
        fields: { t_sb: field(7, 5), filter: tagged(4, 2), spi3w_en: tagged(0) },
      },
      ...this.#dataRegisters(),
    });
  }

  protected override powerOn(): void {
    super.powerOn();
    this.#endMeasurement?.();
    this.#endMeasurement = undefined;
    this.#normal = undefined;
    this.#data = empty;
    this.#osrsH = 0;
  }

  /** A write is pairs of register and value; only reads go on by themselves (section 6.2.1). */
  override write(bytes: Uint8Array): boolean {
    if (bytes.length <= 1) return super.write(bytes);
    for (let index = 0; index + 1 < bytes.length; index += 2) super.write(bytes.subarray(index, index + 2));
    return true;
  }

  #dataRegisters(): RegisterTable {
    const register = (at: number, read: () => number) => ({ at, access: "r", reset: 0, read }) as const;
    return {
      press_msb: register(0xf7, () => this.#shown().press >> 12),
      press_lsb: register(0xf8, () => (this.#shown().press >> 4) & 0xff),
      press_xlsb: register(0xf9, () => (this.#shown().press << 4) & 0xff),
      temp_msb: register(0xfa, () => this.#shown().temp >> 12),
      temp_lsb: register(0xfb, () => (this.#shown().temp >> 4) & 0xff),
      temp_xlsb: register(0xfc, () => (this.#shown().temp << 4) & 0xff),
      hum_msb: register(0xfd, () => this.#shown().hum >> 8),
      hum_lsb: register(0xfe, () => this.#shown().hum & 0xff),
    };
  }

  #reset(value: number): undefined {
    if (value === resetWord) this.powerOn();
  }

  #controlled(value: number): undefined {
    this.#osrsH = this.value(0xf2) & 7;
    const mode = value & 0b11;
    const { loop } = this.environment;
    this.#shown();
    this.#normal = undefined;
    if (mode === normalMode)
      this.#normal = { sinceMs: loop.now, measurementMs: this.#measurementMs(value), shown: 0 };
    else if (forcedModes.includes(mode) && !this.#endMeasurement)
      this.#endMeasurement = loop.at(loop.now + this.#measurementMs(value), () => this.#forcedEnded());
  }

  get #cycleMs(): number {
    return this.#normal!.measurementMs + standbyMs[this.value(0xf5) >> 5]!;
  }

  get #isMeasuring(): boolean {
    if (!this.#normal) return this.#endMeasurement !== undefined;
    const { sinceMs, measurementMs } = this.#normal;
    return (this.environment.loop.now - sinceMs) % this.#cycleMs < measurementMs;
  }

  /** The data registers now: in normal mode those of the last measurement that has ended. */
  #shown(): { press: number; temp: number; hum: number } {
    const normal = this.#normal;
    if (!normal) return this.#data;
    const { sinceMs, measurementMs } = normal;
    const ended = Math.floor((this.environment.loop.now - sinceMs - measurementMs) / this.#cycleMs) + 1;
    if (ended > normal.shown) this.#convert(sinceMs + (ended - 1) * this.#cycleMs + measurementMs);
    normal.shown = ended;
    return this.#data;
  }

  /** Between the typical and the longest time of section 9.1. */
  #measurementMs(ctrlMeas: number): number {
    const t = times(ctrlMeas >> 5);
    const p = times((ctrlMeas >> 2) & 7);
    const h = times(this.#osrsH);
    const typical = 1 + 2 * t + (p ? 2 * p + 0.5 : 0) + (h ? 2 * h + 0.5 : 0);
    const longest = 1.25 + 2.3 * t + (p ? 2.3 * p + 0.575 : 0) + (h ? 2.3 * h + 0.575 : 0);
    return typical + this.environment.random() * (longest - typical);
  }

  #forcedEnded(): void {
    this.#endMeasurement = undefined;
    this.#convert(this.environment.loop.now);
    this.store(0xf4, this.value(0xf4) & ~0b11);
  }

  #convert(atMs: number): void {
    const control = this.value(0xf4);
    const [osrsT, osrsP] = [control >> 5, (control >> 2) & 7];
    const adcT = adcOfTemperature(this.senses.at("temperature", atMs));
    const { fine } = integerTemperature(adcT);
    const adcP = adcOfPressure(this.senses.at("pressure", atMs), fine);
    const adcH = adcOfHumidity(this.senses.at("humidity", atMs), fine);
    this.#data = {
      temp: osrsT ? truncated(adcT, osrsT) : empty.temp,
      press: osrsP ? truncated(adcP, osrsP) : empty.press,
      hum: this.#osrsH ? adcH : empty.hum,
    };
  }
}

const constants = (name: string, first: number, bytes: readonly number[]): RegisterTable =>
  Object.fromEntries(
    bytes.map((reset, index) => [
      `${name}${(first + index).toString(16)}`,
      { at: first + index, access: "r", reset },
    ]),
  );

/** Oversampling by osrs code: 0 skips, 5 and above is ×16 (section 5.4.3). */
const times = (osrs: number) => (osrs === 0 ? 0 : 1 << (Math.min(osrs, 5) - 1));

/** Without filter a result has 15 bits and one more per osrs code (section 3.5, table 7). */
function truncated(adc: number, osrs: number): number {
  const unused = 5 - Math.min(osrs, 5);
  return (adc >> unused) << unused;
}

/** 32-bit formula of the maker (section 4.2.3): hundredths of °C, and `t_fine` for the other two. */
export function integerTemperature(adcT: number): { hundredths: number; fine: number } {
  const linear = Math.imul((adcT >> 3) - (T[0] << 1), T[1]) >> 11;
  const offset = (adcT >> 4) - T[0];
  const fine = linear + (Math.imul(Math.imul(offset, offset) >> 12, T[2]) >> 14);
  return { hundredths: (fine * 5 + 128) >> 8, fine };
}

/** 64-bit formula of the maker: 1/256 Pa. */
export function integerPressure(adcP: number, fine: number): number {
  const [p1, p2, p3, p4, p5, p6, p7, p8, p9] = P.map(BigInt);
  const t = BigInt(fine) - 128_000n;
  const offset = t * t * p6! + ((t * p5!) << 17n) + (p4! << 35n);
  const scale = (((1n << 47n) + (((t * t * p3!) >> 8n) + ((t * p2!) << 12n))) * p1!) >> 33n;
  if (scale === 0n) return 0;
  const linear = ((((1_048_576n - BigInt(adcP)) << 31n) - offset) * 3_125n) / scale;
  const squared = (p9! * (linear >> 13n) * (linear >> 13n)) >> 25n;
  return Number(((linear + squared + ((p8! * linear) >> 19n)) >> 8n) + (p7! << 4n));
}

/** 32-bit formula of the maker: 1/1024 %RH. */
export function integerHumidity(adcH: number, fine: number): number {
  const [h1, h2, h3, h4, h5, h6] = H;
  const t = fine - 76_800;
  const offset = ((adcH << 14) - (h4 << 20) - Math.imul(h5, t) + 16_384) >> 15;
  const bend = Math.imul(Math.imul(t, h6) >> 10, (Math.imul(t, h3) >> 11) + 32_768) >> 10;
  const slope = (Math.imul(bend + 2_097_152, h2) + 8_192) >> 14;
  const linear = Math.imul(offset, slope);
  const bent = linear - (Math.imul(Math.imul(linear >> 15, linear >> 15) >> 7, h1) >> 4);
  return Math.min(Math.max(bent, 0), 419_430_400) >> 12;
}

const adcOfTemperature = (celsius: number) =>
  solve(0xfffff, (adc) => integerTemperature(adc).hundredths >= Math.round(celsius * 100));

const adcOfPressure = (pascal: number, fine: number) =>
  solve(0xfffff, (adc) => integerPressure(adc, fine) <= pascal * 256);

const adcOfHumidity = (percent: number, fine: number) =>
  solve(0xffff, (adc) => integerHumidity(adc, fine) >= percent * 1_024);

/** The lowest count, 0 to `max`, from which `reached` holds; found by halving. */
function solve(max: number, reached: (adc: number) => boolean): number {
  let low = 0;
  let high = max;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reached(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

export const twin = {
  part: bme280,
  create: (environment: TwinEnvironment) => new Bme280Twin(environment),
} satisfies TwinDefinition;
