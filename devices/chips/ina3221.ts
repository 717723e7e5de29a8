/**
 * Texas Instruments INA3221: bus voltage 0 to 26 V and shunt voltage, either way, of three channels.
 * Datasheet SBOS576 (rev. B).
 *
 * It converts again and again, each channel averaged 4 times: a new set every 27 ms, soon enough to cut an
 * over-current. The part has no multiplier; power is the product of what was read. A set may be replaced while its
 * six registers are read, so a current and its voltage are at most one such set apart.
 * Registers are 16 bits, high byte first; results are 13 bits, left-aligned.
 */
import { milliseconds } from "../duration.ts";
import { type Channels, type Driver, i2cPart, type Reading } from "../part.ts";
import type { Clock } from "../ports/clock.ts";
import type { I2cDevice } from "../ports/i2c.ts";
import { I2cDriver } from "./i2c-driver.ts";
import { averages, conversionMsMax, identify, inputChannels } from "./ina.ts";

/** Section 8.6.1, table 3. */
export const Register = {
  Configuration: 0x00,
  ShuntVoltage: [0x01, 0x03, 0x05],
  BusVoltage: [0x02, 0x04, 0x06],
  MaskEnable: 0x0f,
  ManufacturerId: 0xfe,
  DieId: 0xff,
} as const;

const dieId = 0x3220;

/** Of Configuration (section 8.6.2.1): CH1en to CH3en, bits 14:12. */
const allChannels = 0x7000;
/** MODE, bits 2:0: shunt and bus, continuous. */
const modeContinuous = 0b111;

/**
 * Configuration word for all channels, shunt and bus, continuously: AVG, bits 11:9, VBUSCT and VSHCT.
 * @param averaging,conversion codes 0 to 7
 */
export const configuration = (averaging: number, conversion: number) =>
  allChannels | (averaging << 9) | (conversion << 6) | (conversion << 3) | modeContinuous;

const averagingCode = 1;
const conversionCode = 4;
const ours = configuration(averagingCode, conversionCode);
const setMs = 3 * 2 * averages[averagingCode] * conversionMsMax[conversionCode];

/** CVRF of the Mask/Enable Register (section 8.6.2.16); reading the register clears it. */
const conversionReady = 1 << 0;

const shuntVoltsPerCount = 40e-6;
const busVoltsPerCount = 8e-3;
/** The converter stops here: 7FF8h and 8000h (section 8.6.2.2). */
const countsMax = 0xfff;
const countsMin = -0x1000;
/** What the inputs may be given (section 7.3); the Bus Voltage Register itself would go on to 32.76 V. */
const busVoltsMax = 26;

/** The shunts of channels 1 to 3, in ohms. */
export type Shunts = readonly [number, number, number];

/** Largest current that a shunt leaves measurable, in amperes: one count short of ±163.8 mV. */
const ampsMax = (shuntOhms: number) => ((countsMax - 1) * shuntVoltsPerCount) / shuntOhms;

const ampsPerCount = (shuntOhms: number) => shuntVoltsPerCount / shuntOhms;

const channelsBehind = (shuntOhms: number) =>
  inputChannels({
    busVoltsMax,
    busVoltsStep: busVoltsPerCount,
    ampsMax: ampsMax(shuntOhms),
    ampsStep: ampsPerCount(shuntOhms),
  });

function channelsOf(shunts: Shunts) {
  const [one, two, three] = [
    channelsBehind(shunts[0]),
    channelsBehind(shunts[1]),
    channelsBehind(shunts[2]),
  ] as const;
  return {
    busVoltage1: one.busVoltage,
    current1: one.current,
    power1: one.power,
    busVoltage2: two.busVoltage,
    current2: two.current,
    power2: two.power,
    busVoltage3: three.busVoltage,
    current3: three.current,
    power3: three.power,
  } satisfies Channels;
}

type Ina3221Channels = ReturnType<typeof channelsOf>;

/**
 * An INA3221 with its three shunts. Current flows from IN+ to IN− when it is positive.
 * RangeError for a shunt that is not a positive number of ohms.
 */
