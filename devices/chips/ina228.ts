/**
 * Texas Instruments INA228: bus voltage 0 to 85 V, the current through a shunt, either way, and the energy that
 * went through, with 20 bits. Datasheet SLYS021 (rev. A).
 *
 * It converts again and again, because only so does it count energy: the unit of a harvest may sleep, this does
 * not. Registers are 16, 24 or 40 bits, high byte first.
 */
import { milliseconds } from "../duration.ts";
import { type Channels, type Driver, everywhere, i2cPart, type Reading } from "../part.ts";
import type { Clock } from "../ports/clock.ts";
import type { I2cDevice } from "../ports/i2c.ts";
import { energy, temperature } from "../quantities.ts";
import { I2cDriver } from "./i2c-driver.ts";
import {
  addresses,
  averages,
  type Calibration,
  currentAndPower,
  identify,
  inputChannels,
  type ShuntOptions,
} from "./ina.ts";

/** Section 7.6.1, table 7-3. */
export const Register = {
  CONFIG: 0x00,
  ADC_CONFIG: 0x01,
  SHUNT_CAL: 0x02,
  VSHUNT: 0x04,
  VBUS: 0x05,
  DIETEMP: 0x06,
  CURRENT: 0x07,
  POWER: 0x08,
  ENERGY: 0x09,
  DIAG_ALRT: 0x0b,
  MANUFACTURER_ID: 0x3e,
  DEVICE_ID: 0x3f,
} as const;

/** DIEID, bits 15:4 of DEVICE_ID; the rest is the revision. */
const dieId = 0x228;
const revisionBits = 4;

/** VBUSCT, VSHCT and VTCT (section 7.6.1.2): conversion times by code, in milliseconds. */
const conversionMs = [0.05, 0.084, 0.15, 0.28, 0.54, 1.052, 2.074, 4.12] as const;
/** MODE, bits 15:12: bus, shunt and temperature, continuously. */
const modeContinuous = 0xf;

const averagingCode = 2;
const conversionCode = 5;

/** ADC_CONFIG for all three, again and again; AVG is in bits 2:0. @param averaging,conversion codes 0 to 7 */
export const adcConfig = (averaging: number, conversion: number) =>
  (modeContinuous << 12) | (conversion << 9) | (conversion << 6) | (conversion << 3) | averaging;

const adcConfigWord = adcConfig(averagingCode, conversionCode);
/** The oscillator is good to 1 % over the temperatures of a street (section 6.5). */
const firstResultMs = averages[averagingCode] * 3 * conversionMs[conversionCode] * 1.01;

/** Bits of DIAG_ALRT (section 7.6.1.12). */
const MATHOF = 1 << 9;
const MEMSTAT = 1 << 0;

/** Table 8-1, with ADCRANGE 0. */
const shuntVoltsPerCount = 312.5e-9;
const busVoltsPerCount = 195.3125e-6;
const celsiusPerCount = 7.8125e-3;
const shuntVoltsMax = 0.16384;
const busVoltsMax = 85;
/** Power and energy in units of the current's LSB (section 8.1.2, equations 4 and 5). */
const powerPerCurrentLsb = 3.2;
const energyPerPowerLsb = 16;
const energyCounts = 2 ** 40;

/** 13107.2 × 10⁶ of section 8.1.2, equation 2. */
const calibrationFactor = 13_107.2e6;

/**
 * Calibration of section 8.1.2, equations 2 and 3. The word is rounded up, so that the largest current fits.
 * RangeError for a shunt that drops more than 163.84 mV at that current, or too little to be calibrated to.
 */
export function calibration({ shuntOhms, currentAmpsMax }: ShuntOptions): Calibration {
  const volts = shuntOhms * currentAmpsMax;
  const word = Math.ceil(calibrationFactor * (currentAmpsMax / 2 ** 19) * shuntOhms - 1e-9);
  if (!(volts <= shuntVoltsMax + 1e-12 && word >= 1))
    throw new RangeError(
      `a shunt of ${shuntOhms} Ω drops ${volts} V at ${currentAmpsMax} A, which must be above 0 to 0.16384 V`,
    );
  return { word, ampsPerCount: word / (calibrationFactor * shuntOhms) };
}

const channelsOf = ({ shuntOhms, currentAmpsMax }: ShuntOptions, { ampsPerCount }: Calibration) => {
  // The last count of either end is what overflow looks like.
  const ampsMax = currentAmpsMax * (1 - 2 ** -18);
  const ampsStep = shuntVoltsPerCount / shuntOhms + ampsPerCount;
  const wattsPerCount = powerPerCurrentLsb * ampsPerCount;
  const joulesPerCount = energyPerPowerLsb * wattsPerCount;
  return {
    ...inputChannels({ busVoltsMax, busVoltsStep: busVoltsPerCount, ampsMax, ampsStep, wattsPerCount }),
    energy: {
      quantity: energy,
      range: [0, Math.min(energyCounts * joulesPerCount, energy.max)] as const,
      step: everywhere(joulesPerCount),
    },
    dieTemperature: {
      quantity: temperature,
      range: [-40, 125] as const,
      step: everywhere(celsiusPerCount),
    },
  } satisfies Channels;
};

