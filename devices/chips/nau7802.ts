/**
 * Nuvoton NAU7802: 24-bit converter for bridges; here one load cell on VIN1, excited by the part's own regulator.
 * Data sheet NAU7802 (rev. 2.6).
 *
 * Excitation and reference are the same 3.0 V, so that what is measured is a ratio: the bridge's millivolts per
 * volt. 10 conversions a second at gain 128 reject 50 Hz and 60 Hz. What the seat itself weighs is in the reading.
 */
import { milliseconds } from "../duration.ts";
import { type Channels, type Driver, everywhere, i2cPart, type Reading } from "../part.ts";
import type { Clock } from "../ports/clock.ts";
import type { I2cDevice } from "../ports/i2c.ts";
import { mass } from "../quantities.ts";
import { I2cDriver } from "./i2c-driver.ts";

/** Section 10, summary of the register map. */
export const Register = {
  PU_CTRL: 0x00,
  CTRL1: 0x01,
  CTRL2: 0x02,
  GCAL2: 0x0d,
  ADCO: 0x12,
  ADC: 0x15,
  POWER: 0x1c,
  Revision: 0x1f,
} as const;

/** PU_CTRL (section 11.1). */
const RR = 1 << 0;
const PUD = 1 << 1;
const PUA = 1 << 2;
const PUR = 1 << 3;
const CS = 1 << 4;
const CR = 1 << 5;
const AVDDS = 1 << 7;
/** In operation: digital and analogue part powered, ready, AVDD from the internal regulator. */
const running = AVDDS | PUR | PUA | PUD;

/** CTRL1 (section 11.2): VLDO 101 is 3.0 V, GAINS 111 is 128. */
const ldo3V0 = 0b101 << 3;
const gain128 = 0b111;
const gain = 128;

/** CTRL2 (section 11.3): 10 conversions a second, VIN1, internal offset calibration. */
const rate10 = 0;
const CALS = 1 << 2;
const CAL_ERR = 1 << 3;

/** REG_CHPS of register 0x15: the converter's chopper clock off, as the power-on sequence says (section 9.1). */
const chopperOff = 0x30;
/** PGA_CAP_EN of register 0x1C: the capacitor across VIN2 filters the amplifier when VIN2 is not an input. */
const capacitorOn = 0x80;

/** Low nibble of Revision, and the gain register of VIN2, which nobody calibrates: 1.0. */
const revisionId = 0xf;
const gainOfOne = [0x00, 0x80, 0x00, 0x00];

/** PUR comes 200 µs after PUD (section 9.1). */
const powerUpMs = 1;
const periodMs = 100;
/** After a change of gain or calibration the data sheet has six conversions thrown away. */
const settlingMs = 6 * periodMs;
/** A calibration takes some 350 ms at this rate; none takes a second. */
const calibrationPollMs = 50;
const calibrationPolls = 20;
/** Conversions come from an RC oscillator: half as long again is out of order. */
const conversionPollMs = 10;
const conversionPolls = 15;

const countsMax = 0x7fffff;
const countsMin = -0x800000;

/** A load cell as its maker describes it. */
export interface LoadCell {
  readonly ratedKilograms: number;
  /** Output at the rated load, in millivolts per volt of excitation. */
  readonly millivoltsPerVolt: number;
}

/** Full scale of the converter is ±0.5 of its reference, over the gain: in millivolts per volt. */
const fullScale = 500 / gain;

/**
 * Kilograms that one count means. RangeError for a cell whose rated load is beyond the converter's ±3.9 mV/V, or
 * that is not described by positive numbers.
 */
export function kilogramsPerCount({ ratedKilograms, millivoltsPerVolt }: LoadCell): number {
  if (!(ratedKilograms > 0 && ratedKilograms <= mass.max))
    throw new RangeError(
      `a load cell for ${ratedKilograms} kg: it must be more than 0 and at most ${mass.max}`,
    );
  if (!(millivoltsPerVolt > 0 && millivoltsPerVolt < fullScale))
    throw new RangeError(
      `a load cell of ${millivoltsPerVolt} mV/V: it must be more than 0 and below ${fullScale}`,
    );
  return (ratedKilograms / millivoltsPerVolt) * (fullScale / (countsMax + 1));
}

const channelsOf = (cell: LoadCell) =>
  ({
    mass: {
      quantity: mass,
      range: [-cell.ratedKilograms, cell.ratedKilograms] as const,
      step: everywhere(kilogramsPerCount(cell)),
    },
  }) satisfies Channels;

type Nau7802Channels = ReturnType<typeof channelsOf>;

