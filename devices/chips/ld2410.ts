/**
 * Hi-Link HLK-LD2410: 24 GHz presence radar, 0.75 to 6 m in gates of 0.75 m.
 * HLK-LD2410 Serial communication protocol V1.02 (2022-7-1), whose sections and tables are cited here.
 *
 * It reports every 100 ms, wanted or not. A reading takes the first whole report that begins after it was asked
 * for, and nobody listens in between: what is read once a second costs a board one frame a second, not ten.
 *
 * The protocol has no checksum. Frame head and end, length, inner head, tail and check byte, and the range of
 * every field are all there is to tell a report from noise, so all of them are checked.
 */
import { type Duration, milliseconds } from "../duration.ts";
import { type Channels, type Driver, everywhere, type Reading, serialPart } from "../part.ts";
import { distance, signalEnergy, truth } from "../quantities.ts";
import { type Heard, type Listening, SerialDriver } from "./serial-driver.ts";

/** Command words (2.2). An acknowledgement carries the word with bit 8 set. */
export const Command = {
  ReadFirmwareVersion: 0x00a0,
  EndConfiguration: 0x00fe,
  EnableConfiguration: 0x00ff,
} as const;

/** Frame head and end of commands and their acknowledgements (2.1.1), and of reports (2.3.1). */
const commandHead = [0xfd, 0xfc, 0xfb, 0xfa] as const;
const commandEnd = [0x04, 0x03, 0x02, 0x01] as const;
const reportHead = [0xf4, 0xf3, 0xf2, 0xf1] as const;
const reportEnd = [0xf8, 0xf7, 0xf6, 0xf5] as const;

/** Data type of a report (table 10). Engineering mode, left on by a phone, adds energies per gate. */
const DataType = { Engineering: 0x01, Basic: 0x02 } as const;

/** Firmware types (2.2.8): 0x0000 as the protocol prints it, 0x0100 as modules from V1.07 on answer. */
const firmwareTypes = [0x0000, 0x0100];

/** Nine gates of 0.75 m. */
const distanceCmMax = 675;
const gateMax = 8;

/** Longest intra-frame data: a report of engineering mode with nine gates (table 13). */
const dataLengthMax = 35;

const reportLimit = milliseconds(500);
const acknowledgeLimit = milliseconds(500);

const channels = {
  /** Somebody is there, moving or not. */
  presence: { quantity: truth, range: [0, 1], step: everywhere(0) },
  /** Detection distance. 0 m where the module names none. */
  distance: { quantity: distance, range: [0, distanceCmMax / 100], step: everywhere(0.01) },
  movingEnergy: { quantity: signalEnergy, range: [0, 100], step: everywhere(1) },
  stationaryEnergy: { quantity: signalEnergy, range: [0, 100], step: everywhere(1) },
} as const satisfies Channels;

export const ld2410 = serialPart({
  id: "ld2410",
  title: "presence radar",
  maker: "Hi-Link",
  datasheet: "HLK-LD2410 Serial communication protocol V1.02",
  // The module's data sheet asks for a supply of more than 200 mA; it draws 80 mA on average.
  electrical: { supply: [5, 12], currentMaxMa: 200, logic: 3.3 },
  speed: { baudRate: 256_000, dataBits: 8, parity: "none", stopBits: 1 },
  channels,
  driver: (line, clock) => new Ld2410(line, clock),
});

class Ld2410 extends SerialDriver implements Driver<typeof channels> {
  /**
   * Reads the firmware's type, then one report: the maker's other radars know the command too, but report otherwise.
   * Ending the configuration also frees a module that a crash left in it.
   */
  async probe(): Promise<void> {
    await this.#command(Command.EnableConfiguration, 0x01, 0x00);
    const version = await this.#command(Command.ReadFirmwareVersion).finally(() =>
      this.#command(Command.EndConfiguration),
    );
    const type = version[0]! | (version[1]! << 8);
    if (version.length !== 8 || !firmwareTypes.includes(type))
      throw this.error("wrong-device", "read firmware version", `type 0x${type.toString(16)}`);
    await this.sample();
  }

  /** It works as it comes from the factory. */
  async configure(): Promise<void> {}

  async sample(): Promise<Reading<typeof channels>> {
    return this.next(
      this.#frames("read report", reportLimit, ({ kind, data }) =>
        kind === "report" ? decodeReport(data) : undefined,
      ),
    );
  }

  /** Sends a command. @returns the values after the status of its acknowledgement */
  async #command(word: number, ...values: number[]): Promise<Uint8Array> {
    const name = `command 0x${word.toString(16).padStart(4, "0")}`;
    const { isDone, values: answer } = await this.exchange(
      encodeCommand(word, values),
      this.#frames(name, acknowledgeLimit, ({ kind, data }) =>
        kind === "acknowledge" ? decodeAcknowledge(data, word) : undefined,
      ),
    );
    if (isDone) return answer;
    throw this.error("wrong-device", name, "the module refused it");
  }

  /** Without a checksum, bytes that make no frame are no more than silence. */
  #frames<T>(
    operation: string,
    limit: Duration,
    accept: (frame: Frame) => T | undefined,
  ): Listening<Frame, T> {
    const late = ({ inWords }: Heard) => this.error("timeout", operation, inWords);
    return { operation, limit, framing: new FrameParser(), accept, late };
  }
}

