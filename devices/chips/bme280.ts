/**
 * Bosch BME280: air temperature, relative humidity and pressure.
 * Datasheet BST-BME280-DS001 (rev. 1.24).
 *
 * Used as section 3.5.1 advises for weather monitoring: forced mode, every oversampling ×1, filter off, so that
 * the part sleeps between samples and does not warm itself. Multi-byte data are high byte first, trimming
 * values low byte first.
 */
import { milliseconds } from "../duration.ts";
import { type Channels, type Driver, everywhere, i2cPart, type Reading } from "../part.ts";
import { pressure, relativeHumidity, temperature } from "../quantities.ts";
import { I2cDriver } from "./i2c-driver.ts";

/** Section 5.3, table 18; `calib` in two blocks. */
export const Register = {
  calib00: 0x88,
  id: 0xd0,
  calib26: 0xe1,
  ctrl_hum: 0xf2,
  status: 0xf3,
  ctrl_meas: 0xf4,
  config: 0xf5,
  press_msb: 0xf7,
} as const;

const calib00Length = 26;
const calib26Length = 7;
const dataLength = 8;

const chipId = 0x60;

/** Oversampling ×1 is code 1 in osrs_t, osrs_p and osrs_h (sections 5.4.3 and 5.4.5). */
const osrs = 1;
const forcedMode = 0b01;
export const ctrlMeasForced = (osrs << 5) | (osrs << 2) | forcedMode;

/** Bits of `status` (section 5.4.4). */
const measuring = 0b1000;
const imUpdate = 0b0001;

/** Start-up, in which the trimming values are copied from their memory (table 1). */
const startUpMsMax = 2;

/** Reset values of the data (table 18). Each alone is also an honest count: 0x80000 is about 26.5 °C. */
const empty: Counts = { adcT: 0x80000, adcP: 0x80000, adcH: 0x8000 };

/** The longest that one measurement takes (section 9.1), with the oversampling of each channel. */
export function measurementTimeMsMax(temperature: number, pressure: number, humidity: number): number {
  const bridge = (times: number) => (times === 0 ? 0 : 2.3 * times + 0.575);
  return 1.25 + 2.3 * temperature + bridge(pressure) + bridge(humidity);
}

/** The trimming values under their names of table 16. */
export interface Trimming {
  readonly T: readonly [number, number, number];
  readonly P: readonly [number, number, number, number, number, number, number, number, number];
  readonly H: readonly [number, number, number, number, number, number];
}

/** ADC counts as the data registers hold them. */
export interface Counts {
  readonly adcT: number;
  readonly adcP: number;
  readonly adcH: number;
}

const channels = {
  // One 16-bit count is 0.005 °C; the formulas of the maker differ among themselves by 0.01 °C.
  temperature: { quantity: temperature, range: [-40, 85] as const, step: everywhere(0.02) },
  humidity: { quantity: relativeHumidity, range: [0, 100] as const, step: everywhere(0.02) },
  // Without filter and at ×1 the pressure has 16 bits: 2.62 Pa (table 7).
  pressure: { quantity: pressure, range: [30_000, 110_000] as const, step: everywhere(4) },
} satisfies Channels;

export const bme280 = i2cPart({
  id: "bme280",
  title: "temperature, humidity and pressure sensor",
  maker: "Bosch Sensortec",
  datasheet: "BST-BME280-DS001",
  // Section 1, table 1: while it measures pressure.
  electrical: { supply: [1.71, 3.6], currentMaxMa: 0.714 },
  addresses: [0x76, 0x77],
  channels,
  driver: (device, clock) => new Bme280(device, clock),
});

class Bme280 extends I2cDriver implements Driver<typeof channels> {
  #trimming: Trimming | undefined;

  probe(): Promise<void> {
    return this.device.verify(Register.id, chipId, "read id");
  }