/** A NAU7802 with its load cell. Pulling at the cell reads negative. */
export function nau7802With(cell: LoadCell) {
  return i2cPart({
    id: "nau7802",
    title: "load cell converter",
    maker: "Nuvoton",
    datasheet: "NAU7802",
    // Sections 5.2 and 5.3: 2.1 mA, and 3.0 V across a bridge of 350 Ω.
    electrical: { supply: [2.7, 5.5], currentMaxMa: 11 },
    addresses: [0x2a],
    channels: channelsOf(cell),
    driver: (device, clock) => new Nau7802(device, clock, kilogramsPerCount(cell)),
  });
}

/** With a platform cell of the usual 2 mV/V that carries a bench and who sits on it. */
export const nau7802 = nau7802With({ ratedKilograms: 300, millivoltsPerVolt: 2 });

class Nau7802 extends I2cDriver implements Driver<Nau7802Channels> {
  readonly #kilogramsPerCount: number;

  constructor(device: I2cDevice, clock: Clock, kilograms: number) {
    super(device, clock);
    this.#kilogramsPerCount = kilograms;
  }

  /** The data sheet does not say that a part without digital power tells its identity, so it is powered first. */
  async probe(): Promise<void> {
    if (!((await this.device.readUint8(Register.PU_CTRL)) & PUD)) await this.#powerUp();
    const revision = await this.device.readUint8(Register.Revision);
    const gains = await this.device.readRegister(Register.GCAL2, gainOfOne.length);
    if ((revision & 0xf) !== revisionId || gains.some((byte, index) => byte !== gainOfOne[index]))
      throw this.device.error(
        "wrong-device",
        "read Revision and GCAL2",
        `0x${revision.toString(16)} and ${gains.join(" ")}, expected 0x_f and ${gainOfOne.join(" ")}`,
      );
  }

  /** Reset, power up, set up, and calibrate the offset: two seconds in all. */
  async configure(): Promise<void> {
    await this.device.write(Register.PU_CTRL, RR);
    await this.#powerUp();
    if (!((await this.device.readUint8(Register.PU_CTRL)) & PUR))
      throw this.device.error("timeout", "read PU_CTRL", "the part did not power up");
    await this.device.write(Register.PU_CTRL, AVDDS | PUA | PUD);
    await this.device.write(Register.CTRL1, ldo3V0 | gain128);
    await this.device.write(Register.CTRL2, rate10);
    await this.device.write(Register.ADC, chopperOff);
    await this.device.write(Register.POWER, capacitorOn);
    await this.device.write(Register.PU_CTRL, AVDDS | CS | PUA | PUD);
    await this.wait(milliseconds(settlingMs));
    await this.#calibrate();
    await this.wait(milliseconds(settlingMs));
  }

  /** The newest conversion: waited for only where the last one has been read already. */
  async sample(): Promise<Reading<Nau7802Channels>> {
    for (let polls = 0; !(await this.#isReady()); polls++) {
      if (polls === conversionPolls)
        throw this.device.error("timeout", "read PU_CTRL", "conversion is not ready");
      await this.wait(milliseconds(conversionPollMs));
    }
    const bytes = await this.device.readRegister(Register.ADCO, 3);
    // Asked again: a reset between would have made the conversion zero.
    await this.#isReady();
    return { mass: decodeAdco(bytes) * this.#kilogramsPerCount };
  }

  async #powerUp(): Promise<void> {
    await this.device.write(Register.PU_CTRL, PUD);
    await this.wait(milliseconds(powerUpMs));
  }

  async #calibrate(): Promise<void> {
    await this.device.write(Register.CTRL2, rate10 | CALS);
    for (let polls = 0; polls < calibrationPolls; polls++) {
      await this.wait(milliseconds(calibrationPollMs));
      const found = await this.device.readUint8(Register.CTRL2);
      if (found & CALS) continue;
      if (found & CAL_ERR)
        throw this.device.error("not-ready", "calibrate", "CAL_ERR: are load cell and excitation wired?");
      return;
    }
    throw this.device.error("timeout", "calibrate", "CALS stays set");
  }

  /** A part that lost its supply is powered down, at gain 1. */
  async #isReady(): Promise<boolean> {
    const [control, control1] = await this.device.readRegister(Register.PU_CTRL, 2);
    if ((control! & (running | RR)) !== running || control1 !== (ldo3V0 | gain128))
      throw this.device.error("not-ready", "read PU_CTRL and CTRL1", "reset since it was configured");
    return (control! & CR) !== 0;
  }
}

/** Counts of ADCO_B2 to ADCO_B0, in two's complement. NaN at either end, where the bridge is beyond the converter. */
export function decodeAdco(bytes: Uint8Array): number {
  const [high, middle, low] = bytes;
  const counts = ((high! << 24) | (middle! << 16) | (low! << 8)) >> 8;
  return counts === countsMax || counts === countsMin ? Number.NaN : counts;
}
