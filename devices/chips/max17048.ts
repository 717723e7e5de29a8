/**
 * Maxim (Analog Devices) MAX17048: fuel gauge of one lithium cell, without a shunt: it models the cell from its
 * voltage alone (ModelGauge). Data sheet 19-6171.
 *
 * It runs from the cell, so an empty or missing cell is a part that does not answer. The cell's model is the
 * part's own; quick-start is not used, for it takes the voltage under load as that of a rested cell. While the
 * charge hardly changes the part hibernates, and its numbers are up to 45 s old. Registers are 16 bits, high byte
 * first.
 */
import { seconds } from "../duration.ts";
import { type Channels, type Driver, everywhere, i2cPart, type Reading } from "../part.ts";
import type { DeviceErrorKind } from "../ports/i2c.ts";
import { type Quantity, stateOfCharge, voltage } from "../quantities.ts";
import { I2cDriver } from "./i2c-driver.ts";

/** Table 2. */
export const Register = { VCELL: 0x02, SOC: 0x04, VERSION: 0x08, CRATE: 0x16, STATUS: 0x1a } as const;

/** VERSION is 001Xh: X counts production versions. */
const version = 0x0010;
const versionMask = 0xfff0;

/** RI of STATUS, bit 8: set by every power-on, cleared only over the bus. */
const resetIndicator = 1 << 8;

/** From power-on until the first estimate of the charge. */
const firstEstimate = seconds(1);

const voltsPerCount = 78.125e-6;
const percentPerCount = 1 / 256;
const percentPerHourPerCount = 0.208;

/** What the part measures of a cell (VCELL range of the electrical characteristics). */
const voltsMin = 2.5;
const voltsMax = 5;
/** 998.4 %/h: ten charges in an hour, which no lithium cell takes. */
const rateCountsMax = 4_800;
const percentPerHourMax = rateCountsMax * percentPerHourPerCount;

/** Change of the state of charge; positive while charging. Recommendation 20 has no code for it but its own "ZZ". */
export const chargeRate: Quantity = {
  name: "charge rate",
  symbol: "r",
  unit: "%/h",
  unitCode: "ZZ",
  min: -1_000,
  max: 1_000,
  decimals: 1,
};

const channels = {
  cellVoltage: { quantity: voltage, range: [voltsMin, voltsMax] as const, step: everywhere(voltsPerCount) },
  stateOfCharge: { quantity: stateOfCharge, range: [0, 100] as const, step: everywhere(percentPerCount) },
  chargeRate: {
    quantity: chargeRate,
    range: [-percentPerHourMax, percentPerHourMax] as const,
    step: everywhere(percentPerHourPerCount),
  },
} satisfies Channels;

export const max17048 = i2cPart({
  id: "max17048",
  title: "fuel gauge of one lithium cell",
  maker: "Analog Devices",
  datasheet: "19-6171",
  // It runs from the cell.
  electrical: { supply: "own", currentMaxMa: 0 },
  addresses: [0x36],
  channels,
  driver: (device, clock) => new Max17048(device, clock),
});

class Max17048 extends I2cDriver implements Driver<typeof channels> {
  async probe(): Promise<void> {
    await this.#identify("wrong-device");
  }

  /** Clears the reset indicator once the first estimate is there. A gauge that was not reset is left alone. */
  async configure(): Promise<void> {
    if (!((await this.device.readUint16(Register.STATUS)) & resetIndicator)) return;
    await this.wait(firstEstimate);
    const status = (await this.device.readUint16(Register.STATUS)) & ~resetIndicator;
    await this.device.writeUint16(Register.STATUS, status);
  }

  async sample(): Promise<Reading<typeof channels>> {
    // Zeros alone would be an empty cell, and no reset.
    await this.#identify("not-ready");
    const words = {
      cell: await this.device.readUint16(Register.VCELL),
      charge: await this.device.readUint16(Register.SOC),
      rate: await this.device.readUint16(Register.CRATE),
    };
    // Asked last: a reset at any time before has begun the estimate anew.
    if ((await this.device.readUint16(Register.STATUS)) & resetIndicator)
      throw this.device.error("not-ready", "read STATUS", "reset since it was configured");
    return decode(words);
  }

  async #identify(otherwise: DeviceErrorKind): Promise<void> {
    const found = await this.device.readUint16(Register.VERSION);
    if ((found & versionMask) !== version)
      throw this.device.error(otherwise, "read VERSION", `0x${found.toString(16)}, expected 0x001x`);
  }
}

/** VCELL, SOC and CRATE as read. */
export interface Words {
  readonly cell: number;
  readonly charge: number;
  readonly rate: number;
}

/**
 * Volts, % and %/h. A cell charged beyond its model reads a little over 100 %, and is full. NaN for a voltage that
 * the part does not measure, for a charge of 128 % and more (a model of another format), and for a rate
 * beyond ±998 %/h.
 */
export function decode({ cell, charge, rate }: Words): Reading<typeof channels> {
  const volts = cell * voltsPerCount;
  const rateCounts = (rate << 16) >> 16;
  return {
    cellVoltage: volts >= voltsMin && volts <= voltsMax ? volts : Number.NaN,
    stateOfCharge: charge & 0x8000 ? Number.NaN : Math.min(charge * percentPerCount, 100),
    chargeRate: Math.abs(rateCounts) > rateCountsMax ? Number.NaN : rateCounts * percentPerHourPerCount,
  };
}
