/**
 * Lite-On LTR-390UV-01: ambient light and ultraviolet light, through one converter that takes turns.
 * Datasheet DS86-2015-0004.
 *
 * Each sample is one conversion of light, a second one where another range serves better, and one of ultraviolet.
 * Every conversion sets all it depends on, from standby, so that no result can be taken for one of the other mode.
 * No window lies over the sensor: the formulas' window factor is 1.
 */
import { milliseconds } from "../duration.ts";
import { type Channels, type Driver, i2cPart, type Reading } from "../part.ts";
import { illuminance, uvIndex } from "../quantities.ts";
import { I2cDriver } from "./i2c-driver.ts";

/** Register map (DS86-2015-0004, "Register Set"); data registers begin with their lowest byte. */
export const Register = {
  MAIN_CTRL: 0x00,
  ALS_UVS_MEAS_RATE: 0x04,
  ALS_UVS_GAIN: 0x05,
  PART_ID: 0x06,
  MAIN_STATUS: 0x07,
  ALS_DATA: 0x0d,
  UVS_DATA: 0x10,
} as const;

/** MAIN_CTRL: ALS/UVS Enable and UVS_Mode; both clear is standby. */
const standby = 0;
const enable = 1 << 1;
const uvsMode = 1 << 3;

/** MAIN_STATUS: both are cleared when it is read. */
const powerOnStatus = 1 << 5;
const dataStatus = 1 << 3;

/** Part number in the upper half of PART_ID; the lower half is the revision. */
const partNumber = 0xb;

/** How a conversion is made: codes of gain and resolution, and what they mean in the formulas. */
export interface Range {
  readonly gainCode: number;
  readonly gain: number;
  readonly resolutionCode: number;
  readonly bits: number;
  readonly integrationMs: number;
}

const resolution18 = { resolutionCode: 0b010, bits: 18, integrationMs: 100 } as const;
const resolution20 = { resolutionCode: 0b000, bits: 20, integrationMs: 400 } as const;

/** Of light, from the most to the least sensitive: to 8.7 klx, 52 klx and 157 klx. */
export const ranges = {
  dim: { gainCode: 0b100, gain: 18, ...resolution20 },
  normal: { gainCode: 0b001, gain: 3, ...resolution18 },
  bright: { gainCode: 0b000, gain: 1, ...resolution18 },
} as const satisfies Record<string, Range>;

/** Ultraviolet is faint: the range for which the datasheet gives the sensitivity. */
export const uvRange: Range = ranges.dim;

/** Rate code of ALS_UVS_MEAS_RATE that repeats at once: a rate faster than the conversion is the conversion's. */
const rateFastest = 0b000;

/** ALS: lx = 0.6 × counts / (gain × integration), the integration in units of 100 ms. */
const luxPerCount = ({ gain, integrationMs }: Range) => 0.6 / (gain * (integrationMs / 100));

/** UVS: 2300 counts are UV index 1 at gain 18 and 20 bits, in proportion elsewhere. */
const indexPerCount = ({ gain, integrationMs }: Range) => 1 / (2_300 * (gain / 18) * (integrationMs / 400));

/** Below and above which the normal range of light is left. */
const dimLux = 5_000;
const brightLux = 50_000;

/** Longest wake-up from standby; and a conversion may take a quarter longer than it should. */
const wakeUpMsMax = 10;
const conversionTolerance = 1.25;

const channels = {
  illuminance: {
    quantity: illuminance,
    range: [0, 157_000] as const,
    step: (lux: number) =>
      luxPerCount(lux < dimLux - 1 ? ranges.dim : lux < brightLux - 1 ? ranges.normal : ranges.bright),
  },
  uvIndex: { quantity: uvIndex, range: [0, 30] as const, step: () => indexPerCount(uvRange) },
} satisfies Channels;

export const ltr390 = i2cPart({
  id: "ltr390",
  title: "ambient and ultraviolet light sensor",
  maker: "Lite-On",
  datasheet: "DS86-2015-0004",
  // Electrical characteristics: active mode.
  electrical: { supply: [1.7, 3.6], currentMaxMa: 0.11 },
  addresses: [0x53],
  channels,
  driver: (device, clock) => new Ltr390(device, clock),
});

class Ltr390 extends I2cDriver implements Driver<typeof channels> {
  async probe(): Promise<void> {
    const id = await this.device.readUint8(Register.PART_ID);
    if (id >> 4 !== partNumber)
      throw this.device.error("wrong-device", "read PART_ID", `0x${id.toString(16)}, expected 0xb2`);
  }

  /** Standby, and the power-on status cleared: from now on it tells of a reset. */
  async configure(): Promise<void> {
    await this.device.write(Register.MAIN_CTRL, standby);
    await this.device.readRegister(Register.MAIN_STATUS, 1);
  }

  async sample(): Promise<Reading<typeof channels>> {
    const lux = await this.#light(ranges.normal);
    const better = betterRange(lux);
    return {
      illuminance: better === ranges.normal ? lux : await this.#light(better),
      uvIndex: decodeUvs(await this.#convert(uvsMode, uvRange, Register.UVS_DATA), uvRange),
    };
  }

  async #light(range: Range): Promise<number> {
    return decodeAls(await this.#convert(0, range, Register.ALS_DATA), range);
  }

  /** One conversion, and back to standby. @returns the three bytes of its data register */
  async #convert(mode: number, range: Range, data: number): Promise<Uint8Array> {
    await this.device.write(Register.ALS_UVS_MEAS_RATE, (range.resolutionCode << 4) | rateFastest);
    await this.device.write(Register.ALS_UVS_GAIN, range.gainCode);
    await this.#status();
    await this.device.write(Register.MAIN_CTRL, enable | mode);
    await this.wait(milliseconds(wakeUpMsMax + conversionTolerance * range.integrationMs));
    const status = await this.#status();
    if (!(status & dataStatus))
      throw this.device.error("timeout", "read MAIN_STATUS", "conversion is not ready");
    const bytes = await this.device.readRegister(data, 3);
    await this.device.write(Register.MAIN_CTRL, standby);
    return bytes;
  }

  /** MAIN_STATUS, which this clears. After a reset the part stands by in settings that nobody asked for. */
  async #status(): Promise<number> {
    const status = await this.device.readUint8(Register.MAIN_STATUS);
    if (status & powerOnStatus)
      throw this.device.error("not-ready", "read MAIN_STATUS", "reset since it was configured");
    return status;
  }
}

/** The range in which to measure light again, given what the normal range saw; the same when that serves. */
export function betterRange(lux: number): Range {
  if (lux < dimLux) return ranges.dim;
  return lux < brightLux ? ranges.normal : ranges.bright;
}

/** lx of the bytes of ALS_DATA. NaN when the counter is full: the light is beyond the range. */
export const decodeAls = (bytes: Uint8Array, range: Range) => counts(bytes, range) * luxPerCount(range);

/** UV index of the bytes of UVS_DATA. NaN when the counter is full. */
export const decodeUvs = (bytes: Uint8Array, range: Range) => counts(bytes, range) * indexPerCount(range);

/** Low byte first; the upper four bits are reserved. */
function counts([low, middle, high]: Uint8Array, { bits }: Range): number {
  const value = low! | (middle! << 8) | ((high! & 0x0f) << 16);
  return value >= 2 ** bits - 1 ? Number.NaN : value;
}