/** Intra-frame data of one frame. */
export interface Frame {
  readonly kind: "report" | "acknowledge";
  readonly data: Uint8Array;
}

/** How a frame is closed, and the least that it holds. */
interface Envelope {
  readonly kind: Frame["kind"];
  readonly end: number;
  readonly lengthMin: number;
}

const wordOf = ([b0, b1, b2, b3]: readonly [number, number, number, number]) =>
  (b0 << 24) | (b1 << 16) | (b2 << 8) | b3 | 0;

/** What a head calls for, by the head's four bytes as one word. */
const envelopes = new Map<number, Envelope>([
  [wordOf(reportHead), { kind: "report", end: wordOf(reportEnd), lengthMin: 13 }],
  [wordOf(commandHead), { kind: "acknowledge", end: wordOf(commandEnd), lengthMin: 4 }],
]);

/**
 * Cuts a byte stream into frames. It may begin anywhere, in any chunks.
 *
 * No valid frame contains a frame head: its bytes are fields whose ranges forbid it. So wherever a head appears, a
 * frame begins, and one that was under way is torn. That makes every intact frame found, whatever lies around it,
 * with one look at each byte and one frame kept.
 */
export class FrameParser {
  readonly #data = new Uint8Array(dataLengthMax);
  #recent = 0;
  #envelope: Envelope | undefined;
  #position = 0;
  #length = 0;

  push(chunk: Uint8Array): Frame[] {
    const whole: Frame[] = [];
    for (const byte of chunk) {
      this.#recent = (this.#recent << 8) | byte;
      const begun = envelopes.get(this.#recent);
      if (begun) {
        this.#envelope = begun;
        this.#position = 0;
      } else if (this.#envelope) this.#take(byte, this.#envelope, whole);
    }
    return whole;
  }

  /** Bytes after the head: two of length, the data, four of the end. */
  #take(byte: number, { kind, end, lengthMin }: Envelope, whole: Frame[]): void {
    const at = this.#position++;
    if (at === 0) this.#length = byte;
    else if (at === 1) {
      this.#length |= byte << 8;
      if (this.#length < lengthMin || this.#length > dataLengthMax) this.#envelope = undefined;
    } else if (at < 2 + this.#length) this.#data[at - 2] = byte;
    else if (at === 2 + this.#length + 3) {
      if (this.#recent === end) whole.push({ kind, data: this.#data.slice(0, this.#length) });
      this.#envelope = undefined;
    }
  }
}

/** A command frame (2.1.1): head, length, command word, values, end; all numbers low byte first. */
export function encodeCommand(word: number, values: readonly number[]): Uint8Array {
  return Uint8Array.of(
    ...commandHead,
    2 + values.length,
    0,
    word & 0xff,
    word >> 8,
    ...values,
    ...commandEnd,
  );
}

/** The acknowledgement of a command word; undefined when it is none, or another's. */
export function decodeAcknowledge(
  data: Uint8Array,
  word: number,
): { readonly isDone: boolean; readonly values: Uint8Array } | undefined {
  const status = data[2]! | (data[3]! << 8);
  if ((data[0]! | (data[1]! << 8)) !== (word | 0x0100) || status > 1) return undefined;
  return { isDone: status === 0, values: data.subarray(4) };
}

/** A report (tables 9 to 14); undefined when any byte of it says that it is none. */
export function decodeReport(data: Uint8Array): Reading<typeof channels> | undefined {
  const [type, head, state, , , movingEnergy, , , stationaryEnergy] = data;
  const centimetres = (at: number) => data[at]! | (data[at + 1]! << 8);
  const isWhole = head === 0xaa && data.at(-2) === 0x55 && data.at(-1) === 0x00;
  const isBasic = type === DataType.Basic && data.length === 13;
  if (!isWhole || !(isBasic || isEngineering(data))) return undefined;
  if (state! > 3 || movingEnergy! > 100 || stationaryEnergy! > 100) return undefined;
  if ([3, 6, 9].some((at) => centimetres(at) > distanceCmMax)) return undefined;
  return {
    presence: state === 0 ? 0 : 1,
    distance: centimetres(9) / 100,
    movingEnergy: movingEnergy!,
    stationaryEnergy: stationaryEnergy!,
  };
}

/** After the basic fields: farthest gates, an energy for each gate of both kinds, and up to two bytes retained (table 13). */
function isEngineering(data: Uint8Array): boolean {
  if (data[0] !== DataType.Engineering || data.length < 17) return false;
  const [movingGate, stationaryGate] = data.subarray(11, 13);
  if (movingGate! > gateMax || stationaryGate! > gateMax) return false;
  const energies = movingGate! + 1 + stationaryGate! + 1;
  const retained = data.length - 13 - energies - 2;
  return retained >= 0 && retained <= 2 && data.subarray(13, 13 + energies).every((energy) => energy <= 100);
}