  async configure(): Promise<void> {
    await this.wait(milliseconds(startUpMsMax));
    if ((await this.device.readUint8(Register.status)) & imUpdate)
      throw this.device.error("not-ready", "read status", "im_update is still set");
    this.#trimming = decodeTrimming(
      await this.device.readRegister(Register.calib00, calib00Length),
      await this.device.readRegister(Register.calib26, calib26Length),
    );
    await this.device.write(Register.config, 0x00);
    await this.device.write(Register.ctrl_hum, osrs);
  }

  async sample(): Promise<Reading<typeof channels>> {
    await this.device.write(Register.ctrl_meas, ctrlMeasForced);
    await this.wait(milliseconds(measurementTimeMsMax(1, 1, 1)));
    const [ctrlHum, status, ctrlMeas] = await this.device.readRegister(Register.ctrl_hum, 3);
    if (!this.#trimming || ctrlHum !== osrs || ctrlMeas! >> 2 !== ctrlMeasForced >> 2)
      throw this.device.error("not-ready", "read ctrl_hum", "reset since it was configured");
    if (status! & measuring) throw this.device.error("timeout", "read status", "still measuring");
    const data = await this.device.readRegister(Register.press_msb, dataLength);
    return compensate(decodeCounts(data), this.#trimming);
  }
}

/** Trimming values of both `calib` blocks (section 4.2.2, table 16). */
export function decodeTrimming(calib00: Uint8Array, calib26: Uint8Array): Trimming {
  const low = new DataView(calib00.buffer, calib00.byteOffset, calib00Length);
  const high = new DataView(calib26.buffer, calib26.byteOffset, calib26Length);
  const u16 = (register: number) => low.getUint16(register - Register.calib00, true);
  const s16 = (register: number) => low.getInt16(register - Register.calib00, true);
  const nibbles = high.getUint8(4);
  return {
    T: [u16(0x88), s16(0x8a), s16(0x8c)],
    P: [u16(0x8e), s16(0x90), s16(0x92), s16(0x94), s16(0x96), s16(0x98), s16(0x9a), s16(0x9c), s16(0x9e)],
    H: [
      low.getUint8(0xa1 - Register.calib00),
      high.getInt16(0, true),
      high.getUint8(2),
      // Two signed 12-bit values share 0xE5.
      (high.getInt8(3) << 4) | (nibbles & 0xf),
      (high.getInt8(5) << 4) | (nibbles >> 4),
      high.getInt8(6),
    ],
  };
}

/** Counts of the eight data registers from 0xF7 on. */
export function decodeCounts(bytes: Uint8Array): Counts {
  const [p0, p1, p2, t0, t1, t2, h0, h1] = bytes;
  return {
    adcP: (p0! << 12) | (p1! << 4) | (p2! >> 4),
    adcT: (t0! << 12) | (t1! << 4) | (t2! >> 4),
    adcH: (h0! << 8) | h1!,
  };
}

/**
 * The floating point formulas of section 4.2.3 (appendix 8.1).
 * @returns °C, %RH (0 to 100) and Pa; NaN for all of them when nothing was measured since power-on
 */
export function compensate(counts: Counts, { T, P, H }: Trimming): Reading<typeof channels> {
  const { adcT, adcP, adcH } = counts;
  const isEmpty = adcT === empty.adcT && adcP === empty.adcP && adcH === empty.adcH;
  const fine = isEmpty ? Number.NaN : fineTemperature(adcT, T);
  return {
    temperature: fine / 5_120,
    humidity: humidityOf(adcH, fine, H),
    pressure: pressureOf(adcP, fine, P),
  };
}

/** `t_fine`: 5 120 per °C. */
function fineTemperature(adcT: number, [t1, t2, t3]: Trimming["T"]): number {
  const linear = (adcT / 16_384 - t1 / 1_024) * t2;
  return linear + (adcT / 131_072 - t1 / 8_192) ** 2 * t3;
}

function pressureOf(adcP: number, fine: number, P: Trimming["P"]): number {
  const [p1, p2, p3, p4, p5, p6, p7, p8, p9] = P;
  const t = fine / 2 - 64_000;
  const offset = (t * t * p6) / 32_768 / 4 + (t * p5 * 2) / 4 + p4 * 65_536;
  const sensitivity = (1 + ((p3 * t * t) / 524_288 + p2 * t) / 524_288 / 32_768) * p1;
  const linear = ((1_048_576 - adcP - offset / 4_096) * 6_250) / sensitivity;
  const bent = linear + ((p9 * linear * linear) / 2_147_483_648 + (linear * p8) / 32_768 + p7) / 16;
  return Number.isFinite(bent) ? bent : Number.NaN;
}

function humidityOf(adcH: number, fine: number, [h1, h2, h3, h4, h5, h6]: Trimming["H"]): number {
  const t = fine - 76_800;
  const slope = (h2 / 65_536) * (1 + (h6 / 67_108_864) * t * (1 + (h3 / 67_108_864) * t));
  const linear = (adcH - (h4 * 64 + (h5 / 16_384) * t)) * slope;
  return Math.min(Math.max(linear * (1 - (h1 * linear) / 524_288), 0), 100);
}
