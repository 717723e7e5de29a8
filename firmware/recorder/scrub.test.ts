import { expect, it } from "vitest";
import { credentialOf } from "#devices/chips/pn532.ts";
import { bench } from "#devices/furniture/index.ts";
import { Pseudonyms, scrubDesired, settingsScrubber } from "./scrub.ts";

const hexadecimal = (uid: Uint8Array) => credentialOf(uid).toString(16).padStart(12, "0");

it("tells how the stand-in of a permitted card reads, once the card was shown", () => {
  const pseudonyms = new Pseudonyms(new Uint8Array(32));
  const uid = Uint8Array.of(0x04, 0xa2, 0x3b, 0x9c, 0x11, 0x5d, 0x80);
  const permitted = pseudonyms.text(hexadecimal(uid));
  expect(pseudonyms.credentials).toEqual({});
  expect(pseudonyms.credentials[permitted]).toBeUndefined();
  expect(permitted).toMatch(/^[0-9a-f]{12}$/);
  const stand = pseudonyms.uid(uid);
  expect(stand).toHaveLength(7);
  expect(pseudonyms.credentials).toEqual({ [permitted]: hexadecimal(stand) });
});

it("replaces what is confidential in settings, and nothing else", () => {
  const pseudonyms = new Pseudonyms();
  const cards = ["0123456789ab", "ffffffffffff", "0123456789ab"];
  const desired = { revision: "r1", settings: { cards, reserve: 31, cardNeeded: "always" } };
  const scrubbed = scrubDesired(desired, settingsScrubber(bench, pseudonyms)) as typeof desired;
  expect(scrubbed.settings).toMatchObject({ reserve: 31, cardNeeded: "always" });
  const [first, second, third] = scrubbed.settings.cards;
  expect(first).toBe(third);
  expect(new Set([...cards, first, second]).size).toBe(4);
  expect(scrubDesired("cards: 0123456789ab", settingsScrubber(bench, pseudonyms))).toBeUndefined();
});

it("keeps length and sorts of characters of any text", () => {
  const stand = new Pseudonyms(new Uint8Array(32)).text("Ab-12 Zy");
  expect(stand).toMatch(/^[A-Z][a-z]-\d\d [A-Z][a-z]$/);
  expect(stand).not.toBe("Ab-12 Zy");
});
