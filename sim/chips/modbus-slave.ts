import type { Cancel } from "#devices/ports/clock.ts";
import type { LineSpeed } from "#devices/ports/serial.ts";
import type { SerialTarget, VirtualSerialLine } from "../ports/serial.ts";
import type { TwinEnvironment } from "./twin.ts";

/** Function codes (Modbus Application Protocol V1.1b3, section 6). */
export const Code = { ReadHolding: 0x03, ReadInput: 0x04, WriteSingle: 0x06, WriteMultiple: 0x10 } as const;

/** Exception codes (section 7). */
export const Exception = { IllegalFunction: 0x01, IllegalDataAddress: 0x02, IllegalDataValue: 0x03 } as const;

/** A longer silence, in characters of ten bits, ends a frame (Modbus over Serial Line V1.02, 2.5.1.1). */
const silenceCharacters = 3.5;

const readCountMax = 125;
const writeCountMax = 123;

/** What a device answers for: its registers, and what else it is asked. */
export interface ModbusDevice {
  readonly path: string;
  readonly unit: number;
  /** An address besides its own that it answers to. */
  readonly generalUnit?: number;
  readonly speed: LineSpeed;
  /** From the end of a request to the beginning of the answer, in milliseconds. */
  readonly thinkMs: number;
  readonly codes: readonly number[];
  /** Most registers of one answer. */
  readonly answerMax?: number;
  /** Documented functions that are only known by name: refused, and noted in `untouchable`. */
  readonly taggedCodes: ReadonlyMap<number, string>;
  readonly untouchable: Set<string>;
  /** False while it has no power to answer with. */
  isAwake?(): boolean;
  /** The register, 0 to 65535; undefined where there is none. */
  read?(code: number, address: number): number | undefined;
  /** False when the register takes no such value. Only asked for registers that can be read. */
  write?(address: number, value: number): boolean;
  /** Function code and data in answer to those of a request of the maker's own; undefined when it is none. */
  answer?(request: Uint8Array): readonly number[] | undefined;
}

/**
 * The Modbus RTU half of a twin: hears every request of its line, answers those for its unit byte by byte, with its
 * own framing and CRC, and is where the line goes wrong.
 */
export class ModbusSlave implements SerialTarget {
  readonly isMultidrop = true;
  readonly speed: LineSpeed;
  readonly #device: ModbusDevice;
  readonly #loop: TwinEnvironment["loop"];
  readonly #random: () => number;
  readonly #line: VirtualSerialLine;
  #isPlugged = true;
  #isSilent = false;
  #isBabbling = false;
  #answersToCorrupt = 0;
  #pending: Cancel = () => {};
  /** A frame that is not whole, and when its last byte came. */
  #begun: Uint8Array = nothing;
  #heardMs = Number.NEGATIVE_INFINITY;

  constructor({ loop, random, wiring }: TwinEnvironment, device: ModbusDevice) {
    this.#device = device;
    this.#loop = loop;
    this.#random = random;
    this.speed = device.speed;
    this.#line = wiring.serial(device.path, this);
  }

  /** Its connector is pulled: it hears and says nothing. */
  unplug(): void {
    this.#isPlugged = false;
    this.#pending();
  }

  /** It starts again: an answer that was due is lost. */
  restart(): void {
    this.#pending();
  }

  /** The next `count` answers arrive with one bit wrong. */
  corruptCrc(count: number): void {
    this.#answersToCorrupt = count;
  }

  /** It takes requests and answers none. */
  silence(): void {
    this.#isSilent = true;
  }

  /** It answers every request with noise of random length. */
  garbage(): void {
    this.#isBabbling = true;
  }

  mend(): void {
    this.#isPlugged = true;
    this.#isSilent = false;
    this.#isBabbling = false;
    this.#answersToCorrupt = 0;
  }

