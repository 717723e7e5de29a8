/**
 * STMicroelectronics LIS3DH: acceleration on three axes, ±2 g, and knocks on whatever it is screwed to.
 * Datasheet DocID17530 (rev. 2), application note AN3308.
 *
 * High-resolution mode at 100 Hz: 12 bits, left-justified, 1 mg per count. A knock is a single click on any axis
 * behind the high-pass filter, latched until it is read.
 */
import { milliseconds } from "../duration.ts";
import { type Channels, type Driver, everywhere, i2cPart, type Reading } from "../part.ts";
import { acceleration, truth } from "../quantities.ts";
import { I2cDriver } from "./i2c-driver.ts";

/** Section 7, table 21. */
export const Register = {
  WHO_AM_I: 0x0f,
  CTRL_REG1: 0x20,
  CTRL_REG2: 0x21,
  CTRL_REG4: 0x23,
  STATUS_REG: 0x27,
  CLICK_CFG: 0x38,
  CLICK_SRC: 0x39,
  CLICK_THS: 0x3a,
  TIME_LIMIT: 0x3b,
} as const;

/** MSB of the sub-address: the register pointer moves on by itself (section 6.1.1). */
const autoIncrement = 0x80;

const identity = 0x33;

/** Standard gravity in m/s² (ISO 80000-3), and the sensitivity in g per count at ±2 g (table 4). */
const gravity = 9.80665;
const gPerCount = 0.001;

/** Output data rate 100 Hz is ODR 0101 (section 8.8, table 31). */
const odrMs = 10;
/** Turn-on and mode change: 7 samples in high-resolution mode (AN3308, table 5; section 3.2.1, table 11). */
const turnOnMs = 7 * odrMs;

/** The registers that `configure` writes (sections 8.8, 8.9, 8.11, and 8.23 to 8.26). */
export const configuration = {
  /** ODR 100 Hz, normal power, X, Y and Z enabled. */
  CTRL_REG1: 0b0101_0111,
  /** HPCLICK: clicks are sought behind the high-pass filter, so that gravity is none. */
  CTRL_REG2: 0b0000_0100,
  /** BDU, ±2 g, HR. */
  CTRL_REG4: 0b1000_1000,
  /** XS, YS and ZS: single click on each axis. */
  CLICK_CFG: 0b0001_0101,
  /** LIR_Click, and 40 counts of 1/128 of full scale: 0.625 g. */
  CLICK_THS: 0x80 | 40,
  /** A knock is over within 100 ms. */
  TIME_LIMIT: 10,
} as const;

/** STATUS_REG.ZYXDA (section 8.14) and CLICK_SRC.IA (section 8.24). */
const newData = 1 << 3;
const clicked = 1 << 6;

const step = everywhere(gPerCount * gravity);
const axis = {
  quantity: acceleration,
  range: [-2_048 * gPerCount * gravity, 2_047 * gPerCount * gravity] as const,
  step,
};

const channels = {
  accelerationX: axis,
  accelerationY: axis,
  accelerationZ: axis,
  /** 1 when there was a knock since the last sample. */
  knock: { quantity: truth, range: [0, 1] as const, step: everywhere(0) },
} satisfies Channels;

export const lis3dh = i2cPart({
  id: "lis3dh",
  title: "accelerometer",
  maker: "STMicroelectronics",
  datasheet: "DocID17530",
  // Section 2.2: normal mode at 5.376 kHz.
  electrical: { supply: [1.71, 3.6], currentMaxMa: 0.185 },
  addresses: [0x18, 0x19],
  channels,
  driver: (device, clock) => new Lis3dh(device, clock),
});

class Lis3dh extends I2cDriver implements Driver<typeof channels> {
  probe(): Promise<void> {
    return this.device.verify(Register.WHO_AM_I, identity, "read WHO_AM_I");
  }

  /** Clicks are armed last, when the filter has settled on gravity. */
  async configure(): Promise<void> {
    const { CTRL_REG1, CTRL_REG2, CTRL_REG4, CLICK_CFG, CLICK_THS, TIME_LIMIT } = configuration;
    await this.device.write(Register.CTRL_REG4, CTRL_REG4);
    await this.device.write(Register.CTRL_REG2, CTRL_REG2);
    await this.device.write(Register.CTRL_REG1, CTRL_REG1);
    await this.wait(milliseconds(turnOnMs));
    await this.device.write(Register.CLICK_THS, CLICK_THS);
    await this.device.write(Register.TIME_LIMIT, TIME_LIMIT);
    await this.device.write(Register.CLICK_CFG, CLICK_CFG);
    await this.device.readRegister(Register.CLICK_SRC, 1);
  }

  async sample(): Promise<Reading<typeof channels>> {
    if ((await this.device.readUint8(Register.CTRL_REG1)) !== configuration.CTRL_REG1)
      throw this.device.error("not-ready", "read CTRL_REG1", "reset since it was configured");
    const bytes = (await this.#newData()) ?? (await this.#later());
    if (!bytes) throw this.device.error("timeout", "read STATUS_REG", "no new data for two periods");
    const source = await this.device.readUint8(Register.CLICK_SRC);
    return { ...decodeAxes(bytes), knock: source & clicked ? 1 : 0 };
  }

  /** OUT_X_L to OUT_Z_H, or undefined when they have been read before. */
  async #newData(): Promise<Uint8Array | undefined> {
    const bytes = await this.device.readRegister(Register.STATUS_REG | autoIncrement, 7);
    return bytes[0]! & newData ? bytes.subarray(1) : undefined;
  }

  async #later(): Promise<Uint8Array | undefined> {
    await this.wait(milliseconds(2 * odrMs));
    return this.#newData();
  }
}

/** m/s² on each axis, −20.084 to 20.074, from OUT_X_L to OUT_Z_H: two's complement, left-justified (AN3308). */
export function decodeAxes(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 6);
  const axisAt = (offset: number) => (view.getInt16(offset, true) >> 4) * gPerCount * gravity;
  return { accelerationX: axisAt(0), accelerationY: axisAt(2), accelerationZ: axisAt(4) };
}
