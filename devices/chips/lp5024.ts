/**
 * Texas Instruments LP5024: 24 LEDs, as eight RGB modules, each output dimmed by 8 bits. Datasheet SLVSEB8 (rev. C).
 *
 * Module n of 1 to 8 is wired as the datasheet's figures have it: red to OUT3(n−1), green and blue to the two after
 * it. Outputs are `red1` to `blue8`, in percent of the LED current that the part's resistor sets. After power-on,
 * or a brown-out, all LEDs are dark until the part is enabled.
 */
import { milliseconds } from "../duration.ts";
import { type Channel, type Driver, everywhere, i2cPart, type Reading } from "../part.ts";
import { level } from "../quantities.ts";
import { I2cDriver } from "./i2c-driver.ts";

/** Section 7.6, table 7-4. */
export const Register = {
  DEVICE_CONFIG0: 0x00,
  DEVICE_CONFIG1: 0x01,
  LED_CONFIG0: 0x02,
  BANK_BRIGHTNESS: 0x03,
  OUT0_COLOR: 0x0f,
} as const;

/** Bit of DEVICE_CONFIG0 (section 7.6.1). */
const Chip_EN = 1 << 6;
/** From Chip_EN to the first PWM period (section 6.6, t_EN). */
const enableMs = 0.5;

/**
 * The part has no identity but three registers as after power-on, which stay so: auto-increment on, LEDs not
 * globally off; no module in a bank; full brightness of the banks (sections 7.6.2 to 7.6.4).
 */
const powerOnValues = [
  ["DEVICE_CONFIG1", 0x3c],
  ["LED_CONFIG0", 0x00],
  ["BANK_BRIGHTNESS", 0xff],
] as const;

const modules = [1, 2, 3, 4, 5, 6, 7, 8] as const;
const colours = ["red", "green", "blue"] as const;
type Output = `${(typeof colours)[number]}${(typeof modules)[number]}`;

/** The outputs in the order of the pins OUT0 to OUT23. */
export const outputs: readonly Output[] = modules.flatMap((module) =>
  colours.map((colour): Output => `${colour}${module}`),
);

const countsMax = 0xff;
const channel = {
  quantity: level,
  range: [0, 100],
  step: everywhere(100 / countsMax),
} as const satisfies Channel;
const channels = Object.fromEntries(outputs.map((output) => [output, channel])) as Readonly<
  Record<Output, typeof channel>
>;

export const lp5024 = i2cPart({
  id: "lp5024",
  title: "LED driver for eight RGB modules",
  maker: "Texas Instruments",
  datasheet: "SLVSEB8",
  // Sections 6.3 and 6.5. The LEDs have a supply of their own.
  electrical: { supply: [2.7, 5.5], currentMaxMa: 8 },
  addresses: [0x28, 0x29, 0x2a, 0x2b],
  // Broadcast (section 7.5.1.4).
  allCall: 0x3c,
  channels,
  outputs: channels,
  driver: (device, clock) => new Lp5024(device, clock),
});

class Lp5024 extends I2cDriver implements Driver<typeof channels> {
  async probe(): Promise<void> {
    for (const [name, expected] of powerOnValues)
      await this.device.verify(Register[name], expected, `read ${name}`);
  }

  /** Colours stay as they are: a restarted process does not blink the light. */
  async configure(): Promise<void> {
    if (await this.#isEnabled()) return;
    await this.device.write(Register.DEVICE_CONFIG0, Chip_EN);
    await this.wait(milliseconds(enableMs));
  }

  /** What the registers say; `not-ready` when the part was reset and the LEDs are dark. */
  async sample(): Promise<Reading<typeof channels>> {
    const colors = await this.#colors();
    if (!(await this.#isEnabled()))
      throw this.device.error("not-ready", "read DEVICE_CONFIG0", "reset since it was configured");
    return decode(colors);
  }

  /**
   * Sets the named outputs (%), and leaves the others as they are, in one transfer.
   * RangeError for any other name or value, and nothing is changed.
   */
  async apply(wanted: Readonly<Record<string, number>>): Promise<void> {
    const counts = Object.entries(wanted).map(([name, percent]) => countsOf(name, percent));
    if (counts.length === 0) return;
    const colors = await this.#colors();
    for (const { pin, count } of counts) colors[pin] = count;
    await this.device.write(Register.OUT0_COLOR, ...colors);
  }

  #colors(): Promise<Uint8Array> {
    return this.device.readRegister(Register.OUT0_COLOR, outputs.length);
  }

  /** All other bits of the register are reserved, and read 0. */
  async #isEnabled(): Promise<boolean> {
    return (await this.device.readUint8(Register.DEVICE_CONFIG0)) === Chip_EN;
  }
}

function countsOf(name: string, percent: number): { readonly pin: number; readonly count: number } {
  const pin = outputs.indexOf(name as Output);
  if (pin < 0) throw new RangeError(`no output ${name}: this part drives red1 to blue8`);
  if (!(percent >= 0 && percent <= 100))
    throw new RangeError(`output ${name} is ${percent}, not from 0 to 100 %`);
  return { pin, count: encode(percent) };
}

/** OUTn_COLOR for a level in percent (section 7.6.16). */
export const encode = (percent: number) => Math.round((percent / 100) * countsMax);

/** Levels in percent of OUT0_COLOR to OUT23_COLOR. */
export const decode = (colors: Uint8Array): Reading<typeof channels> =>
  Object.fromEntries(
    outputs.map((output, pin) => [output, (colors[pin]! / countsMax) * 100]),
  ) as unknown as Reading<typeof channels>;
