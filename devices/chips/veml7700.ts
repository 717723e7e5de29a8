/**
 * Vishay VEML7700: ambient light, 0 to 140 000 lx through a filter that follows the human eye.
 * Datasheet 84286 (rev. 1.8), application note 84323 (rev. 20-Jun-2023).
 *
 * It ranges by itself: over five decades no single gain and integration time will do. The registers are 16 bits,
 * low byte first.
 */
import { milliseconds } from "../duration.ts";
import { type Channels, type Driver, i2cPart, type Reading } from "../part.ts";
import { illuminance } from "../quantities.ts";
import { I2cDriver } from "./i2c-driver.ts";

/** Command codes (84286, table 1). */
export const Register = { ALS_CONF: 0x00, PSM: 0x03, ALS: 0x04, ID: 0x07 } as const;

/** ALS_GAIN, bits 12:11: relative sensitivity by code (84286, table 2). */
const gains = [
  { code: 0b10, factor: 1 / 8 },
  { code: 0b11, factor: 1 / 4 },
  { code: 0b00, factor: 1 },
  { code: 0b01, factor: 2 },
] as const;

/** ALS_IT, bits 9:6: integration time by code (84286, table 2). */
const integrationTimes = [
  { code: 0b1100, ms: 25 },
  { code: 0b1000, ms: 50 },
  { code: 0b0000, ms: 100 },
  { code: 0b0001, ms: 200 },
  { code: 0b0010, ms: 400 },
  { code: 0b0011, ms: 800 },
] as const;

/** A measuring range: codes for ALS_CONF and what one count means. */
export interface Range {
  readonly conf: number;
  readonly integrationMs: number;
  readonly luxPerCount: number;
  readonly isNonLinear: boolean;
}

/** 0.0042 lx per count at gain 2 and 800 ms, in proportion elsewhere (84286, "resolution and maximum"). */
const luxPerCount = (factor: number, ms: number) => 0.0042 * (2 / factor) * (800 / ms);

const range = (gain: (typeof gains)[number], time: (typeof integrationTimes)[number]): Range => ({
  conf: (gain.code << 11) | (time.code << 6),
  integrationMs: time.ms,
  luxPerCount: luxPerCount(gain.factor, time.ms),
  isNonLinear: gain.factor < 1,
});

/** From the least to the most sensitive: short times, then gain, then long times (84323, figure 24). */
export const ranges: readonly Range[] = [
  range(gains[0], integrationTimes[0]),
  range(gains[0], integrationTimes[1]),
  range(gains[0], integrationTimes[2]),
  range(gains[1], integrationTimes[2]),
  range(gains[2], integrationTimes[2]),
  range(gains[3], integrationTimes[2]),
  range(gains[3], integrationTimes[3]),
  range(gains[3], integrationTimes[4]),
  range(gains[3], integrationTimes[5]),
];

/** Counts below which a more sensitive range is taken, and above which a less sensitive one (84323, figure 24). */
const countsMin = 100;
const countsMax = 10_000;

/** The default range at power-on of this driver: gain 1/8, 100 ms, as 84323 begins. */
const firstRange = 2;

/** Low byte of ID is the device, high byte tells the address option (84286, table 8). */
const deviceId = 0x81;

const channels = {
  illuminance: {
    quantity: illuminance,
    range: [0, 120_000] as const,
    // A count of the least sensitive range that still counts to 100, stretched by the slope of the correction.
    step: (lux: number) =>
      Math.max(0.0042, Math.min(lux / countsMin, ranges[0]!.luxPerCount) * (1.1 + lux / 6_000)),
  },
} satisfies Channels;

export const veml7700 = i2cPart({
  id: "veml7700",
  title: "ambient light sensor",
  maker: "Vishay",
  datasheet: "84286",
  // Basic characteristics.
  electrical: { supply: [2.5, 3.6], currentMaxMa: 0.045 },
  addresses: [0x10],
  channels,
  driver: (device, clock) => new Veml7700(device, clock),
});

class Veml7700 extends I2cDriver implements Driver<typeof channels> {
  #range = firstRange;

  async probe(): Promise<void> {
    const id = await this.device.readRegister(Register.ID, 2);
    if (id[0] !== deviceId)
      throw this.device.error("wrong-device", "read ID", `0x${id[0]!.toString(16)}, expected 0x81`);
  }

  async configure(): Promise<void> {
    await this.device.write(Register.PSM, 0x00, 0x00);
    await this.#select(firstRange);
  }

  async sample(): Promise<Reading<typeof channels>> {
    await this.#checkConfiguration();
    let counts = await this.#counts();
    // From one end of the ranges to the other; light that flickers across a limit is taken as it is then.
    for (let tries = 1; tries < ranges.length; tries++) {
      const better = betterRange(this.#range, counts);
      if (better === this.#range) break;
      await this.#select(better);
      counts = await this.#counts();
    }
    return { illuminance: decodeAls(counts, ranges[this.#range]!) };
  }

  async #counts(): Promise<number> {
    const [low, high] = await this.device.readRegister(Register.ALS, 2);
    return low! | (high! << 8);
  }

  /** A part that lost its supply wakes up shut down, and would report darkness for ever. */
  async #checkConfiguration(): Promise<void> {
    const [low, high] = await this.device.readRegister(Register.ALS_CONF, 2);
    if ((low! | (high! << 8)) !== ranges[this.#range]!.conf)
      throw this.device.error("not-ready", "read ALS_CONF", "reset since it was configured");
  }

  /** Shut down, set, wake up, then wait: the first result needs 2.5 ms and one integration, twice to be sure. */
  async #select(index: number): Promise<void> {
    const { conf, integrationMs } = ranges[index]!;
    await this.device.write(Register.ALS_CONF, (conf & 0xff) | 1, conf >> 8);
    await this.device.write(Register.ALS_CONF, conf & 0xff, conf >> 8);
    this.#range = index;
    await this.wait(milliseconds(5 + 2 * integrationMs));
  }
}

/** The range to measure in next, given the counts of this one; the same when it serves, or is the last one. */
export function betterRange(index: number, counts: number): number {
  if (counts < countsMin && index < ranges.length - 1) return index + 1;
  if (counts > countsMax && index > 0) return index - 1;
  return index;
}

/**
 * Illuminance of the ALS register. At gain 1/4 and 1/8, which serve bright light, the sensor bends, and 84323
 * gives a polynomial of fourth degree to straighten it. 84323 asks for it above 1 000 lx; it is 0.5 % at 30 lx
 * and applied to these gains throughout, since a threshold would leave 1 000 to 1 075 lx without any reading.
 * @returns lx, 0 to 140 926 before correction; NaN when the counter is full: the light is beyond the range
 */
export function decodeAls(counts: number, { luxPerCount, isNonLinear }: Range): number {
  if (counts === 0xffff) return Number.NaN;
  const lux = counts * luxPerCount;
  return isNonLinear ? (((6.0135e-13 * lux - 9.3924e-9) * lux + 8.1488e-5) * lux + 1.0023) * lux : lux;
}
