/**
 * Texas Instruments ADS1115: four voltages against ground, 16 bits, up to 860 conversions a second.
 * Datasheet SBAS444 (rev. E).
 *
 * Each value is one single-shot conversion, so that nothing is configured that a brown-out could lose. The inputs
 * must stay between ground and the part's supply, whatever the gain (section 6.3).
 */
import { type Duration, milliseconds } from "../duration.ts";
import { type Channels, type Driver, everywhere, i2cPart, type Reading } from "../part.ts";
import type { Clock } from "../ports/clock.ts";
import type { I2cDevice, I2cOperation } from "../ports/i2c.ts";
import { voltage } from "../quantities.ts";
import { type Soon, thereupon } from "../soon.ts";
import type { Converter, Traffic } from "../stream.ts";
import { I2cDriver } from "./i2c-driver.ts";

/** Section 8.1.1, table 8-1. */
export const Register = { Conversion: 0, Config: 1, Lo_thresh: 2, Hi_thresh: 3 } as const;

/** PGA, bits 11:9 of Config (section 8.1.3): full scale in volts by code. */
const fullScaleVolts = { "6.144": 0, "4.096": 1, "2.048": 2, "1.024": 3, "0.512": 4, "0.256": 5 } as const;
export type Gain = keyof typeof fullScaleVolts;

export const inputs = [0, 1, 2, 3] as const;
export type Input = (typeof inputs)[number];

/** Bits of Config (section 8.1.3): start, AIN0 against ground, single-shot, 860 SPS, no comparator. */
const OS = 1 << 15;
const MUX_AIN0 = 0b100 << 12;
const MODE_SINGLE_SHOT = 1 << 8;
const DR_860_SPS = 0b111 << 5;
const COMP_QUE_OFF = 0b11;

/** The data rate may be 10 % low, and the part wakes up first (sections 6.5 and 7.4.2.1). */
const conversionMsMax = (1_000 / 860) * 1.1 + 0.025;

/**
 * The part has no identity but the thresholds of its comparator as after power-on (section 8.1.4), which stay so:
 * the comparator is off.
 */
const powerOnThresholds = [
  [Register.Lo_thresh, 0x8000],
  [Register.Hi_thresh, 0x7fff],
] as const;

/** The Config word that starts one conversion of `input` against ground. */
export const configWord = (input: Input, gain: Gain): number =>
  OS |
  (MUX_AIN0 + (input << 12)) |
  (fullScaleVolts[gain] << 9) |
  MODE_SINGLE_SHOT |
  DR_860_SPS |
  COMP_QUE_OFF;

function startOf(input: Input, gain: Gain): I2cOperation {
  const word = configWord(input, gain);
  return { write: Uint8Array.of(Register.Config, word >> 8, word & 0xff) };
}

const readConversion: readonly I2cOperation[] = [{ write: Uint8Array.of(Register.Conversion) }, { read: 2 }];

/** What `begin` and `fetch` put on the bus: Config is written, Conversion is read. */
export const conversionTraffic: readonly Traffic[] = [{ write: 3 }, { write: 1, read: 2 }];

const wordOf = (bytes: Uint8Array) => (bytes[0]! << 8) | bytes[1]!;

const voltsPerCount = (gain: Gain) => Number(gain) / 0x8000;

/** Volts of the two bytes of the Conversion register; NaN at either end of the scale, where it clips (section 7.5.5). */
export function decodeConversion(bytes: Uint8Array, gain: Gain): number {
  const counts = (wordOf(bytes) << 16) >> 16;
  return counts === 0x7fff || counts === -0x8000 ? Number.NaN : counts * voltsPerCount(gain);
}

const channelsOf = (gain: Gain) => {
  const channel = {
    quantity: voltage,
    range: [0, 0x7ffe * voltsPerCount(gain)] as const,
    step: everywhere(voltsPerCount(gain)),
  };
  return {
    voltage0: channel,
    voltage1: channel,
    voltage2: channel,
    voltage3: channel,
  } satisfies Channels;
};

type Ads1115Channels = ReturnType<typeof channelsOf>;

/** An ADS1115 with one gain for its four inputs: the full scale in volts. */
export const ads1115With = ({ gain }: { readonly gain: Gain }) =>
  i2cPart({
    id: "ads1115",
    title: "four-channel analog-to-digital converter",
    maker: "Texas Instruments",
    datasheet: "SBAS444",
    // Sections 6.3 and 6.5.
    electrical: { supply: [2, 5.5], currentMaxMa: 0.3 },
    addresses: [0x48, 0x49, 0x4a, 0x4b],
    channels: channelsOf(gain),
    driver: (device, clock) => new Ads1115(device, clock, gain),
  });

/** With ±4.096 V: the gain that a supply of 3.3 V fits into. */
export const ads1115 = ads1115With({ gain: "4.096" });

export class Ads1115 extends I2cDriver implements Driver<Ads1115Channels>, Converter {
  readonly conversionTime: Duration = milliseconds(conversionMsMax);
  readonly #gain: Gain;
  /** By channel, what starts its conversion. */
  readonly #starts: Readonly<Record<string, readonly I2cOperation[]>>;
  readonly #decode: (answers: readonly Uint8Array[]) => number;

  constructor(device: I2cDevice, clock: Clock, gain: Gain) {
    super(device, clock);
    this.#gain = gain;
    this.#starts = Object.fromEntries(inputs.map((input) => [`voltage${input}`, [startOf(input, gain)]]));
    this.#decode = ([bytes]) => decodeConversion(bytes!, gain);
  }

  async probe(): Promise<void> {
    for (const [register, expected] of powerOnThresholds) {
      const found = await this.device.readUint16(register);
      if (found !== expected)
        throw this.device.error(
          "wrong-device",
          "read Lo_thresh and Hi_thresh",
          `0x${found.toString(16)} in register ${register}, expected 0x${expected.toString(16)}`,
        );
    }
  }

  async configure(): Promise<void> {}

  async sample(): Promise<Reading<Ads1115Channels>> {
    return {
      voltage0: await this.convert(0),
      voltage1: await this.convert(1),
      voltage2: await this.convert(2),
      voltage3: await this.convert(3),
    };
  }

  /**
   * Volts at one input, from one conversion that this call starts; NaN beyond full scale. One call at a time.
   * PortError `not-ready` when the part was reset meanwhile, `timeout` when it still converts.
   */
  async convert(input: Input): Promise<number> {
    const word = configWord(input, this.#gain);
    await this.begin(`voltage${input}`);
    await this.wait(this.conversionTime);
    const config = await this.device.readUint16(Register.Config);
    if ((config | OS) !== word)
      throw this.device.error("not-ready", "read Config", "reset since the conversion was started");
    if (!(config & OS)) throw this.device.error("timeout", "read Config", "conversion is not ready");
    return this.fetch();
  }

  /** @param channel `voltage0` to `voltage3` */
  begin(channel: string): Soon<unknown> {
    return this.device.transferSoon(this.#starts[channel]!);
  }

  /**
   * Config is not read back, which would cost a third of a stream's bus time: each start writes it whole, so that a
   * reset spoils the conversion under way and no other. That one reads 0 V: a stream's inputs are to have a live zero.
   */
  fetch(): Soon<number> {
    return thereupon(this.device.transferSoon(readConversion), this.#decode);
  }
}
