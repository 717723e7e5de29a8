/**
 * NXP PN532 on its high speed UART: tells whether a contactless card (ISO/IEC 14443 type A) lies on the reader, and
 * which. UM0701-02 (rev. 02), PN532 User Manual.
 *
 * A card's UID never leaves this file. What leaves it is the card's credential, 48 bits of the UID's SHA-256: the
 * same card gives the same number on every reader, and among a million cards two share one with a chance of 1 in 560.
 * It is a pseudonym, not a secret: whoever has it can try all UIDs.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { milliseconds } from "../duration.ts";
import { type Channels, type Driver, everywhere, type Reading, serialPart } from "../part.ts";
import { sleep } from "../ports/clock.ts";
import type { PortError } from "../ports/error.ts";
import { type Quantity, truth } from "../quantities.ts";
import { acknowledgeFrame, encodeCommand, type Frame, FrameParser } from "./pn532-frame.ts";
import { SerialDriver } from "./serial-driver.ts";

/** Command codes (section 7.1). A response carries the code plus 1. */
export const Command = {
  GetFirmwareVersion: 0x02,
  SAMConfiguration: 0x14,
  RFConfiguration: 0x32,
  InListPassiveTarget: 0x4a,
} as const;

/** IC of GetFirmwareVersion (section 7.2.2). */
const pn532Ic = 0x32;

/** Wakes the PN532 (section 7.2.11, HSU): rising edges, then nothing until its oscillator runs. */
const wakeUpBytes = Uint8Array.of(0x55, 0x55, ...new Array<number>(14).fill(0));
const oscillatorStart = milliseconds(10);

/** SAMConfiguration: Normal mode, no SAM (section 7.2.10). It ends the low battery mode of power-on. */
const normalMode = 0x01;

/** CfgItem of RFConfiguration (section 7.3.1). */
const CfgItem = { RfField: 0x01, MaxRetries: 0x05 } as const;
const fieldOff = 0x00;
/** MxRtyATR and MxRtyPSL as after reset; MxRtyPassiveActivation: look for a card twice, not for ever. */
const maxRetries = [0xff, 0x01, 0x01] as const;

/** InListPassiveTarget: one card, 106 kbit/s type A (section 7.3.5). */
const oneTarget = 0x01;
const typeA106 = 0x00;

/** The PN532 acknowledges within 15 ms (section 6.2.2) and looks for a card for some tens of milliseconds. */
const answerLimit = milliseconds(500);

const credentialBytes = 6;

/** Who a card is, without its UID: a whole number of 48 bits. */
export const credential: Quantity = {
  name: "credential",
  symbol: "C",
  unit: "1",
  unitCode: "C62",
  min: 0,
  max: 2 ** (8 * credentialBytes) - 1,
  decimals: 0,
};

const channels = {
  /** A card lies on the reader. */
  card: { quantity: truth, range: [0, 1], step: everywhere(0) },
  /** Of the card that lies there; 0 without one, NaN where it makes up a new UID each time. */
  credential: { quantity: credential, range: [credential.min, credential.max], step: everywhere(0) },
} as const satisfies Channels;

export const pn532 = serialPart({
  id: "pn532",
  title: "contactless card reader",
  maker: "NXP",
  datasheet: "UM0701-02",
  // PN532/C1 data sheet 115430: VBAT, and the transmitter at its most; the host's side is at PVDD, 3.3 V.
  electrical: { supply: [2.7, 5.5], currentMaxMa: 150, logic: 3.3 },
  speed: { baudRate: 115_200, dataBits: 8, parity: "none", stopBits: 1 },
  channels,
  driver: (line, clock) => new Pn532(line, clock),
});

class Pn532 extends SerialDriver implements Driver<typeof channels> {
  async probe(): Promise<void> {
    await this.#wakeUp();
    const [ic, ...rest] = await this.#command("GetFirmwareVersion");
    if (ic !== pn532Ic || rest.length !== 3)
      throw this.error("wrong-device", "GetFirmwareVersion", `IC 0x${ic?.toString(16)}, expected 0x32`);
  }

