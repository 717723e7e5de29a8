/**
 * Texas Instruments INA226: bus voltage 0 to 36 V, and the current through a shunt, either way.
 * Datasheet SBOS547 (rev. B).
 *
 * Each sample is one triggered conversion, averaged 16 times: 35 ms that smooth the ripple of a lamp driver.
 * Registers are 16 bits, high byte first.
 */
import { milliseconds } from "../duration.ts";
import { type Driver, i2cPart, type Reading } from "../part.ts";
import type { Clock } from "../ports/clock.ts";
import type { I2cDevice } from "../ports/i2c.ts";
import { I2cDriver } from "./i2c-driver.ts";
import {
  addresses,
  averages,
  type Calibration,
  conversionMsMax,
  currentAndPower,
  identify,
  inputChannels,
  type ShuntOptions,
} from "./ina.ts";

/** Section 7.6, table 4. */
export const Register = {
  Configuration: 0x00,
  ShuntVoltage: 0x01,
  BusVoltage: 0x02,
  Power: 0x03,
  Current: 0x04,
  Calibration: 0x05,
  MaskEnable: 0x06,
  ManufacturerId: 0xfe,
  DieId: 0xff,
} as const;

const dieId = 0x2260;

/** MODE, bits 2:0 (table 9): shunt and bus, triggered. */
const modeTriggered = 0b011;

/** Bit 14 of the Configuration Register reads 1 and means nothing. */
const configurationReserved = 0x4000;

/**
 * Configuration word for one triggered conversion of shunt and bus: AVG, bits 11:9, VBUSCT and VSHCT (tables 6 to 8).
 * @param averaging,conversion codes 0 to 7
 */
export const configuration = (averaging: number, conversion: number) =>
  configurationReserved | (averaging << 9) | (conversion << 6) | (conversion << 3) | modeTriggered;

const averagingCode = 2;
const conversionCode = 4;
const sampleMs = averages[averagingCode] * 2 * conversionMsMax[conversionCode];

/** CVRF and OVF of the Mask/Enable Register (section 7.6.7). */
const conversionReady = 1 << 3;
const mathOverflow = 1 << 2;

const busVoltsPerCount = 1.25e-3;
/** The power LSB is 25 times the current LSB (section 7.5.1). */
const powerPerCurrentLsb = 25;
const busVoltsMax = 36;

/**
 * Calibration of section 7.5.1, equations 1 and 2. The word is rounded down, so that the largest current fits.
 * RangeError for a shunt that the part cannot be calibrated to.
 */
export function calibration({ shuntOhms, currentAmpsMax }: ShuntOptions): Calibration {
  const wanted = currentAmpsMax / 0x7fff;
  const word = Math.floor(0.00512 / (wanted * shuntOhms) + 1e-9);
  if (!(word >= 1 && word <= 0x7fff))
    throw new RangeError(
      `a shunt of ${shuntOhms} Ω for ${currentAmpsMax} A needs calibration ${word}, which must be 1 to 32767`,
    );
  return { word, ampsPerCount: 0.00512 / (word * shuntOhms) };
}

const channelsOf = ({ shuntOhms, currentAmpsMax }: ShuntOptions, { ampsPerCount }: Calibration) =>
  inputChannels({
    busVoltsMax,
    busVoltsStep: busVoltsPerCount,
    ampsMax: currentAmpsMax,
    ampsStep: 2.5e-6 / shuntOhms + ampsPerCount,
    wattsPerCount: powerPerCurrentLsb * ampsPerCount,
  });

type Ina226Channels = ReturnType<typeof channelsOf>;

/** An INA226 with its shunt. Current flows from IN+ to IN− when it is positive. */
export function ina226With(shunt: ShuntOptions) {
  const calibrated = calibration(shunt);
  return i2cPart({
    id: "ina226",
    title: "DC voltage, current and power monitor",
    maker: "Texas Instruments",
    datasheet: "SBOS547",
    // Section 6.5.
    electrical: { supply: [2.7, 5.5], currentMaxMa: 0.42 },
    addresses,
    channels: channelsOf(shunt, calibrated),
    driver: (device, clock) => new Ina226(device, clock, calibrated),
  });
}

/** With the shunt of the datasheet's example: 2 mΩ, and 1 mA per count (section 8.2). */
export const ina226 = ina226With({ shuntOhms: 0.002, currentAmpsMax: 32.767 });

class Ina226 extends I2cDriver implements Driver<Ina226Channels> {
  readonly #calibration: Calibration;

  constructor(device: I2cDevice, clock: Clock, calibrated: Calibration) {
    super(device, clock);
    this.#calibration = calibrated;
  }

  probe(): Promise<void> {
    return identify(this.device, {
      manufacturerRegister: Register.ManufacturerId,
      dieRegister: Register.DieId,
      dieId,
      operation: "read Manufacturer ID and Die ID",
    });
  }

  configure(): Promise<void> {
    return this.device.writeUint16(Register.Calibration, this.#calibration.word);
  }

  async sample(): Promise<Reading<Ina226Channels>> {
    await this.device.writeUint16(Register.Configuration, configuration(averagingCode, conversionCode));
    await this.wait(milliseconds(sampleMs));
    if ((await this.device.readUint16(Register.Calibration)) !== this.#calibration.word)
      throw this.device.error("not-ready", "read Calibration", "reset since it was configured");
    const flags = await this.device.readUint16(Register.MaskEnable);
    if (!(flags & conversionReady))
      throw this.device.error("timeout", "read Mask/Enable", "conversion is not ready");
    return decode(
      {
        shunt: await this.device.readUint16(Register.ShuntVoltage),
        bus: await this.device.readUint16(Register.BusVoltage),
        power: await this.device.readUint16(Register.Power),
        current: await this.device.readUint16(Register.Current),
        isOverflown: (flags & mathOverflow) !== 0,
      },
      this.#calibration,
    );
  }
}

/** The four result registers as read, and the OVF flag. */
export interface Words {
  readonly shunt: number;
  readonly bus: number;
  readonly power: number;
  readonly current: number;
  readonly isOverflown: boolean;
}

const signed = (word: number) => (word << 16) >> 16;

/**
 * Volts, amperes and watts.
 * NaN for current and power when the arithmetic overflowed or the shunt voltage is beyond ±81.92 mV.
 */
export function decode(words: Words, { ampsPerCount }: Calibration): Reading<Ina226Channels> {
  const isBeyond = words.isOverflown || words.shunt === 0x7fff || words.shunt === 0x8000;
  const amps = signed(words.current) * ampsPerCount;
  const watts = words.power * powerPerCurrentLsb * ampsPerCount;
  return { busVoltage: words.bus * busVoltsPerCount, ...currentAndPower(amps, watts, isBeyond) };
}
