/**
 * NXP PCA9685: sixteen PWM outputs of 12 bits. Here it dims and switches one lamp.
 * Data sheet PCA9685 (rev. 4, 16 April 2015).
 *
 * The lamp's 0-10 V input sources its own current (IEC 60929, annex E): 10 V, or nothing connected, is full
 * light, 1 V is the least. So the converter is an open-collector stage that pulls that line down:
 * - channel 0, `level`: duty d leaves 10 · (1 − d) volts on the line. 100 % is duty 0, 0 % (1 V) is duty 0.9.
 * - channel 1, `enable`: full on energises a relay with a normally closed contact, and the lamp is off.
 * A PCA9685 that is dead, reset, asleep or unplugged thus leaves the lamp on at full light.
 */
import { milliseconds } from "../duration.ts";
import { type Channels, type Driver, everywhere, i2cPart, type Reading } from "../part.ts";
import { level, truth } from "../quantities.ts";
import { I2cDriver } from "./i2c-driver.ts";

/** Section 7.3, table 4. */
export const Register = {
  MODE1: 0x00,
  SUBADR1: 0x02,
  SUBADR2: 0x03,
  SUBADR3: 0x04,
  ALLCALLADR: 0x05,
  LED0_ON_L: 0x06,
  LED1_ON_L: 0x0a,
  PRE_SCALE: 0xfe,
} as const;

/** Bits of MODE1 (section 7.3.1). */
const RESTART = 1 << 7;
const AI = 1 << 5;
const SLEEP = 1 << 4;

/** The part has no identity but the bus addresses that it answers to after power-on (sections 7.3.6 and 7.3.7). */
const powerOnAddresses = [
  ["SUBADR1", 0xe2],
  ["SUBADR2", 0xe4],
  ["SUBADR3", 0xe8],
  ["ALLCALLADR", 0xe0],
] as const;

/** From the end of SLEEP until the oscillator runs (section 7.3.1.1). */
const oscillatorStartMs = 0.5;

/** Bit 4 of LEDn_ON_H and LEDn_OFF_H: full on, full off; off wins (section 7.3.3). */
const full = 0x10;

/** High enough for the converter's filter, low enough for its transistor. */
const pwmHz = 1_000;

/** PRE_SCALE for a PWM frequency of 24 to 1526 Hz from the internal 25 MHz oscillator (section 7.3.5). */
export function prescale(hz: number): number {
  const value = Math.round(25_000_000 / (4_096 * hz)) - 1;
  if (!(value >= 3 && value <= 255)) throw new RangeError(`PWM frequency ${hz} Hz is not from 24 to 1526 Hz`);
  return value;
}

/** Duty of `level` 0: the line at 1 V of 10 V. */
const dutyMax = 0.9;

const channels = {
  level: { quantity: level, range: [0, 100] as const, step: everywhere(100 / (dutyMax * 4_096)) },
  enable: { quantity: truth, range: [0, 1] as const, step: everywhere(0) },
} satisfies Channels;

export const pca9685 = i2cPart({
  id: "pca9685",
  title: "PWM controller, driving a 0-10 V lamp",
  maker: "NXP",
  datasheet: "PCA9685",
  // Table 15: with its outputs open.
  electrical: { supply: [2.3, 5.5], currentMaxMa: 10 },
  addresses: [0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47],
  // LED All Call, on after power-on (section 7.1.1).
  allCall: 0x70,
  channels,
  outputs: channels,
  driver: (device, clock) => new Pca9685(device, clock),
});

class Pca9685 extends I2cDriver implements Driver<typeof channels> {
  async probe(): Promise<void> {
    for (const [name, expected] of powerOnAddresses)
      await this.device.verify(Register[name], expected, `read ${name}`);
  }

  /** A part that already runs as it should is left alone: a restarted process does not blink the lamp. */
  async configure(): Promise<void> {
    const found = await this.device.readUint8(Register.PRE_SCALE);
    if (found === prescale(pwmHz) && (await this.#isRunning())) return;
    await this.device.write(Register.MODE1, AI | SLEEP);
    await this.device.write(Register.PRE_SCALE, prescale(pwmHz));
    await this.device.write(Register.MODE1, AI);
    await this.wait(milliseconds(oscillatorStartMs));
    await this.device.write(Register.MODE1, AI | RESTART);
  }

  /** What the registers say: NaN never; `not-ready` when the part was reset and the lamp is on its own. */
  async sample(): Promise<Reading<typeof channels>> {
    if (!(await this.#isRunning()))
      throw this.device.error("not-ready", "read MODE1", "reset since it was configured");
    const bytes = await this.device.readRegister(Register.LED0_ON_L, 8);
    return {
      level: levelOf(decodeDuty(bytes.subarray(0, 4))),
      enable: decodeDuty(bytes.subarray(4)) < 0.5 ? 1 : 0,
    };
  }

  /**
   * Sets `level` (%), `enable` (1 or 0), or both, in one transfer: outputs change together at its STOP.
   * RangeError for any other name or value.
   */
  async apply(outputs: Readonly<Record<string, number>>): Promise<void> {
    for (const [name, value] of Object.entries(outputs)) checkOutput(name, value);
    const { level, enable } = outputs;
    const bytes = [
      ...(level === undefined ? [] : encodeDuty(dutyOf(level))),
      ...(enable === undefined ? [] : encodeDuty(enable === 1 ? 0 : 1)),
    ];
    const first = level === undefined ? Register.LED1_ON_L : Register.LED0_ON_L;
    if (bytes.length > 0) await this.device.write(first, ...bytes);
  }

  async #isRunning(): Promise<boolean> {
    return ((await this.device.readUint8(Register.MODE1)) & (RESTART | AI | SLEEP)) === AI;
  }
}

function checkOutput(name: string, value: number): void {
  const known = Object.hasOwn(channels, name);
  if (!known) throw new RangeError(`no output ${name}: this part drives level and enable`);
  if (name === "enable" ? value !== 0 && value !== 1 : !(value >= 0 && value <= 100))
    throw new RangeError(
      `output ${name} is ${value}, not ${name === "enable" ? "0 or 1" : "from 0 to 100 %"}`,
    );
}

/** Volts that stay on the lamp's control line for a level: 1 V to 10 V (IEC 60929, annex E). */
export const controlVolts = (percent: number) => 1 + (9 * percent) / 100;

const dutyOf = (percent: number) => 1 - controlVolts(percent) / 10;

const levelOf = (duty: number) => Math.max(0, 100 * (1 - duty / dutyMax));

/** The four bytes LEDn_ON_L to LEDn_OFF_H for a duty of 0 to 1; both ends without any edge (section 7.3.3). */
export function encodeDuty(duty: number): readonly number[] {
  const counts = Math.round(duty * 4_096);
  if (counts <= 0) return [0, 0, 0, full];
  if (counts >= 4_096) return [0, full, 0, 0];
  return [0, 0, counts & 0xff, counts >> 8];
}

/** Duty, 0 to 1, of the four bytes LEDn_ON_L to LEDn_OFF_H. */
export function decodeDuty(bytes: Uint8Array): number {
  const [onLow, onHigh, offLow, offHigh] = bytes;
  if (offHigh! & full) return 0;
  if (onHigh! & full) return 1;
  const on = onLow! | ((onHigh! & 0xf) << 8);
  const off = offLow! | ((offHigh! & 0xf) << 8);
  return ((off - on + 4_096) % 4_096) / 4_096;
}
