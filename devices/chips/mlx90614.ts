/**
 * Melexis MLX90614: infrared thermometer, the temperature of what it looks at and its own.
 * Datasheet 3901090614, application note 390119061402 (SMBus communication with MLX90614).
 *
 * It measures by itself and needs no settings. It speaks SMBus: every word is followed by a packet error code,
 * and a word whose code is wrong is no word. The emissivity stays as its EEPROM has it: 1 from the factory.
 */
import { type Channels, type Driver, everywhere, i2cPart, type Reading } from "../part.ts";
import { type Quantity, temperature } from "../quantities.ts";
import { I2cDriver } from "./i2c-driver.ts";

/** RAM addresses, and EEPROM addresses with their opcode 001x xxxx (3901090614, SMBus commands). */
export const Command = { Ta: 0x06, Tobj1: 0x07, Emissivity: 0x24, SmbusAddress: 0x2e } as const;

/** What an infrared thermometer sees may be far hotter than any part. */
export const objectTemperature: Quantity = {
  ...temperature,
  name: "object temperature",
  symbol: "Tobj",
  min: -70,
  max: 380,
};

const kelvinPerCount = 0.02;
const kelvinAtZeroCelsius = 273.15;

/**
 * Words between which the RAM holds a temperature (3901090614, RAM): −38.2 to 125 °C, −70.01 to 382.19 °C. Bit 15 is
 * an error flag (390119061402, table 7): with it, a word is beyond either.
 */
const ambientWords = { min: 0x2de4, max: 0x4dc4 } as const;
const objectWords = { min: 0x27ad, max: 0x7fff } as const;

/** An emissivity of 0.1, the least that may be stored: 65535 is 1 (3901090614, emissivity correction coefficient). */
const emissivityMin = Math.round(0.1 * 0xffff);

const channels = {
  /** Of the sensor itself. */
  ambientTemperature: { quantity: temperature, range: [-38.2, 125], step: everywhere(kelvinPerCount) },
  objectTemperature: { quantity: objectTemperature, range: [-70, 380], step: everywhere(kelvinPerCount) },
} as const satisfies Channels;

export const mlx90614 = i2cPart({
  id: "mlx90614",
  title: "infrared thermometer",
  maker: "Melexis",
  datasheet: "3901090614",
  // Electrical specifications of the 3 V versions, MLX90614xB and xD; those of 5 V do not fit a 3.3 V bus.
  electrical: { supply: [2.6, 3.6], currentMaxMa: 2 },
  addresses: [0x5a],
  channels,
  driver: (device, clock) => new Mlx90614(device, clock),
});

class Mlx90614 extends I2cDriver implements Driver<typeof channels> {
  /**
   * The part has no identification register. What tells it apart is that its answers carry a PEC, that its EEPROM
   * holds the very address it answers at, and an emissivity that it could have been given.
   */
  async probe(): Promise<void> {
    const address = await this.#read(Command.SmbusAddress);
    const emissivity = await this.#read(Command.Emissivity);
    if (address === undefined && emissivity === undefined)
      throw this.#wrongDevice("no answer carries a PEC: another part, or a bus that damages every word");
    if (address === undefined || emissivity === undefined) throw this.#damaged("read EEPROM");
    if ((address & 0xff) !== this.device.address)
      throw this.#wrongDevice(`SMBus address 0x${(address & 0xff).toString(16)}`);
    if (emissivity < emissivityMin)
      throw this.#wrongDevice(`emissivity ${emissivity}, expected ${emissivityMin} to 65535`);
  }

  /** Measures as its EEPROM says. */
  async configure(): Promise<void> {}

  async sample(): Promise<Reading<typeof channels>> {
    const ambient = await this.#read(Command.Ta);
    const object = await this.#read(Command.Tobj1);
    if (ambient === undefined) throw this.#damaged("read Ta");
    if (object === undefined) throw this.#damaged("read Tobj1");
    return decode(ambient, object);
  }

  /** Read Word (SMBus 2.0, section 5.5.5): low byte, high byte, PEC. Undefined when the PEC is wrong. */
  async #read(command: number): Promise<number | undefined> {
    const { address } = this.device;
    const [low, high, code] = await this.device.readRegister(command, 3);
    const expected = packetErrorCode([address << 1, command, (address << 1) | 1, low!, high!]);
    return code === expected ? low! | (high! << 8) : undefined;
  }

  #damaged(operation: string) {
    return this.device.error("checksum", operation, "the PEC is wrong");
  }

  #wrongDevice(detail: string) {
    return this.device.error("wrong-device", "read EEPROM", detail);
  }
}

/** CRC-8 with polynomial x⁸+x²+x+1 over all bytes of a transfer, address bytes included (SMBus 2.0, section 5.4). */
export function packetErrorCode(bytes: Iterable<number>): number {
  let code = 0;
  for (const byte of bytes) {
    code ^= byte;
    for (let bit = 0; bit < 8; bit++) code = code & 0x80 ? ((code << 1) ^ 0x07) & 0xff : code << 1;
  }
  return code;
}

/** The words of Ta and Tobj1 in °C. NaN where the error flag is set, or the word is none that the RAM can hold. */
export function decode(ambient: number, object: number): Reading<typeof channels> {
  return {
    ambientTemperature: celsius(ambient, ambientWords),
    objectTemperature: celsius(object, objectWords),
  };
}

function celsius(word: number, { min, max }: { readonly min: number; readonly max: number }): number {
  return word >= min && word <= max ? word * kelvinPerCount - kelvinAtZeroCelsius : Number.NaN;
}
