/**
 * Maxim (Analog Devices) DS3231: battery-backed clock with a temperature-compensated crystal, ±2 ppm.
 * Datasheet 19-5170 (rev. 10).
 *
 * It keeps UTC, in 24-hour mode. Its oscillator-stop flag decides whether its time may be believed. It converts
 * its temperature every 64 s, and once more for each sample.
 */
import { milliseconds } from "../duration.ts";
import { type Channels, type Driver, everywhere, i2cPart, type Reading } from "../part.ts";
import type { DeviceErrorKind } from "../ports/i2c.ts";
import { instant, temperature } from "../quantities.ts";
import { I2cDriver } from "./i2c-driver.ts";

/** Figure 1, timekeeping registers. */
export const Register = { Seconds: 0x00, Control: 0x0e, Status: 0x0f, TemperatureMsb: 0x11 } as const;

const timeLength = 7;

/** Bits of Control and Status. */
const EOSC = 1 << 7;
const CONV = 1 << 5;
const OSF = 1 << 7;
/** Status bits that always read 0: with the calendar's limits, all that tells this part from another. */
const statusZero = 0b0111_0000;

/** tCONV, the longest temperature conversion ("AC electrical characteristics"). */
const conversionMsMax = 200;

/** The century bit set means 2100 to 2199. */
const firstYear = 2_000;

const channels = {
  time: {
    quantity: instant,
    range: [Date.UTC(firstYear, 0, 1) / 1_000, Date.UTC(firstYear + 100, 0, 1) / 1_000 - 1] as const,
    step: everywhere(1),
  },
  temperature: { quantity: temperature, range: [-40, 85] as const, step: everywhere(0.25) },
} satisfies Channels;

export const ds3231 = i2cPart({
  id: "ds3231",
  title: "battery-backed clock",
  maker: "Analog Devices",
  datasheet: "19-5170",
  // DC electrical characteristics: active, and converting the temperature.
  electrical: { supply: [2.3, 5.5], currentMaxMa: 0.65 },
  addresses: [0x68],
  channels,
  driver: (device, clock) => new Ds3231(device, clock),
});

class Ds3231 extends I2cDriver implements Driver<typeof channels> {
  async probe(): Promise<void> {
    const [, status] = await this.device.readRegister(Register.Control, 2);
    await this.#time(status!, "wrong-device");
  }

  /** The oscillator goes on when only the battery is left. */
  async configure(): Promise<void> {
    const control = await this.device.readUint8(Register.Control);
    if (control & EOSC) await this.device.write(Register.Control, control & ~EOSC);
  }

  /** @returns Unix seconds and °C; NaN for a time that is not to be believed: the oscillator had stopped */
  async sample(): Promise<Reading<typeof channels>> {
    await this.device.write(Register.Control, (await this.device.readUint8(Register.Control)) | CONV);
    await this.wait(milliseconds(conversionMsMax));
    const [control, status] = await this.device.readRegister(Register.Control, 2);
    if (control! & CONV) throw this.device.error("timeout", "read Control", "CONV is still set");
    const time = await this.#time(status!, "not-ready");
    return {
      time: status! & OSF ? Number.NaN : time,
      temperature: decodeTemperature(await this.device.readRegister(Register.TemperatureMsb, 2)),
    };
  }

  /**
   * Sets the clock, at the next whole second: writing Seconds restarts the part's own count to the second.
   * @param unixMs Unix milliseconds now; RangeError outside 2000 to 2099
   */
  async setTime(unixMs: number): Promise<void> {
    const second = Math.ceil(unixMs / 1_000);
    const bytes = encodeTime(second);
    const waitMs = second * 1_000 - unixMs;
    if (waitMs > 0) await this.wait(milliseconds(waitMs));
    await this.device.write(Register.Seconds, ...bytes);
    await this.device.write(Register.Status, (await this.device.readUint8(Register.Status)) & ~OSF);
  }

  /** It has no identity: its calendar must be one, stopped or not, and what always reads 0 must. */
  async #time(status: number, otherwise: DeviceErrorKind): Promise<number> {
    const time = decodeTime(await this.device.readRegister(Register.Seconds, timeLength));
    if (Number.isNaN(time) || status & statusZero)
      throw this.device.error(otherwise, "read Seconds to Status", "not a calendar");
    return time;
  }
}

/** Two digits of four bits each; NaN for what is no digit. */
function decodeBcd(byte: number): number {
  const [tens, ones] = [byte >> 4, byte & 0xf];
  return tens > 9 || ones > 9 ? Number.NaN : 10 * tens + ones;
}

const encodeBcd = (value: number) => (Math.floor(value / 10) << 4) | (value % 10);

/** Hours, 0 to 23, of either mode: bit 6 tells 12-hour mode, in which bit 5 is PM. */
function decodeHours(byte: number): number {
  if (!(byte & 0x40)) return decodeBcd(byte);
  const hours = decodeBcd(byte & 0x1f);
  return hours >= 1 && hours <= 12 ? (hours % 12) + (byte & 0x20 ? 12 : 0) : Number.NaN;
}

/** Unix seconds of the registers Seconds to Year; NaN when they are no date. */
export function decodeTime(bytes: Uint8Array): number {
  const [seconds, minutes, hours, day, date, month, year] = bytes;
  const isDay = day! >= 1 && day! <= 7;
  const fields = [
    firstYear + (month! & 0x80 ? 100 : 0) + decodeBcd(year!),
    decodeBcd(month! & 0x7f) - 1,
    decodeBcd(date!),
    decodeHours(hours!),
    decodeBcd(minutes!),
    decodeBcd(seconds!),
  ] as const;
  const instant = new Date(Date.UTC(...fields));
  // A calendar that had to carry (31 February, second 60) was not a date.
  const found = [
    instant.getUTCFullYear(),
    instant.getUTCMonth(),
    instant.getUTCDate(),
    instant.getUTCHours(),
    instant.getUTCMinutes(),
    instant.getUTCSeconds(),
  ];
  return isDay && fields.every((field, index) => field === found[index])
    ? instant.getTime() / 1_000
    : Number.NaN;
}

/** The registers Seconds to Year, 24-hour mode, Monday being day 1. RangeError outside 2000 to 2099. */
export function encodeTime(unixSeconds: number): readonly number[] {
  const [min, max] = channels.time.range;
  if (!(unixSeconds >= min && unixSeconds <= max))
    throw new RangeError(
      `time ${unixSeconds} s is not from 2000-01-01 to 2099-12-31 UTC (${min} to ${max} s)`,
    );
  const instant = new Date(unixSeconds * 1_000);
  return [
    encodeBcd(instant.getUTCSeconds()),
    encodeBcd(instant.getUTCMinutes()),
    encodeBcd(instant.getUTCHours()),
    ((instant.getUTCDay() + 6) % 7) + 1,
    encodeBcd(instant.getUTCDate()),
    encodeBcd(instant.getUTCMonth() + 1),
    encodeBcd(instant.getUTCFullYear() % 100),
  ];
}

/** °C, −128 to 127.75 in quarters: two's complement in the upper ten bits ("temperature registers"). */
export function decodeTemperature(bytes: Uint8Array): number {
  return (((bytes[0]! << 24) | (bytes[1]! << 16)) >> 22) / 4;
}
