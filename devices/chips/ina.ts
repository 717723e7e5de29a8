/**
 * What Texas Instruments' monitors of voltage and current have alike: INA226 (SBOS547), INA228 (SLYS021) and INA3221
 * (SBOS576). Their registers, calibrations and result formats are their own.
 */
import { type Channels, everywhere } from "../part.ts";
import type { I2cDevice } from "../ports/i2c.ts";
import { activePower, current, voltage } from "../quantities.ts";

/** "TI" in ASCII. */
const manufacturerId = 0x5449;

/** AVG: number of averages by code. */
export const averages = [1, 4, 16, 64, 128, 256, 512, 1024] as const;

/** VBUSCT and VSHCT of INA226 and INA3221: the longest conversion by code, ms (SBOS547, 6.5; SBOS576, 7.5). */
export const conversionMsMax = [0.154, 0.224, 0.365, 0.646, 1.21, 2.328, 4.572, 9.068] as const;

/** Of INA226 and INA228: A1 and A0 each to GND, VS, SDA or SCL. */
export const addresses = [
  0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f,
] as const;

export interface ShuntOptions {
  readonly shuntOhms: number;
  /** Current that the part's current register must be able to hold. */
  readonly currentAmpsMax: number;
}

/** The word for the part's calibration register, and what one count of its current register means with it. */
export interface Calibration {
  readonly word: number;
  readonly ampsPerCount: number;
}

/** Where a part says who made it and what it is. */
export interface Identity {
  readonly manufacturerRegister: number;
  readonly dieRegister: number;
  readonly dieId: number;
  /** Lowest bits of the die's register that count revisions. */
  readonly revisionBits?: number;
  /** As the datasheet calls the two registers. */
  readonly operation: string;
}

/** `wrong-device` unless Texas Instruments made the part, and it is that die. */
export async function identify(
  device: I2cDevice,
  { manufacturerRegister, dieRegister, dieId, revisionBits = 0, operation }: Identity,
): Promise<void> {
  const maker = await device.readUint16(manufacturerRegister);
  const die = await device.readUint16(dieRegister);
  if (maker === manufacturerId && die >> revisionBits === dieId) return;
  const hex = (word: number) => `0x${word.toString(16)}`;
  const expected = `${hex(manufacturerId)} and ${hex(dieId)}${revisionBits > 0 ? " with a revision" : ""}`;
  throw device.error("wrong-device", operation, `${hex(maker)} and ${hex(die)}, expected ${expected}`);
}

/** What one input of a part can tell, and how finely. */
interface Scale {
  readonly busVoltsMax: number;
  readonly busVoltsStep: number;
  readonly ampsMax: number;
  readonly ampsStep: number;
  /** Of a part with a power register: one count of it. */
  readonly wattsPerCount?: number;
}

/** Bus voltage, current and power of one input: power is their product, and errs with both. */
export const inputChannels = ({ busVoltsMax, busVoltsStep, ampsMax, ampsStep, wattsPerCount = 0 }: Scale) => {
  const wattsMax = busVoltsMax * ampsMax;
  const wattsStep = wattsPerCount + busVoltsMax * ampsStep + ampsMax * busVoltsStep;
  return {
    busVoltage: { quantity: voltage, range: [0, busVoltsMax] as const, step: everywhere(busVoltsStep) },
    current: { quantity: current, range: [-ampsMax, ampsMax] as const, step: everywhere(ampsStep) },
    power: { quantity: activePower, range: [-wattsMax, wattsMax] as const, step: everywhere(wattsStep) },
  } satisfies Channels;
};

/** Power registers have no sign: power takes that of the current. NaN for both where the current is beyond the part. */
export const currentAndPower = (amps: number, watts: number, isBeyond: boolean) => ({
  current: isBeyond ? Number.NaN : amps,
  power: isBeyond ? Number.NaN : amps < 0 ? -watts : watts,
});
