import { createHash } from "node:crypto";
import { pn532 } from "#devices/chips/pn532.ts";
import { placeOf } from "#devices/part.ts";
import type { Cancel } from "#devices/ports/clock.ts";
import type { LineSpeed } from "#devices/ports/serial.ts";
import type { SerialTarget, VirtualSerialLine } from "../ports/serial.ts";
import { wireMs } from "../ports/serial-wire.ts";
import { Senses, type Source, type Twin, type TwinDefinition, type TwinEnvironment } from "./twin.ts";

/** From a command to its ACK, from there to a plain response, and for one look for a card. Guesses. */
const acknowledgeMs = 1;
const answerMs = 2;
const lookMs = 25;

/** Look for ever: MxRtyPassiveActivation after reset. */
const endless = 0xff;

const Code = {
  Diagnose: 0x00,
  GetFirmwareVersion: 0x02,
  ReadRegister: 0x06,
  WriteRegister: 0x08,
  SetParameters: 0x12,
  SAMConfiguration: 0x14,
  PowerDown: 0x16,
  RFConfiguration: 0x32,
  InDeselect: 0x44,
  InListPassiveTarget: 0x4a,
  InRelease: 0x52,
} as const;

/** Of InListPassiveTarget: ISO/IEC 14443 type A at 106 kbit/s, the only cards that are laid here. */
const typeA = 0x00;

/** Of InDeselect and InRelease: done, and no such target (section 7.1, table 15). */
const status = { ok: 0x00, wrongContext: 0x27 } as const;

const acknowledge = "0000ff00ff00";
const applicationError = "0000ff01ff7f8100";

/** IC PN532, firmware 1.6, all three card types (UM0701-02, section 7.2.2). */
const firmware = [0x32, 0x01, 0x06, 0x07] as const;

/** SENS_RES and SEL_RES by length of the UID: a MIFARE Classic 1K, an NTAG, and one of three sizes. */
const kinds: Readonly<Record<number, readonly number[]>> = {
  4: [0x00, 0x04, 0x08],
  7: [0x00, 0x44, 0x00],
  10: [0x00, 0x84, 0x00],
};

/** Commands by code that are documented and not modelled (section 7.1). */
const tagged = new Map([
  [0x04, "GetGeneralStatus"],
  [0x0c, "ReadGPIO"],
  [0x0e, "WriteGPIO"],
  [0x10, "SetSerialBaudRate"],
  [0x40, "InDataExchange"],
  [0x42, "InCommunicateThru"],
  [0x54, "InSelect"],
  [0x60, "InAutoPoll"],
]);

/**
 * PN532 on its high speed UART, with a card on it or not: `lay` and `lift`, or `set` the channel `card`.
 *
 * A card is set by its UID. Since no UID can be computed from a credential, `set("credential", …)` takes the
 * credential of a card that was laid before for that card, and any other whole number for the serial number of one
 * not seen yet: its UID is 04h and the number's 48 bits. What the driver should read of it is `sensed`.
 */
class Pn532Twin implements Twin, SerialTarget {
  readonly part = pn532;
  readonly speed: LineSpeed = { baudRate: 115_200 };
  readonly untouchable = new Set<string>();
  readonly honesty = {
    modelled: ["wake-up", "low battery mode", ...Object.keys(Code)],
    tagged: [
      ...tagged.values(),
      "what registers do",
      "tests of Diagnose but that of the line",
      "virtual card mode",
      "type B, FeliCa and Jewel cards",
      "ATS",
      "several cards",
    ],
  };
  /**
   * From the wake-up bytes until the oscillator runs, with this part's quartz: typically some 100 µs, and 2 ms at most
   * (UM0701-02, section 7.2.11). A driver has to wait for the longest.
   */
  oscillatorStartMs = 2;
  readonly #environment: TwinEnvironment;
  readonly #senses: Senses;
  readonly #line: VirtualSerialLine;
  readonly #known = new Map<number, Uint8Array>();
  #power: "low-battery" | "awake" | "normal" = "low-battery";
  #awakeAtMs = Number.POSITIVE_INFINITY;
  #retries = endless;
  #isFieldOn = false;
  /** A card is a target from InListPassiveTarget until InRelease. */
  #hasTarget = false;
  readonly #registers = new Map<number, number>();
  #isPlugged = true;
  #isSilent = false;
  #isBabbling = false;
  #answersToCorrupt = 0;
  #received = "";
  #pending: Cancel = () => {};