  receive(bytes: Uint8Array): void {
    if (!this.#isPlugged) return;
    const frame = this.#together(bytes);
    if (frame.length < 4 || crc16(frame) !== 0) {
      this.#begun = frame.slice(0, frameMax);
      return;
    }
    this.#begun = nothing;
    this.#hear(frame);
  }

  /** With what came just before: a program may write a frame in pieces. */
  #together(bytes: Uint8Array): Uint8Array {
    const { now } = this.#loop;
    const silenceMs = now - this.#line.durationMs(bytes.length) - this.#heardMs;
    this.#heardMs = now;
    const isNew = this.#begun.length === 0 || silenceMs >= this.#line.durationMs(silenceCharacters);
    return isNew ? bytes : Uint8Array.of(...this.#begun, ...bytes);
  }

  #hear(frame: Uint8Array): void {
    const { unit, generalUnit, thinkMs, isAwake } = this.#device;
    if (frame[0] !== unit && frame[0] !== generalUnit) return;
    if (isAwake && !isAwake.call(this.#device)) return;
    const data = this.#answer(frame.subarray(1, -2));
    if (!data || this.#isSilent) return;
    const answer = withCrc([frame[0]!, ...data]);
    this.#pending = this.#loop.at(this.#loop.now + thinkMs, () => this.#line.send(this.#spoiled(answer)));
  }

  /** Function code and data of the answer; undefined for what is no request, such as another's answer. */
  #answer(request: Uint8Array): readonly number[] | undefined {
    const own = this.#device.answer?.(request);
    if (own) return own;
    const { codes, taggedCodes, untouchable } = this.#device;
    const code = request[0]!;
    if (code & 0x80) return undefined;
    if (codes.includes(code)) return this.#registers(code, request);
    const name = taggedCodes.get(code);
    if (name) untouchable.add(name);
    return exception(code, Exception.IllegalFunction);
  }

  #registers(code: number, request: Uint8Array): readonly number[] | undefined {
    const address = wordAt(request, 1);
    if (code === Code.WriteSingle)
      return request.length === 5 ? this.#write(request, address, [wordAt(request, 3)]) : undefined;
    const count = wordAt(request, 3);
    if (code === Code.WriteMultiple) {
      if (request[5] !== 2 * count || request.length !== 6 + 2 * count) return undefined;
      if (count < 1 || count > writeCountMax) return exception(code, Exception.IllegalDataValue);
      return this.#write(
        request,
        address,
        Array.from({ length: count }, (_, index) => wordAt(request, 6 + 2 * index)),
      );
    }
    return request.length === 5 ? this.#read(code, address, count) : undefined;
  }

  #read(code: number, address: number, count: number): readonly number[] {
    const { answerMax = readCountMax } = this.#device;
    if (count < 1 || count > answerMax) return exception(code, Exception.IllegalDataValue);
    const words = Array.from({ length: count }, (_, index) => this.#device.read?.(code, address + index));
    if (words.includes(undefined)) return exception(code, Exception.IllegalDataAddress);
    return [code, 2 * count, ...words.flatMap((word) => [word! >> 8, word! & 0xff])];
  }

  /** Its answer repeats where and how much, or what. */
  #write(request: Uint8Array, address: number, values: readonly number[]): readonly number[] {
    const code = request[0]!;
    if (values.some((_, index) => this.#device.read?.(Code.ReadHolding, address + index) === undefined))
      return exception(code, Exception.IllegalDataAddress);
    for (const [index, value] of values.entries())
      if (!this.#device.write?.(address + index, value)) return exception(code, Exception.IllegalDataValue);
    return [...request.subarray(0, 5)];
  }

  #spoiled(answer: Uint8Array): Uint8Array {
    const random = this.#random;
    if (this.#isBabbling)
      return Uint8Array.from({ length: 1 + Math.floor(random() * 40) }, () => Math.floor(random() * 256));
    if (this.#answersToCorrupt === 0) return answer;
    this.#answersToCorrupt--;
    const spoiled = answer.slice();
    spoiled[Math.floor(random() * answer.length)]! ^= 1 << Math.floor(random() * 8);
    return spoiled;
  }
}

/** Longest frame (Modbus over Serial Line V1.02, 2.5.1). */
const frameMax = 256;
const nothing = new Uint8Array();

const exception = (code: number, why: number) => [code | 0x80, why];
const wordAt = (bytes: Uint8Array, at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** CRC-16/MODBUS, low byte sent first: zero over a frame with its own CRC (Modbus over Serial Line, appendix B). */
export function crc16(bytes: Iterable<number>): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

function withCrc(frame: readonly number[]): Uint8Array {
  const crc = crc16(frame);
  return Uint8Array.of(...frame, crc & 0xff, crc >> 8);
}
