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
import { type Channels, type Driver, everywhere, part, placeOf, type Reading, speedAt } from "../part.ts";
import { type Clock, deadline } from "../ports/clock.ts";
import { PortError, type PortErrorKind } from "../ports/error.ts";
import type { SerialLine } from "../ports/serial.ts";
import { distance, type Quantity, temperature } from "../quantities.ts";
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
export const signalStrength = {
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

/** Section 5.2, table 6. */
const speed = { baudRate: 115_200, dataBits: 8, parity: "none", stopBits: 1 } as const;

export const tfminiS = part({
  id: "tfmini-s",
  title: "laser rangefinder",
  maker: "Benewake",
  datasheet: "SJ-PM-TFmini-S A01",
  // Table of electrical parameters: 5 V ± 0.1 V, peak current.
  electrical: { supply: [4.9, 5.1], currentMaxMa: 200, logic: 3.3 },
  connection: { kind: "serial", speed },
  channels,
  async open(place, ports) {
    const at = placeOf("serial", place);
    return new TfminiS(await ports.serial.open(at.path, speedAt(at, speed)), ports.clock);
  },
});

class TfminiS implements Driver<typeof channels> {
  readonly #line: SerialLine;
  readonly #clock: Clock;

  constructor(line: SerialLine, clock: Clock) {
    this.#line = line;
    this.#clock = clock;
  }

  /** The maker's other rangefinders answer alike, and send the same frames. */
  async probe(): Promise<void> {
    const version = await this.#command("obtain firmware version", Command.ObtainFirmwareVersion, []);
    if (version.length !== 3)
      throw this.#error("wrong-device", "obtain firmware version", `${version.length} bytes of it, not 3`);
  }

  async configure(): Promise<void> {
    await this.#set("set output format", Command.OutputFormat, [centimetres]);
    await this.#set("set frame rate", Command.FrameRate, [frameHz, 0]);
    await this.#set("enable output", Command.EnableOutput, [enabled]);
  }

  async sample(): Promise<Reading<typeof channels>> {
    await this.#line.flush();
    return this.#next("read data frame", frameLimit, decodeData);
  }

  close(): Promise<void> {
    return this.#line.close();
  }

  /** It repeats what it was set to. */
  async #set(operation: string, command: number, values: readonly number[]): Promise<void> {
    const answer = await this.#command(operation, command, values);
    if (String([...answer]) !== String(values))
      throw this.#error("wrong-device", operation, `answered with ${[...answer]}, not ${values}`);
  }

  async #command(operation: string, command: number, values: readonly number[]): Promise<Uint8Array> {
    await this.#line.flush();
    const [answer] = await Promise.all([
      this.#next(operation, answerLimit, (frame) =>
        frame.kind === "answer" && frame.command === command ? frame.values : undefined,
      ),
      this.#line.write(encodeCommand(command, values), answerLimit),
    ]);
    return answer;
  }

  /** Listens for the first frame that `accept` makes something of. */
  #next<T>(operation: string, limit: typeof frameLimit, accept: (frame: Frame) => T | undefined): Promise<T> {
    if (!this.#line.isOpen) return Promise.reject(this.#error("not-ready", operation, "line closed"));
    const parser = new FrameParser();
    let bytes = 0;
    let frames = 0;
    let stop = () => {};
    const found = new Promise<T>((resolve, reject) => {
      const stopData = this.#line.onData((chunk) => {
        bytes += chunk.length;
        for (const frame of parser.push(chunk)) {
          frames++;
          const accepted = accept(frame);
          if (accepted !== undefined) resolve(accepted);
        }
      });
      const stopClose = this.#line.onClose(() => reject(this.#error("not-ready", operation, "line closed")));
      stop = () => {
        stopData();
        stopClose();
      };
    });
    const late = () => {
      const kind = bytes > 0 && frames === 0 ? "checksum" : "timeout";
      return this.#error(
        kind,
        operation,
        `${bytes} bytes came within ${limit} ms, ${frames} frames among them`,
      );
    };
    return deadline(this.#clock, limit, found, late).finally(stop);
  }

  #error(kind: PortErrorKind, operation: string, detail: string): PortError {
    return new PortError(kind, { port: this.#line.path, operation, detail });
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
