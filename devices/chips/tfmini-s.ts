/**
 * Benewake TFmini-S: laser rangefinder, 0.1 to 12 m. Product manual SJ-PM-TFmini-S A01, whose sections and tables
 * are cited here.
 *
 * It sends a frame 100 times a second, or as often as it is told, wanted or not. A reading takes the first whole frame
 * that begins after it was asked for, and nobody listens in between, so that a board is not busy with the rest.
 *
 * Rate and format are set at each `configure` and not saved, since its flash wears. After a power cut it sends again
 * as it was saved, from the factory in centimetres: faster, and as right. One that somebody saved in millimetres
 * is set right by `configure`, but its frames do not tell when it falls back to them.
 */
import { milliseconds } from "../duration.ts";
import { type Channels, type Driver, everywhere, type Reading, serialPart } from "../part.ts";
import { distance, type Quantity, temperature } from "../quantities.ts";
import { SerialDriver } from "./serial-driver.ts";
import { encodeCommand, type Frame, FrameParser } from "./tfmini-s-frame.ts";

/** Section 7.4, table 12. */
const Command = {
  ObtainFirmwareVersion: 0x01,
  FrameRate: 0x03,
  OutputFormat: 0x05,
  EnableOutput: 0x07,
} as const;

/** Standard 9 bytes in cm. */
const centimetres = 0x01;
const enabled = 0x01;

/** Often enough for what parks; ten frames of 9 bytes a second. */
const frameHz = 10;

/** Five frames at that rate; a hundred at the factory's. */
const frameLimit = milliseconds(500);
const answerLimit = milliseconds(500);

/** Below it the detection is unreliable (section 5.4). */
const strengthMin = 100;
/** Minus one: the signal saturates (table 8). */
const strengthSaturated = 0xffff;

const distanceM = [0.1, 12] as const;
/** Of the chip, which is warmer than its surroundings. */
const temperatureC = [-40, 125] as const;

/** Strength of what comes back: less the farther and the darker a thing is. */
const signalStrength = {
  name: "signal strength",
  symbol: "s",
  unit: "1",
  unitCode: "C62",
  min: 0,
  max: 0xffff,
  decimals: 0,
} as const satisfies Quantity;

const channels = {
  /** NaN where the part sees nothing that it is sure of: too far, too near, too dark, or dazzled. */
  distance: { quantity: distance, range: distanceM, step: everywhere(0.01) },
  strength: { quantity: signalStrength, range: [0, strengthSaturated - 1], step: everywhere(1) },
  temperature: { quantity: temperature, range: temperatureC, step: everywhere(0.125) },
} as const satisfies Channels;

export const tfminiS = serialPart({
  id: "tfmini-s",
  title: "laser rangefinder",
  maker: "Benewake",
  datasheet: "SJ-PM-TFmini-S A01",
  // Table of electrical parameters: 5 V ± 0.1 V, peak current.
  electrical: { supply: [4.9, 5.1], currentMaxMa: 200, logic: 3.3 },
  // Section 5.2, table 6.
  speed: { baudRate: 115_200, dataBits: 8, parity: "none", stopBits: 1 },
  channels,
  driver: (line, clock) => new TfminiS(line, clock),
});

class TfminiS extends SerialDriver implements Driver<typeof channels> {
  /** The maker's other rangefinders answer alike, and send the same frames. */
  async probe(): Promise<void> {
    const version = await this.#command("obtain firmware version", Command.ObtainFirmwareVersion, []);
    if (version.length !== 3)
      throw this.error("wrong-device", "obtain firmware version", `${version.length} bytes of it, not 3`);
  }

  async configure(): Promise<void> {
    await this.#set("set output format", Command.OutputFormat, [centimetres]);
    await this.#set("set frame rate", Command.FrameRate, [frameHz, 0]);
    await this.#set("enable output", Command.EnableOutput, [enabled]);
  }

  async sample(): Promise<Reading<typeof channels>> {
    return this.next({
      operation: "read data frame",
      limit: frameLimit,
      framing: new FrameParser(),
      accept: decodeData,
    });
  }

  /** It repeats what it was set to. */
  async #set(operation: string, command: number, values: readonly number[]): Promise<void> {
    const answer = await this.#command(operation, command, values);
    if (String([...answer]) !== String(values))
      throw this.error("wrong-device", operation, `answered with ${[...answer]}, not ${values}`);
  }

  #command(operation: string, command: number, values: readonly number[]): Promise<Uint8Array> {
    return this.exchange(encodeCommand(command, values), {
      operation,
      limit: answerLimit,
      framing: new FrameParser(),
      accept: (frame) => (frame.kind === "answer" && frame.command === command ? frame.values : undefined),
    });
  }
}

/** A data frame (sections 5.3 and 5.4, table 8): undefined for an answer to a command. */
export function decodeData(frame: Frame): Reading<typeof channels> | undefined {
  if (frame.kind !== "data") return undefined;
  const { distanceCm, strength } = frame;
  const isSure = strength >= strengthMin && strength !== strengthSaturated;
  return {
    distance: isSure ? within(distanceM, distanceCm / 100) : Number.NaN,
    strength: strength === strengthSaturated ? Number.NaN : strength,
    temperature: within(temperatureC, frame.temperature / 8 - 256),
  };
}

/** Minus one, two and four, for what went wrong (table 8), are out of range too. */
const within = ([min, max]: readonly [number, number], value: number) =>
  value >= min && value <= max ? value : Number.NaN;
