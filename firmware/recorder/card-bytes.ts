import type { Pseudonyms } from "./scrub.ts";

/** TFI from PN532 to host, and the response code of InListPassiveTarget (UM0701-02, sections 6.2.1.1 and 7.3.5). */
const fromPn532 = 0xd5;
const inListPassiveTargetAnswer = 0x4b;
/** In such an answer, from TFI on: D5 4B NbTg Tg SENS_RES(2) SEL_RES NFCIDLength NFCID1 … ATS. */
const uidLengthAt = 7;
const uidAt = 8;
/** Preamble 00, start code 00 FF: of what is no frame, that much may be told. */
const isFraming = (byte: number) => byte === 0x00 || byte === 0xff;

/** Bytes as they came, with their time. */
export interface Chunk {
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

/**
 * What a PN532 says, with every card's UID replaced by its stand-in and the checksum made to fit. What belongs to a frame
 * is held until the frame is whole; bytes that belong to none, or to one that is torn or damaged, become zeros, since
 * they may be a part of a UID.
 */
export class CardBytes {
  readonly #pseudonyms: Pseudonyms;
  #held: Chunk[] = [];
  /** The byte before those: a start code may be in two chunks. */
  #previous = 0xff;

  constructor(pseudonyms: Pseudonyms) {
    this.#pseudonyms = pseudonyms;
  }

  /** @returns what can be written down now, in order. */
  push(chunk: Chunk): readonly Chunk[] {
    this.#held.push({ atMs: chunk.atMs, bytes: chunk.bytes.slice() });
    return this.#release(false);
  }

  /** No rest of a frame comes any more: the host has spoken, or the line is closed. */
  flush(): readonly Chunk[] {
    return this.#held.length === 0 ? [] : this.#release(true);
  }

  #release(isEnd: boolean): readonly Chunk[] {
    const held = this.#held;
    const all = Uint8Array.from(held.flatMap(({ bytes }) => [...bytes]));
    if (!scrubbed(all, this.#previous, this.#pseudonyms) && !isEnd) return [];
    this.#held = [];
    this.#previous = all.at(-1) ?? this.#previous;
    let at = 0;
    return held.map(({ atMs, bytes }) => {
      at += bytes.length;
      return { atMs, bytes: all.subarray(at - bytes.length, at) };
    });
  }
}

/** Scrubs `bytes` in place. @returns false when they end within a frame: then what was done to its part is not final */
function scrubbed(bytes: Uint8Array, previous: number, pseudonyms: Pseudonyms): boolean {
  let at = 0;
  while (at < bytes.length) {
    if (!(bytes[at] === 0xff && (at === 0 ? previous : bytes[at - 1]) === 0x00)) {
      if (!isFraming(bytes[at]!)) bytes[at] = 0;
      at++;
      continue;
    }
    const [length, lengthChecksum] = bytes.subarray(at + 1, at + 3);
    if (length === undefined || lengthChecksum === undefined) return wiped(bytes, at + 1);
    const isFrame = length !== 0 && ((length + lengthChecksum) & 0xff) === 0;
    const isAcknowledge = (length ^ lengthChecksum) === 0xff && (length === 0x00 || length === 0xff);
    if (!isFrame && !isAcknowledge) bytes.fill(0, at + 1, at + 3);
    at += 3;
    if (!isFrame) continue;
    // LEN bytes and DCS.
    if (at + length + 1 > bytes.length) return wiped(bytes, at);
    scrubFrame(bytes.subarray(at, at + length + 1), pseudonyms);
    at += length + 1;
  }
  return true;
}

function wiped(bytes: Uint8Array, from: number): false {
  bytes.fill(0, from);
  return false;
}

/** @param frame TFI to DCS */
function scrubFrame(frame: Uint8Array, pseudonyms: Pseudonyms): void {
  const data = frame.subarray(0, -1);
  const sum = frame.reduce((total, byte) => total + byte, 0) & 0xff;
  if (sum !== 0) return void frame.fill(0);
  if (data[0] !== fromPn532 || data[1] !== inListPassiveTargetAnswer || data[2] === 0) return;
  const length = data[uidLengthAt] ?? 0;
  const uid = data.subarray(uidAt, uidAt + length);
  if (uid.length === length && length > 0) uid.set(pseudonyms.uid(uid));
  // Historical bytes of the ATS may be a card's own: its length alone is needed.
  data.fill(0, uidAt + length + 1);
  if (uid.length !== length || length === 0) data.fill(0, 3);
  frame[frame.length - 1] = -data.reduce((total, byte) => total + byte, 0) & 0xff;
}
