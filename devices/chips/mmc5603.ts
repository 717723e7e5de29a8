/**
 * MEMSIC MMC5603NJ: magnetic flux density in three axes, ±3 mT (±30 G), with 20 bits. Datasheet MMC5603NJ (rev. B).
 *
 * Each measurement is single, with automatic SET and RESET: the coil that does it also frees the sensor from what a
 * strong magnet left behind. All control registers can only be written, so nothing is configured that could be lost.
 */
import { milliseconds } from "../duration.ts";
import { type Channels, type Driver, everywhere, i2cPart, type Reading } from "../part.ts";
import { magneticFluxDensity, temperature } from "../quantities.ts";
import { I2cDriver } from "./i2c-driver.ts";

/** Register map of the datasheet. */
export const Register = {
  Xout0: 0x00,
  Tout: 0x09,
  Status1: 0x18,
  InternalControl0: 0x1b,
  ProductId: 0x39,
} as const;

const productId = 0x10;

/** Bits of Internal Control 0. Magnetic field and temperature are measured one after the other. */
const TM_M = 1 << 0;
const TM_T = 1 << 1;
const Auto_SR_en = 1 << 5;

/** Bits of Status 1; a new measurement clears its own. */
const Meas_m_done = 1 << 6;
const Meas_t_done = 1 << 7;

/** A measurement takes 6.6 ms at the bandwidth of power-on, BW 00; with SET and RESET it is made twice. */
const measurementMs = 2 * 6.6 + 1.8;

/** Xout0, Xout1, Yout0 … Zout1, then Xout2, Yout2, Zout2. */
const outputBytes = 9;

/** No field is the middle of 20 bits; 16384 counts per gauss, and 1 G is 100 µT. */
const nullField = 1 << 19;
const microteslaPerCount = 100 / 16_384;
const microteslaMax = 3_000;

/** Tout, 8 bits. */
const celsiusPerCount = 0.8;
const celsiusAtZero = -75;

const axis = {
  quantity: magneticFluxDensity,
  range: [-microteslaMax, microteslaMax],
  step: everywhere(microteslaPerCount),
} as const;

const channels = {
  magneticFluxDensityX: axis,
  magneticFluxDensityY: axis,
  magneticFluxDensityZ: axis,
  dieTemperature: { quantity: temperature, range: [-40, 85], step: everywhere(celsiusPerCount) },
} as const satisfies Channels;

export const mmc5603 = i2cPart({
  id: "mmc5603",
  title: "three-axis magnetometer",
  maker: "MEMSIC",
  datasheet: "MMC5603NJ",
  // Specifications: one measurement after the other.
  electrical: { supply: [1.62, 3.6], currentMaxMa: 2 },
  addresses: [0x30],
  channels,
  driver: (device, clock) => new Mmc5603(device, clock),
});

class Mmc5603 extends I2cDriver implements Driver<typeof channels> {
  async probe(): Promise<void> {
    await this.device.verify(Register.ProductId, productId, "read Product ID");
  }

  async configure(): Promise<void> {}

  async sample(): Promise<Reading<typeof channels>> {
    await this.#measure(TM_M | Auto_SR_en, Meas_m_done, "measure magnetic field");
    const field = await this.device.readRegister(Register.Xout0, outputBytes);
    await this.#measure(TM_T, Meas_t_done, "measure temperature");
    const counts = await this.device.readUint8(Register.Tout);
    // Nothing of what was read tells this part from another; its next probe will.
    await this.device.verify(Register.ProductId, productId, "read Product ID", "not-ready");
    return { ...decodeField(field), dieTemperature: decodeTemperature(counts) };
  }

  /** `timeout` when it is not done in time: a part that was reset meanwhile never is. */
  async #measure(control: number, done: number, operation: string): Promise<void> {
    await this.device.write(Register.InternalControl0, control);
    await this.wait(milliseconds(measurementMs));
    if (!((await this.device.readUint8(Register.Status1)) & done))
      throw this.device.error("timeout", operation, "it is not done");
  }
}

/** Microtesla per axis of the registers 00h to 08h; NaN beyond ±30 G, where the sensor saturates. */
export function decodeField(bytes: Uint8Array) {
  const microtesla = (index: number) => {
    const counts = (bytes[2 * index]! << 12) | (bytes[2 * index + 1]! << 4) | (bytes[6 + index]! >> 4);
    const value = (counts - nullField) * microteslaPerCount;
    return Math.abs(value) > microteslaMax ? Number.NaN : value;
  };
  return {
    magneticFluxDensityX: microtesla(0),
    magneticFluxDensityY: microtesla(1),
    magneticFluxDensityZ: microtesla(2),
  };
}

/** °C of Tout; NaN outside the −40 to 85 °C that the part works at. */
export function decodeTemperature(counts: number): number {
  const [min, max] = channels.dieTemperature.range;
  const celsius = celsiusAtZero + counts * celsiusPerCount;
  // Half a step more: 85 °C and −40 °C lie between two counts.
  const isWithin = celsius >= min - celsiusPerCount / 2 && celsius <= max + celsiusPerCount / 2;
  return isWithin ? celsius : Number.NaN;
}
