import { mlx90614 } from "#devices/chips/mlx90614.ts";
import { placeOf } from "#devices/part.ts";
import { RegisterTwin } from "./registers.ts";
import type { TwinDefinition, TwinEnvironment } from "./twin.ts";

/** From power-on to the first result (3901090614, "POR"). */
const firstResultMs = 250;

/** Between two results. It depends on the filters in the EEPROM; this is a guess. */
const resultMs = 100;

/** What the RAM holds before the first result. The datasheet does not say; it is no temperature, at any rate. */
const noResult = 0x0000;

/** High byte of the EEPROM's SMBus address as parts are delivered; it means nothing. */
const addressHighByte = 0xbe;

/** A cell that is documented and does nothing here. */
const named = (at: number, access: "r" | "rw" = "rw") => ({ at, access, reset: 0, tagged: true }) as const;

/**
 * MLX90614 with one sensor, in SMBus mode: both linearised temperatures, refreshed by themselves, and the two
 * EEPROM cells that tell what it is. Filters, emissivity other than 1, the PWM output, sleep and writing to the
 * EEPROM are only known by name.
 */
class Mlx90614Twin extends RegisterTwin {
  readonly part = mlx90614;
  readonly #address: number;
  #poweredAtMs = 0;
  #command = 0;
  #wordsToCorrupt = 0;

  constructor(environment: TwinEnvironment) {
    super(mlx90614, environment, { width: 16, byteOrder: "little" });
    this.#address = placeOf("i2c", environment.place).address;
    this.define({
      RawIr1: named(0x04, "r"),
      RawIr2: named(0x05, "r"),
      Ta: { at: 0x06, access: "r", reset: noResult, read: () => this.#result("ambientTemperature") },
      Tobj1: { at: 0x07, access: "r", reset: noResult, read: () => this.#result("objectTemperature") },
      Tobj2: named(0x08, "r"),
      ToMax: named(0x20),
      ToMin: named(0x21),
      PwmCtrl: named(0x22),
      TaRange: named(0x23),
      Emissivity: { at: 0x24, access: "r", reset: 0xffff },
      ConfigRegister1: named(0x25),
      SmbusAddress: { at: 0x2e, access: "r", reset: (addressHighByte << 8) | this.#address },
      IdNumber1: named(0x3c, "r"),
      IdNumber2: named(0x3d, "r"),
      IdNumber3: named(0x3e, "r"),
      IdNumber4: named(0x3f, "r"),
      Flags: named(0xf0, "r"),
      Sleep: named(0xff),
    });
  }

  protected override powerOn(): void {
    super.powerOn();
    this.#poweredAtMs = this.environment.loop.now;
  }

  /** Every command is a transfer of its own. */
  protected override next(command: number): number {
    return command;
  }

  override write(bytes: Uint8Array): boolean {
    this.#command = bytes[0] ?? this.#command;
    return super.write(bytes);
  }

  /** A word, low byte first, then its PEC; a controller that goes on reading finds the line released. */
  override read(length: number): Uint8Array {
    const word = super.read(2);
    const header = [this.#address * 2, this.#command, this.#address * 2 + 1];
    const answer = Uint8Array.of(...word, remainder([...header, ...word]));
    if (this.#wordsToCorrupt > 0) {
      this.#wordsToCorrupt--;
      const bit = Math.floor(this.environment.random() * 24);
      answer[bit >> 3]! ^= 1 << (bit & 7);
    }
    return Uint8Array.from({ length }, (_, index) => answer[index] ?? 0xff);
  }

  /** The next `count` words arrive with one bit wrong. */
  corruptCrc(count: number): void {
    this.#wordsToCorrupt = count;
  }

  override mend(): void {
    super.mend();
    this.#wordsToCorrupt = 0;
  }

  /** The last result, in fiftieths of a kelvin. */
  #result(channel: string): number {
    const sinceFirstMs = this.environment.loop.now - this.#poweredAtMs - firstResultMs;
    if (sinceFirstMs < 0) return noResult;
    const takenMs = this.environment.loop.now - (sinceFirstMs % resultMs);
    return Math.round((this.senses.at(channel, takenMs) + 273.15) * 50);
  }
}

/** The bytes as one long binary number times x⁸, divided by x⁸+x²+x+1: what is left over is the PEC. */
function remainder(bytes: readonly number[]): number {
  const divisor = 0b1_0000_0111n;
  let dividend = bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n) << 8n;
  for (let bit = BigInt(bytes.length * 8 - 1); bit >= 0n; bit--)
    if ((dividend >> (bit + 8n)) & 1n) dividend ^= divisor << bit;
  return Number(dividend);
}

export const twin = {
  part: mlx90614,
  create: (environment: TwinEnvironment) => new Mlx90614Twin(environment),
} satisfies TwinDefinition;
