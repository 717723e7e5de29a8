/**
 * Frames between a host and a PN532. NXP UM0701-02 (rev. 02), section 6.2.1.
 *
 * A normal information frame is preamble 00, start code 00 FF, LEN, LCS (LEN + LCS = 0), then LEN bytes of which the
 * first, TFI, tells the direction, DCS (their sum + DCS = 0), postamble 00.
 */

/** TFI: from host to PN532, and back. */
const toPn532 = 0xd4;
const fromPn532 = 0xd5;
/** The one byte of an application level error frame (section 6.2.1.5). */
const applicationError = 0x7f;

export type Frame =
  | { readonly kind: "acknowledge" | "not-acknowledge" | "application-error" | "damaged" }
  /** `data` begins with the response code: that of the command plus 1. */
  | { readonly kind: "response"; readonly data: Uint8Array };

/** ACK frame (section 6.2.1.3): sent by the host, it ends what the PN532 is doing. */
export const acknowledgeFrame = Uint8Array.of(0x00, 0x00, 0xff, 0x00, 0xff, 0x00);

/** A command with its parameters. */
export function encodeCommand(code: number, parameters: readonly number[]): Uint8Array {
  const data = [toPn532, code, ...parameters];
  return Uint8Array.of(
    ...[0x00, 0x00, 0xff, data.length, -data.length & 0xff],
    ...data,
    -sumOf(data) & 0xff,
    0x00,
  );
}

/** What the parser reads next: a start code, LEN, LCS, or what LEN promised. */
type Expected = "start" | "length" | "length-checksum" | "data";

/**
 * Cuts a byte stream into frames; it may begin anywhere, in any chunks. Extended frames are damaged ones here: no
 * answer to a command of this driver is that long. A torn frame takes what follows for its rest, so a parser
 * serves for one exchange.
 */
export class FrameParser {
  #expected: Expected = "start";
  #previous = -1;
  #length = 0;
  #data: number[] = [];

  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    for (const byte of chunk) {
      const frame = this.#take(byte);
      if (frame) frames.push(frame);
      this.#previous = byte;
    }
    return frames;
  }

  #take(byte: number): Frame | undefined {
    switch (this.#expected) {
      case "start":
        if (this.#previous === 0x00 && byte === 0xff) this.#expected = "length";
        return undefined;
      case "length":
        this.#length = byte;
        this.#expected = "length-checksum";
        return undefined;
      case "length-checksum":
        return this.#begin(byte);
      case "data":
        this.#data.push(byte);
        return this.#data.length > this.#length ? this.#end() : undefined;
    }
  }

  #begin(lengthChecksum: number): Frame | undefined {
    const length = this.#length;
    this.#expected = "start";
    if (length === 0x00 && lengthChecksum === 0xff) return { kind: "acknowledge" };
    if (length === 0xff && lengthChecksum === 0x00) return { kind: "not-acknowledge" };
    if (((length + lengthChecksum) & 0xff) !== 0 || length === 0) return { kind: "damaged" };
    this.#data = [];
    this.#expected = "data";
    return undefined;
  }

  /** Everything that LEN counts, and DCS, is there. */
  #end(): Frame {
    this.#expected = "start";
    const [direction, ...data] = this.#data.slice(0, -1);
    if ((sumOf(this.#data) & 0xff) !== 0) return { kind: "damaged" };
    if (direction === applicationError && data.length === 0) return { kind: "application-error" };
    if (direction !== fromPn532 || data.length === 0) return { kind: "damaged" };
    return { kind: "response", data: Uint8Array.from(data) };
  }
}

const sumOf = (bytes: readonly number[]) => bytes.reduce((sum, byte) => sum + byte, 0);