  constructor(environment: TwinEnvironment) {
    this.#environment = environment;
    this.#senses = new Senses(pn532.channels, environment.loop);
    this.#line = environment.wiring.serial(placeOf("serial", environment.place).path, this);
  }

  /** Lays a card of this UID (4, 7 or 10 bytes) on the reader, in place of another. */
  lay(uid: Uint8Array): void {
    if (!kinds[uid.length]) throw new RangeError(`a UID has 4, 7 or 10 bytes, not ${uid.length}`);
    const credential = credentialOf(uid);
    this.#known.set(credential, uid.slice());
    this.#senses.set("credential", credential);
    this.#senses.set("card", 1);
  }

  lift(): void {
    this.#senses.set("card", 0);
  }

  set(channel: string, source: Source): void {
    this.#senses.set(channel, source);
  }

  sensed(channel: string): number {
    const hasCard = Math.round(this.#senses.now("card"));
    if (channel !== "credential") return channel === "card" ? hasCard : this.#senses.now(channel);
    return hasCard ? credentialOf(this.#uid()) : 0;
  }

  /** Whether the antenna radiates. */
  get isFieldOn(): boolean {
    return this.#isFieldOn;
  }

  /** Its connector is pulled: it hears and says nothing, and has no power. */
  unplug(): void {
    this.#isPlugged = false;
    this.#pending();
  }

  stick(channel?: string): void {
    this.#senses.stick(channel);
  }

  drift(channel: string, offset: number): void {
    this.#senses.drift(channel, offset);
  }

  /** It sleeps in low battery mode, as after power-on, until it is woken. */
  brownOut(): void {
    this.#pending();
    this.#power = "low-battery";
    this.#awakeAtMs = Number.POSITIVE_INFINITY;
    this.#retries = endless;
    this.#isFieldOn = false;
    this.#hasTarget = false;
    this.#registers.clear();
    this.#received = "";
  }

  /** The next `count` responses arrive with one bit wrong. */
  corruptChecksum(count: number): void {
    this.#answersToCorrupt = count;
  }

  /** It takes commands and answers none. */
  silence(): void {
    this.#isSilent = true;
  }

  /** It answers every command with noise of random length. */
  garbage(): void {
    this.#isBabbling = true;
  }

  mend(): void {
    this.#senses.mend();
    this.#isSilent = false;
    this.#isBabbling = false;
    this.#answersToCorrupt = 0;
    if (!this.#isPlugged) this.brownOut();
    this.#isPlugged = true;
  }

  receive(bytes: Uint8Array): void {
    if (!this.#isPlugged) return;
    const heard = this.#awake(bytes);
    if (heard.length === 0) return;
    if (this.#power === "low-battery") this.#power = "awake";
    this.#received += Buffer.from(heard).toString("hex");
    for (let frame = this.#nextFrame(); frame; frame = this.#nextFrame()) this.#hear(frame);
  }

  /** What it hears of bytes: nothing while it sleeps, and none of those that pass while its oscillator starts. */
  #awake(bytes: Uint8Array): Uint8Array {
    const byteMs = wireMs(this.speed, 1);
    const startMs = this.#environment.loop.now - bytes.length * byteMs;
    const wakes = this.#awakeAtMs === Number.POSITIVE_INFINITY ? bytes.indexOf(0x55) : -1;
    if (wakes >= 0) this.#awakeAtMs = startMs + wakes * byteMs + this.oscillatorStartMs;
    const first = Math.ceil((this.#awakeAtMs - startMs) / byteMs);
    return bytes.subarray(Math.max(Math.min(first, bytes.length), 0));
  }

  /** The data of the next frame that is whole and right, without LEN and checksums; empty for an ACK. */
  #nextFrame(): Buffer | undefined {
    const start = this.#received.search(/00ff(?:..)+$/);
    if (start < 0) return undefined;
    const bytes = Buffer.from(this.#received.slice(start + "00ff".length), "hex");
    const [length = 0, lengthChecksum = 0] = bytes;
    if (bytes.length < length + 3) return undefined;
    const data = bytes.subarray(2, 2 + length);
    const isAcknowledge = length === 0x00 && lengthChecksum === 0xff;
    const isRight = (length + lengthChecksum) % 256 === 0 && checksumOf(data) === bytes[2 + length];
    // After what is no frame, the next one may begin within it.
    this.#received = bytes.subarray(isAcknowledge || isRight ? length + 3 : 0).toString("hex");
    return isAcknowledge || isRight ? data : this.#nextFrame();
  }

  /** A command, or the ACK that ends one. Either ends what went before. */
  #hear(data: Buffer): void {
    this.#pending();
    if (data.length === 0) return;
    const [direction, code = 0, ...parameters] = data;
    if (direction !== 0xd4) return;
    this.#after(acknowledgeMs, () => {
      if (this.#isBabbling) return this.#line.send(this.#noise());
      this.#send(Buffer.from(acknowledge, "hex"));
      this.#obey(code, parameters);
    });
  }

  #obey(code: number, parameters: readonly number[]): void {
    if (code === Code.InListPassiveTarget) {
      // In low battery mode there is no field to find a card in.
      if (this.#power === "normal") this.#look(parameters[1] ?? typeA, this.#retries);
      return;
    }
    const values = this.#done(code, parameters);
    if (values) this.#answer(code, values);
    else {
      this.untouchable.add(tagged.get(code) ?? `command 0x${code.toString(16)}`);
      this.#after(answerMs, () => this.#send(Buffer.from(applicationError, "hex")));
    }
  }

  /** What a command gives that is over at once; undefined for one that is not modelled. */
  #done(code: number, parameters: readonly number[]): readonly number[] | undefined {
    switch (code) {
      case Code.Diagnose:
        return this.#diagnose(parameters);
      case Code.GetFirmwareVersion:
        return firmware;
      case Code.ReadRegister:
        return addressesOf(parameters, 2).map(([address]) => this.#registers.get(address) ?? 0);
      case Code.WriteRegister:
        for (const [address, value] of addressesOf(parameters, 3)) this.#registers.set(address, value);
        return [];
      case Code.SetParameters:
        return [];
      case Code.SAMConfiguration:
        this.#power = "normal";
        if (parameters[0] !== 0x01) this.untouchable.add("virtual card mode");
        return [];
      case Code.PowerDown:
        return this.#powerDown();
      case Code.RFConfiguration:
        return this.#configureRf(parameters);
      case Code.InDeselect:
      case Code.InRelease:
        return this.#endTarget(code, parameters);
      default:
        return undefined;
    }
  }

  /** The test of the line gives back what it was sent, with the test's number (section 7.2.1). */
  #diagnose(parameters: readonly number[]): readonly number[] {
    if (parameters[0] !== 0x00) this.untouchable.add(`Diagnose NumTst ${parameters[0]}`);
    return parameters;
  }

  /** It sleeps once it has answered, until bytes on the line wake it (section 7.2.11). */
  #powerDown(): readonly number[] {
    this.#isFieldOn = false;
    this.#hasTarget = false;
    return [status.ok];
  }

  /** Target 0 means all (sections 7.3.10 and 7.3.11); there is one at most, of number 1. */
  #endTarget(code: number, [target = 0]: readonly number[]): readonly number[] {
    const isThere = target === 0 || (target === 1 && this.#hasTarget);
    if (code === Code.InRelease && isThere) this.#hasTarget = false;
    return [isThere ? status.ok : status.wrongContext];
  }

  /** RFConfiguration (section 7.3.1). */
  #configureRf([item, ...values]: readonly number[]): readonly number[] {
    if (item === 0x01) this.#isFieldOn = ((values[0] ?? 0) & 1) === 1;
    else if (item === 0x05) this.#retries = values[2] ?? endless;
    else this.untouchable.add(`RFConfiguration CfgItem ${item}`);
    return [];
  }

  /** Looks for a card of this type, and again as often as MxRtyPassiveActivation says. */
  #look(type: number, retries: number): void {
    this.#isFieldOn = true;
    this.#after(lookMs, () => {
      if (type === typeA && this.sensed("card") === 1) {
        this.#hasTarget = true;
        const uid = this.#uid();
        this.#answer(Code.InListPassiveTarget, [1, 1, ...kinds[uid.length]!, uid.length, ...uid]);
      } else if (retries === 0) this.#answer(Code.InListPassiveTarget, [0]);
      else this.#look(type, retries === endless ? endless : retries - 1);
    });
  }

  /** Of the card that lies there, were there one. */
  #uid(): Uint8Array {
    const number = Math.round(this.#senses.now("credential"));
    const known = this.#known.get(number);
    if (known) return known;
    const serial = Buffer.alloc(7, 0x04);
    serial.writeUIntBE(number, 1, 6);
    return serial;
  }

  #answer(code: number, values: readonly number[]): void {
    const data = [0xd5, code + 1, ...values];
    const frame = Buffer.from([
      0,
      0,
      0xff,
      data.length,
      checksumOf([data.length]),
      ...data,
      checksumOf(data),
      0,
    ]);
    this.#after(answerMs, () => {
      if (this.#answersToCorrupt > 0) {
        this.#answersToCorrupt--;
        // Between the start code and the postamble, where it matters.
        const at = 3 + Math.floor(this.#environment.random() * (frame.length - 4));
        frame[at]! ^= 1 << Math.floor(this.#environment.random() * 8);
      }
      this.#send(frame);
      if (code === Code.PowerDown) this.#awakeAtMs = Number.POSITIVE_INFINITY;
    });
  }

  #send(frame: Uint8Array): void {
    if (!this.#isSilent) this.#line.send(frame);
  }

  #after(ms: number, run: () => void): void {
    this.#pending = this.#environment.loop.at(this.#environment.loop.now + ms, run);
  }

  #noise(): Uint8Array {
    const { random } = this.#environment;
    return Uint8Array.from({ length: 1 + Math.floor(random() * 40) }, () => Math.floor(random() * 256));
  }
}

/** 16-bit addresses, high byte first, each with what follows it in its `length` bytes. */
const addressesOf = (bytes: readonly number[], length: number) =>
  Array.from({ length: Math.floor(bytes.length / length) }, (_, index) => {
    const [high = 0, low = 0, value = 0] = bytes.slice(index * length);
    return [high * 256 + low, value] as const;
  });

/** The byte that makes a sum of 0 with these. */
const checksumOf = (bytes: Iterable<number>) => {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return (0x100 - (sum % 0x100)) % 0x100;
};

/** First 6 bytes of the UID's SHA-256; none for a UID that the card makes up. */
function credentialOf(uid: Uint8Array): number {
  if (uid.length === 4 && uid[0] === 0x08) return Number.NaN;
  return createHash("sha256").update(uid).digest().readUIntBE(0, 6);
}

export const twin = {
  part: pn532,
  create: (environment: TwinEnvironment) => new Pn532Twin(environment),
} satisfies TwinDefinition;
