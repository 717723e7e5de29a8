import fc from "fast-check";
import { expect, it } from "vitest";
import { credentialOf, decode } from "#devices/chips/pn532.ts";
import { type Frame, FrameParser } from "#devices/chips/pn532-frame.ts";
import { CardBytes } from "./card-bytes.ts";
import { Pseudonyms } from "./scrub.ts";

const key = new Uint8Array(32).fill(7);
const uidOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const uids = fc.oneof(uidOf(4), uidOf(7), uidOf(10)).filter((uid) => new Set(uid).size > 2);

/** A normal information frame (UM0701-02, section 6.2.1.1). */
function frame(data: readonly number[]): number[] {
  const sum = data.reduce((total, byte) => total + byte, 0);
  return [0x00, 0x00, 0xff, data.length, -data.length & 0xff, ...data, -sum & 0xff, 0x00];
}

/** ACK, then the answer to InListPassiveTarget with one card (UM0701-02, sections 6.2.1.3 and 7.3.5). */
const answer = (uid: Uint8Array, ats: readonly number[] = []) => [
  ...[0x00, 0x00, 0xff, 0x00, 0xff, 0x00],
  ...frame([0xd5, 0x4b, 1, 1, 0x00, 0x04, 0x08, uid.length, ...uid, ...ats]),
];

function scrubbed(
  bytes: readonly number[],
  cuts: readonly number[],
  pseudonyms = new Pseudonyms(key),
): number[] {
  const scrubber = new CardBytes(pseudonyms);
  const edges = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  );
  const chunks = edges
    .slice(1)
    .map((end, index) => ({ atMs: index, bytes: Uint8Array.from(bytes.slice(edges[index], end)) }));
  const out = [...chunks.flatMap((chunk) => scrubber.push(chunk)), ...scrubber.flush()];
  expect(out.map(({ atMs, bytes: { length } }) => [atMs, length])).toEqual(
    chunks.map(({ atMs, bytes: { length } }) => [atMs, length]),
  );
  return out.flatMap(({ bytes: part }) => [...part]);
}

const holds = (bytes: readonly number[], part: Uint8Array) =>
  bytes.some((_, at) => part.every((byte, index) => bytes[at + index] === byte));

const responses = (frames: readonly Frame[]) =>
  frames.flatMap((one) => (one.kind === "response" ? [one.data] : []));

it("lets no UID through, in any chunks, and what comes through is a card still: the same for the same", () => {
  fc.assert(
    fc.property(uids, fc.array(fc.nat(), { maxLength: 6 }), (uid, cuts) => {
      const bytes = answer(uid, [3, 0x80, 0x71]);
      const out = scrubbed(bytes, cuts);
      expect(holds(out, uid)).toBe(false);
      const [data] = responses(new FrameParser().push(Uint8Array.from(out)));
      const reading = decode(data!.subarray(1))!;
      const stand = new Pseudonyms(key).uid(uid);
      expect(reading.card).toBe(1);
      const isRandom = uid.length === 4 && uid[0] === 0x08;
      expect(reading.credential).toEqual(isRandom ? Number.NaN : credentialOf(stand));
      expect(scrubbed(bytes, [])).toEqual(out);
      expect(scrubbed(bytes, [], new Pseudonyms(key.map((byte) => byte ^ 1)))).not.toEqual(out);
    }),
  );
});

it("lets no part of a UID through that is in a torn or damaged answer", () => {
  fc.assert(
    fc.property(uids, fc.nat(), fc.integer({ min: 1, max: 255 }), (uid, place, mask) => {
      const bytes = answer(uid);
      const cut = bytes.slice(0, place % bytes.length);
      expect(holds(scrubbed(cut, []), uid.subarray(0, 4))).toBe(false);
      const damaged = bytes.map((byte, at) => (at === place % bytes.length ? byte ^ mask : byte));
      const out = scrubbed(damaged, []);
      // Whatever was hit, nothing of four bytes on end is left of it, unless it begins the frame itself.
      expect(holds(out, uid.subarray(0, 4)) || holds(out, uid.subarray(-4))).toBe(false);
    }),
  );
});

it("leaves alone what is no card: acknowledgements, an empty field, other answers", () => {
  const others = [
    ...[0x00, 0x00, 0xff, 0x00, 0xff, 0x00],
    ...frame([0xd5, 0x03, 0x32, 1, 6, 7]),
    ...frame([0xd5, 0x4b, 0]),
  ];
  expect(scrubbed(others, [3, 11])).toEqual(others);
});
