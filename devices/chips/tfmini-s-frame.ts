/**
 * Frames of the Benewake TFmini-S (product manual SJ-PM-TFmini-S A01, sections 5.3 and 7.3). Each ends with the low
 * byte of the sum of all before it; all numbers are low byte first.
 */

/** Two bytes 0x59, seven more. */
const dataHead = 0x59;
const dataLength = 9;

/** 0x5A, length of the whole frame, command, values, sum. The longest answer sets a baud rate. */
const commandHead = 0x5a;
const commandLengthMin = 4;
const commandLengthMax = 9;

export type Frame =
  | {
      readonly kind: "data";
      readonly distanceCm: number;
      readonly strength: number;
      readonly temperature: number;
    }
  | { readonly kind: "answer"; readonly command: number; readonly values: Uint8Array };

/** Cuts a byte stream into frames. It may begin anywhere, in any chunks; what is no frame is passed over. */
export class FrameParser {
  #buffer: number[] = [];

  push(chunk: Uint8Array): Frame[] {
    this.#buffer.push(...chunk);
    const whole: Frame[] = [];
    let start = 0;
    for (let length: number | undefined; start < this.#buffer.length; start += Math.max(length, 1)) {
      length = frameLength(this.#buffer, start);
      if (length === undefined) break;
      if (length > 0) whole.push(decode(this.#buffer.slice(start, start + length)));
    }
    this.#buffer = this.#buffer.slice(start);
    return whole;
  }
}

/** Length of the frame that begins at `start`, 0 when none does, undefined while that cannot be told. */
function frameLength(buffer: readonly number[], start: number): number | undefined {
  const [head, next] = [buffer[start], buffer[start + 1]];
  if (head !== dataHead && head !== commandHead) return 0;
  if (next === undefined) return undefined;
  if (head === dataHead && next !== dataHead) return 0;
  const length = head === dataHead ? dataLength : next;
  if (length < commandLengthMin || length > commandLengthMax) return 0;
  const end = start + length;
  if (end > buffer.length) return undefined;
  return buffer[end - 1] === sumOf(buffer.slice(start, end - 1)) ? length : 0;
}

const sumOf = (bytes: readonly number[]) => bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;

function decode(bytes: readonly number[]): Frame {
  const word = (at: number) => bytes[at]! | (bytes[at + 1]! << 8);
  if (bytes[0] === commandHead)
    return { kind: "answer", command: bytes[2]!, values: Uint8Array.from(bytes.slice(3, -1)) };
  return { kind: "data", distanceCm: word(2), strength: word(4), temperature: word(6) };
}

/** A command frame (section 7.3). */
export function encodeCommand(command: number, values: readonly number[]): Uint8Array {
  const frame = [commandHead, values.length + 4, command, ...values];
  return Uint8Array.of(...frame, sumOf(frame));
}