export function ina3221With({ shuntOhms }: { readonly shuntOhms: Shunts }) {
  for (const [index, ohms] of shuntOhms.entries())
    if (!(ohms > 0 && ohms < Number.POSITIVE_INFINITY))
      throw new RangeError(`the shunt of channel ${index + 1} is ${ohms} Ω: it must be more than 0`);
  return i2cPart({
    id: "ina3221",
    title: "three-channel DC voltage and current monitor",
    maker: "Texas Instruments",
    datasheet: "SBOS576",
    // Section 6.5.
    electrical: { supply: [2.7, 5.5], currentMaxMa: 0.45 },
    addresses: [0x40, 0x41, 0x42, 0x43],
    channels: channelsOf(shuntOhms),
    driver: (device, clock) => new Ina3221(device, clock, shuntOhms),
  });
}

/** With 50 mΩ on each channel: 3.27 A, what a USB-C port gives, at 0.8 mA per count. */
export const ina3221 = ina3221With({ shuntOhms: [0.05, 0.05, 0.05] });

class Ina3221 extends I2cDriver implements Driver<Ina3221Channels> {
  readonly #shunts: Shunts;

  constructor(device: I2cDevice, clock: Clock, shunts: Shunts) {
    super(device, clock);
    this.#shunts = shunts;
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
    return this.device.writeUint16(Register.Configuration, ours);
  }

  /** The newest complete set: waited for only where the last one has been read already. */
  async sample(): Promise<Reading<Ina3221Channels>> {
    if (!(await this.#isReady())) {
      await this.wait(milliseconds(setMs));
      if (!(await this.#isReady()))
        throw this.device.error("timeout", "read Mask/Enable", "conversion is not ready");
    }
    const words = [await this.#words(0), await this.#words(1), await this.#words(2)] as const;
    // Asked last: a reset at any time before would have put zeros into the results.
    if ((await this.device.readUint16(Register.Configuration)) !== ours)
      throw this.device.error("not-ready", "read Configuration", "reset since it was configured");
    return decode(words, this.#shunts);
  }

  async #isReady(): Promise<boolean> {
    return ((await this.device.readUint16(Register.MaskEnable)) & conversionReady) !== 0;
  }

  async #words(channel: 0 | 1 | 2): Promise<Words> {
    return {
      shunt: await this.device.readUint16(Register.ShuntVoltage[channel]),
      bus: await this.device.readUint16(Register.BusVoltage[channel]),
    };
  }
}

/** Shunt-Voltage and Bus-Voltage Register of one channel, as read. */
export interface Words {
  readonly shunt: number;
  readonly bus: number;
}

/** The 13 bits of a result, in two's complement. */
const counts = (word: number) => (word << 16) >> 19;

const isFull = (value: number) => value >= countsMax || value <= countsMin;

function decodeChannel({ shunt, bus }: Words, shuntOhms: number) {
  const volts = counts(bus) * busVoltsPerCount;
  const busVoltage = isFull(counts(bus)) || volts > busVoltsMax ? Number.NaN : volts;
  const amps = isFull(counts(shunt)) ? Number.NaN : counts(shunt) * ampsPerCount(shuntOhms);
  return { busVoltage, amps, watts: busVoltage * amps };
}

/**
 * Volts, amperes and watts of channels 1 to 3. NaN for a current beyond the ±163.8 mV of its shunt, for a voltage
 * beyond the 26 V that the part may be given, and for the power of either.
 */
export function decode(words: readonly [Words, Words, Words], shunts: Shunts): Reading<Ina3221Channels> {
  const one = decodeChannel(words[0], shunts[0]);
  const two = decodeChannel(words[1], shunts[1]);
  const three = decodeChannel(words[2], shunts[2]);
  return {
    busVoltage1: one.busVoltage,
    current1: one.amps,
    power1: one.watts,
    busVoltage2: two.busVoltage,
    current2: two.amps,
    power2: two.watts,
    busVoltage3: three.busVoltage,
    current3: three.amps,
    power3: three.watts,
  };
}
