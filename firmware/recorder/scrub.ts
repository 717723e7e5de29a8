import { createHmac, randomBytes } from "node:crypto";
import { credentialOf } from "#devices/chips/pn532.ts";
import type { Furniture } from "#devices/furniture/vocabulary.ts";

const credentialDigits = 12;

/**
 * Stand-ins for whatever may tell who somebody is. Equal identities get equal ones throughout one life, so that a
 * replay finds the same card permitted; the key is drawn for each life, and is never written anywhere.
 */
export class Pseudonyms {
  readonly #key: Uint8Array;
  readonly #credentials = new Map<string, string>();

  constructor(key: Uint8Array = randomBytes(32)) {
    this.#key = key;
  }

  /**
   * For the UID of a card, one of the same length. A UID that the card made up (ISO/IEC 14443-3, 6.5.4: 4 bytes, the
   * first 08h) stays one of that sort, any other does not become one.
   */
  uid(uid: Uint8Array): Uint8Array {
    const stand = Uint8Array.from(this.#digest("uid", uid).subarray(0, uid.length));
    if (uid.length === 4) stand[0] = uid[0] === 0x08 ? 0x08 : stand[0] === 0x08 ? 0x09 : stand[0]!;
    this.#credentials.set(this.text(digits(credentialOf(uid))), digits(credentialOf(stand)));
    return stand;
  }

  /** For a confidential text, one of the same length and the same sorts of characters. */
  text(text: string): string {
    const digest = this.#digest("text", new TextEncoder().encode(text));
    const isHexadecimal = /^[0-9a-f]*$/.test(text);
    return text.replace(/[a-z0-9]/gi, (character, at: number) => {
      // Texts longer than a digest repeat it: what they are is hidden all the same.
      const draw = digest[at % digest.length]!;
      if (isHexadecimal) return (draw & 0xf).toString(16);
      if (/[0-9]/.test(character)) return String(draw % 10);
      const letter = String.fromCharCode(0x61 + (draw % 26));
      return character === character.toLowerCase() ? letter : letter.toUpperCase();
    });
  }

  /**
   * What the stand-in of a permitted card's credential must be read as: that of the stand-in of its UID, which is known
   * once the card was shown.
   */
  get credentials(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#credentials);
  }

  #digest(domain: string, bytes: Uint8Array): Buffer {
    return createHmac("sha256", this.#key).update(domain).update("\0").update(bytes).digest();
  }
}

const digits = (credential: number) => credential.toString(16).padStart(credentialDigits, "0");

/** Settings of one kind with its confidential ones replaced: texts by stand-ins, anything else left out. */
export function settingsScrubber({ settings }: Furniture, pseudonyms: Pseudonyms) {
  const stand = (value: unknown): unknown => {
    if (typeof value === "string") return pseudonyms.text(value);
    if (Array.isArray(value)) return value.map(stand);
    if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, stand(v)]));
    return typeof value === "boolean" ? value : undefined;
  };
  return (given: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(given).map(([name, value]) => [
        name,
        settings[name]?.isConfidential ? stand(value) : value,
      ]),
    );
}

export type ScrubSettings = ReturnType<typeof settingsScrubber>;

/** A message or a document `{revision, settings}` without anything confidential; undefined when it is none. */
export function scrubDesired(value: unknown, scrub: ScrubSettings): unknown {
  if (!isObject(value) || !isObject(value.settings)) return undefined;
  return { ...value, settings: scrub(value.settings) };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === "object" && !Array.isArray(value);