type Ina228Channels = ReturnType<typeof channelsOf>;

/**
 * An INA228 with its shunt. Current flows from IN+ to IN− when it is positive; `energy` counts up whichever way it
 * flows, and starts again from zero with the part's supply.
 */
export function ina228With(shunt: ShuntOptions) {
  const calibrated = calibration(shunt);
  return i2cPart({
    id: "ina228",
    title: "DC voltage, current, power and energy monitor",
    maker: "Texas Instruments",
    datasheet: "SLYS021",
    // Section 6.5: over its range of temperatures.
    electrical: { supply: [2.7, 5.5], currentMaxMa: 1.1 },
    addresses,
    channels: channelsOf(shunt, calibrated),
    driver: (device, clock) => new Ina228(device, clock, calibrated),
  });
}

/** With the shunt of the datasheet's example: 16.2 mΩ for 10 A (section 8.2). */
export const ina228 = ina228With({ shuntOhms: 0.0162, currentAmpsMax: 10 });

class Ina228 extends I2cDriver implements Driver<Ina228Channels> {
  readonly #calibration: Calibration;

  constructor(device: I2cDevice, clock: Clock, calibrated: Calibration) {
    super(device, clock);
    this.#calibration = calibrated;
  }

  probe(): Promise<void> {
    return identify(this.device, {
      manufacturerRegister: Register.MANUFACTURER_ID,
      dieRegister: Register.DEVICE_ID,
      dieId,
      revisionBits,
      operation: "read MANUFACTURER_ID and DEVICE_ID",
    });
  }

  /** Returns with the first result; what a part that already runs has counted is kept. */
  async configure(): Promise<void> {
    await this.device.writeUint16(Register.SHUNT_CAL, this.#calibration.word);
    await this.device.writeUint16(Register.ADC_CONFIG, adcConfigWord);
    await this.wait(milliseconds(firstResultMs));
  }

  async sample(): Promise<Reading<Ina228Channels>> {
    const words = {
      shunt: await this.#read(Register.VSHUNT, 3),
      bus: await this.#read(Register.VBUS, 3),
      current: await this.#read(Register.CURRENT, 3),
      power: await this.#read(Register.POWER, 3),
      energy: await this.#read(Register.ENERGY, 5),
      temperature: await this.device.readUint16(Register.DIETEMP),
    };
    const flags = await this.device.readUint16(Register.DIAG_ALRT);
    if (!(flags & MEMSTAT))
      throw this.device.error("checksum", "read DIAG_ALRT", "the part's trim memory is damaged");
    // Last of all: a reset at any time before would have left its mark here.
    const adc = await this.device.readUint16(Register.ADC_CONFIG);
    const word = await this.device.readUint16(Register.SHUNT_CAL);
    if (adc !== adcConfigWord || word !== this.#calibration.word)
      throw this.device.error("not-ready", "read ADC_CONFIG and SHUNT_CAL", "reset since it was configured");
    return decode({ ...words, isOverflown: (flags & MATHOF) !== 0 }, this.#calibration);
  }

  async #read(register: number, length: 3 | 5): Promise<number> {
    const bytes = await this.device.readRegister(register, length);
    return bytes.reduce((word, byte) => word * 256 + byte, 0);
  }
}

/** The result registers as read, and the flag MATHOF. */
export interface Words {
  readonly shunt: number;
  readonly bus: number;
  readonly current: number;
  readonly power: number;
  readonly energy: number;
  readonly temperature: number;
  readonly isOverflown: boolean;
}

/** Bits 23:4 of a 24-bit register, in two's complement. */
const signed20 = (word: number) => (word << 8) >> 12;
const signed16 = (word: number) => (word << 16) >> 16;

/**
 * Volts, amperes, watts, joules and °C.
 * NaN for current and power when the arithmetic overflowed or the shunt voltage is beyond ±163.84 mV.
 */
export function decode(words: Words, { ampsPerCount }: Calibration): Reading<Ina228Channels> {
  const shunt = signed20(words.shunt);
  const isBeyond = words.isOverflown || shunt === 0x7ffff || shunt === -0x80000;
  const amps = signed20(words.current) * ampsPerCount;
  const wattsPerCount = powerPerCurrentLsb * ampsPerCount;
  const watts = words.power * wattsPerCount;
  return {
    busVoltage: signed20(words.bus) * busVoltsPerCount,
    ...currentAndPower(amps, watts, isBeyond),
    energy: words.energy * energyPerPowerLsb * wattsPerCount,
    dieTemperature: signed16(words.temperature) * celsiusPerCount,
  };
}