  /**
   * A PN532 that was reset sleeps in low battery mode, and no `sample` hears of it: it must come here again.
   */
  async configure(): Promise<void> {
    await this.#wakeUp();
    await this.#command("RFConfiguration", CfgItem.MaxRetries, ...maxRetries);
  }

  /** The field is on only while it looks: a card that stays is started anew, and a bench's battery spared. */
  async sample(): Promise<Reading<typeof channels>> {
    const targets = await this.#command("InListPassiveTarget", oneTarget, typeA106);
    await this.#command("RFConfiguration", CfgItem.RfField, fieldOff);
    const reading = decode(targets);
    if (reading) return reading;
    throw this.error("checksum", "InListPassiveTarget", "the answer describes no card");
  }

  /** Awake, at nothing that was begun before, and out of low battery mode. */
  async #wakeUp(): Promise<void> {
    await this.line.write(wakeUpBytes, answerLimit);
    await sleep(this.clock, oscillatorStart);
    await this.line.write(acknowledgeFrame, answerLimit);
    await this.#command("SAMConfiguration", normalMode);
  }

  /** Sends a command, and listens for its acknowledgement, then for its response. @returns what follows its code */
  #command(name: keyof typeof Command, ...parameters: number[]): Promise<Uint8Array> {
    let isAcknowledged = false;
    return this.exchange(encodeCommand(Command[name], parameters), {
      operation: name,
      limit: answerLimit,
      framing: new FrameParser(),
      accept: (frame) => {
        if (frame.kind === "acknowledge") isAcknowledged = true;
        else if (frame.kind !== "response") throw this.#refused(name, frame.kind);
        else if (isAcknowledged && frame.data[0] === Command[name] + 1) return frame.data.subarray(1);
        return undefined;
      },
      late: () => {
        const heard = isAcknowledged ? "only acknowledged" : "nothing";
        return this.error("timeout", name, `${heard} within ${answerLimit} ms`);
      },
    });
  }

  #refused(name: string, kind: Exclude<Frame["kind"], "acknowledge" | "response">): PortError {
    if (kind === "application-error") return this.error("wrong-device", name, "it does not know the command");
    return this.error("checksum", name, kind === "damaged" ? "damaged frame" : "the command arrived damaged");
  }
}

/**
 * What follows the response code of InListPassiveTarget (section 7.3.5): NbTg, then for a card Tg, SENS_RES (2),
 * SEL_RES, length and bytes of NFCID1, and for an ISO/IEC 14443-4 card its ATS. Undefined when it is none of it.
 */
export function decode(targets: Uint8Array): Reading<typeof channels> | undefined {
  const [count, number, , , , uidLength = 0] = targets;
  if (count === 0 && targets.length === 1) return { card: 0, credential: 0 };
  const uid = targets.subarray(6, 6 + uidLength);
  const ats = targets.subarray(6 + uidLength);
  const isUid = [4, 7, 10].includes(uidLength) && uid.length === uidLength;
  const isAts = ats.length === 0 || ats[0] === ats.length;
  if (count !== 1 || number !== 1 || !isUid || !isAts) return undefined;
  return { card: 1, credential: isRandom(uid) ? Number.NaN : credentialOf(uid) };
}

/** A UID of 4 bytes that begins with 08h is made up each time the card is powered (ISO/IEC 14443-3, 6.5.4). */
const isRandom = (uid: Uint8Array) => uid.length === 4 && uid[0] === 0x08;

/** The first 48 bits of the SHA-256 of a UID, most significant byte first. */
export const credentialOf = (uid: Uint8Array) =>
  sha256(uid)
    .subarray(0, credentialBytes)
    .reduce((number, byte) => number * 256 + byte, 0);
