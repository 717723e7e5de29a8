/**
 * Blocks of VE.Direct in text mode: the frame of every Victron Energy product that speaks it.
 * VE.Direct Protocol (Victron Energy, rev. 3.33), "Message format" and "Data integrity".
 *
 * A block is fields of "\r\n", label, tab and value. The last one, Checksum, has one byte for its value, any byte,
 * that makes the sum of all bytes of the block 0 modulo 256. HEX messages (":", hexadecimal digits, "\n") may come
 * between two blocks or in the midst of one; their bytes are no part of it.
 */

/** The fields of one block by label, without its checksum. */
export type Block = ReadonlyMap<string, string>;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const colon = 0x3a;
const hexDigits = new Set([..."0123456789ABCDEFabcdef"].map((digit) => digit.charCodeAt(0)));

/** The field with which every block that names its product begins. */
const firstLabel = "PID";
const checksumField = "\r\nChecksum\t";
/** Labels have up to 8 characters and values up to 32. */
const fieldPattern = /^\r\n([^\t]{1,8})\t([^\t]{0,32})$/;
const fieldLengthMax = 2 + 8 + 1 + 32;
/** A block has at most 22 fields; newer firmware may send a few more. */
const fieldsMax = 40;

/**
 * Cuts a byte stream into whole blocks. It may begin anywhere, in any chunks.
 *
 * A block begins with its PID, wherever that stands: what came before is torn. It is dropped whole when the sum is
 * not 0, and as soon as anything is not as the format wants it: a field without label or tab, a label that comes
 * twice (two blocks run together), a HEX message that is none. So any single wrong bit drops it; wrong bits that
 * cancel each other in a sum of eight bits do not, and no reader of this protocol can tell.
 */
export class BlockParser {
  #fields: Map<string, string> | undefined;
  /** From "\r" on; empty while no field is under way. */
  #text = "";
  /** Of the fields before this one, and of this one. */
  #sum = 0;
  #textSum = 0;
  #isHex = false;
  #damaged = 0;

  /** How many blocks were begun and then dropped. */
  get damaged(): number {
    return this.#damaged;
  }

  push(chunk: Uint8Array): Block[] {
    const whole: Block[] = [];
    for (const byte of chunk) {
      if (this.#text === checksumField) this.#close(byte, whole);
      else if (this.#isHex) this.#skip(byte);
      else this.#take(byte);
    }
    return whole;
  }

  /** The checksum's byte, which may be any: also one that means something elsewhere. It may be missing, too. */
  #close(byte: number, whole: Block[]): void {
    const fields = this.#fields;
    const isRight = ((this.#sum + this.#textSum + byte) & 0xff) === 0;
    if (fields && isRight) {
      this.#fields = undefined;
      whole.push(fields);
    }
    this.#drop();
    if (!isRight && byte === carriageReturn) this.#take(byte);
  }

  /** A byte of a HEX message. */
  #skip(byte: number): void {
    if (hexDigits.has(byte)) return;
    this.#isHex = false;
    if (byte === lineFeed) return;
    this.#drop();
    this.#take(byte);
  }

  #take(byte: number): void {
    if (byte === colon) this.#isHex = true;
    else if (byte === carriageReturn) {
      if (this.#text !== "") this.#endField();
      this.#text = "\r";
      this.#textSum = byte;
    } else if (this.#text !== "") {
      this.#text += String.fromCharCode(byte);
      this.#textSum += byte;
      const isTorn = (byte === lineFeed) !== (this.#text.length === 2);
      if (isTorn || this.#text.length > fieldLengthMax) this.#drop();
    }
  }

  #endField(): void {
    const [, label, value] = fieldPattern.exec(this.#text) ?? [];
    if (label === firstLabel) {
      this.#drop();
      this.#fields = new Map();
      this.#sum = 0;
    }
    const isTorn = label === undefined || value === undefined || this.#fields?.has(label);
    if (isTorn || (this.#fields?.size ?? 0) >= fieldsMax) this.#drop();
    else this.#fields?.set(label, value);
    this.#sum += this.#textSum;
  }

  #drop(): void {
    if (this.#fields) this.#damaged++;
    this.#fields = undefined;
    this.#text = "";
  }
}
