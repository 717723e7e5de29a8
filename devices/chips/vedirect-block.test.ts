import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Block, BlockParser } from "./vedirect-block.ts";

const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const join = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

/**
 * As recorded from a BlueSolar MPPT 75|15 with firmware 1.23 (github.com/karioja/vedirect, test/bluesolar_1.23.dump):
 * a block, the HEX message behind it, and the block after that.
 */
const recorded = [
  bytesOf(
    "\r\nPID\t0xA042\r\nFW\t123\r\nSER#\tHQ1411MYIKN\r\nV\t12530\r\nI\t640\r\nVPV\t31390\r\nPPV\t8\r\nCS\t3\r\nERR\t0" +
      "\r\nLOAD\tON\r\nIL\t0\r\nH19\t8272\r\nH20\t0\r\nH21\t11\r\nH22\t25\r\nH23\t119\r\nHSDS\t274\r\nChecksum\t\xb1",
  ),
  bytesOf(":A501000000000000000000000ED04C6040000000000C200000000000B0000000900C80D120172\n"),
  bytesOf(
    "\r\nPID\t0xA042\r\nFW\t123\r\nSER#\tHQ1411MYIKN\r\nV\t12540\r\nI\t620\r\nVPV\t34890\r\nPPV\t8\r\nCS\t3\r\nERR\t0" +
      "\r\nLOAD\tON\r\nIL\t0\r\nH19\t8272\r\nH20\t0\r\nH21\t11\r\nH22\t25\r\nH23\t119\r\nHSDS\t274\r\nChecksum\t\xaa",
  ),
] as const;
const [first, hex, second] = recorded;

const contents = (block: Block) => JSON.stringify([...block]);
const parse = (...chunks: readonly Uint8Array[]) => {
  const parser = new BlockParser();
  return chunks.flatMap((chunk) => parser.push(chunk)).map(contents);
};
const [one, other] = [parse(first)[0]!, parse(second)[0]!];

describe("a block as recorded", () => {
  it("has its fields", () => {
    const [block] = new BlockParser().push(first);
    expect(Object.fromEntries(block!)).toEqual({
      ...{ PID: "0xA042", FW: "123", "SER#": "HQ1411MYIKN", V: "12530", I: "640", VPV: "31390", PPV: "8" },
      ...{ CS: "3", ERR: "0", LOAD: "ON", IL: "0", H19: "8272", H20: "0", H21: "11", H22: "25", H23: "119" },
      HSDS: "274",
    });
  });

  it("is found on both sides of a HEX message, wherever the stream is cut", () => {
    const stream = join(...recorded);
    for (let at = 0; at <= stream.length; at++)
      expect(parse(stream.subarray(0, at), stream.subarray(at))).toEqual([one, other]);
    expect(parse(...[...stream].map((byte) => Uint8Array.of(byte)))).toEqual([one, other]);
  });

  it("is found around a HEX message that interrupts it, wherever it does", () => {
    // Behind the last tab comes the checksum's byte, whatever it is.
    for (let at = 0; at < first.length - 1; at++)
      expect(parse(join(first.subarray(0, at), hex, first.subarray(at)))).toEqual([one]);
  });

  it("is dropped with any one bit wrong, and never read as another", () => {
    const stream = join(first, hex, second.subarray(0, 40), hex, second.subarray(40));
    for (let bit = 0; bit < stream.length * 8; bit++) {
      const spoiled = stream.slice();
      spoiled[bit >> 3]! ^= 1 << (bit & 7);
      const found = parse(spoiled);
      expect([one, other]).toEqual(expect.arrayContaining(found));
      expect(found.length).toBeGreaterThanOrEqual(1);
    }
  });

  /** The limit of a sum of eight bits: what one wrong byte adds, another takes away. */
  it("is read wrongly when wrong bits cancel each other, as nothing can tell", () => {
    const spoiled = first.slice();
    const digits = bytesOf("12530");
    const at = first.findIndex((_, index) =>
      digits.every((digit, offset) => first[index + offset] === digit),
    );
    spoiled[at]! += 1;
    spoiled[at + 1]! -= 1;
    expect(parse(spoiled)[0]).toBe(one.replace("12530", "21530"));
  });
});

/** A block of these fields, with its checksum. */
function encode(fields: readonly (readonly [string, string])[]): Uint8Array {
  const text = `${fields.map(([label, value]) => `\r\n${label}\t${value}`).join("")}\r\nChecksum\t`;
  const bytes = bytesOf(text);
  return join(bytes, Uint8Array.of((256 - (bytes.reduce((sum, byte) => sum + byte, 0) % 256)) % 256));
}

describe("the parser", () => {
  it.each([
    ["carriage return", 0x0d],
    ["line feed", 0x0a],
    ["colon", 0x3a],
    ["tab", 0x09],
    ["zero", 0x00],
  ])("takes a checksum that is a %s for a checksum", (_name, wanted) => {
    // Five letters from A to z, whose sums take every value modulo 256.
    const letters = (sum: number) =>
      Array.from({ length: 5 }, (_, at) =>
        String.fromCharCode(65 + Math.min(Math.max(sum - 57 * at, 0), 57)),
      );
    const found = Array.from({ length: 256 }, (_, sum) => letters(sum).join(""))
      .map((serial) =>
        encode([
          ["PID", "0xA042"],
          ["SER#", serial],
        ]),
      )
      .find((bytes) => bytes.at(-1) === wanted)!;
    expect(found.at(-1)).toBe(wanted);
    expect(parse(join(found, first))).toHaveLength(2);
  });

  it.each([
    ["half a block", first.subarray(0, 90)],
    ["the end of a block", first.subarray(90)],
    ["a block without its checksum's byte", first.subarray(0, -1)],
    ["a block without the Checksum field", first.subarray(0, -12)],
    ["half a HEX message", hex.subarray(0, 20)],
    ["a HEX message that is none", bytesOf(":the rest of a sentence\n")],
    ["a field without a tab", bytesOf("\r\nPID\t0xA042\r\nV12530")],
    ["a field without a label", bytesOf("\r\nPID\t0xA042\r\n\t12530")],
    ["a field that is too long", bytesOf(`\r\nPID\t0xA042\r\nV\t${"9".repeat(33)}`)],
    ["a label that is too long", bytesOf("\r\nPID\t0xA042\r\nChecksums\t9")],
    ["a line feed inside a field", bytesOf("\r\nPID\t0xA042\r\nV\t12\n530")],
    ["a carriage return alone", bytesOf("\r\nPID\t0xA042\rV\t12530")],
    ["noise", Uint8Array.from({ length: 256 }, (_, index) => index)],
  ])("is not misled by %s before a block", (_what, before) => {
    expect(parse(join(before, first))).toEqual([one]);
  });

  it.each([
    ["torn and joined to another without a gap", join(first.subarray(0, 90), second.subarray(60))],
    [
      "whose label comes twice, though the sum is right",
      encode([
        ["PID", "1"],
        ["V", "12"],
        ["V", "13"],
      ]),
    ],
    [
      "with a line feed in a value, though the sum is right",
      encode([
        ["PID", "1"],
        ["V", "1\n2"],
      ]),
    ],
    [
      "with a HEX message that does not end, though the sum is right without it",
      join(encode([["PID", "1"]]).subarray(0, 8), bytesOf(":A5"), encode([["PID", "1"]]).subarray(8)),
    ],
    [
      "that does not begin with its product",
      encode([
        ["V", "12800"],
        ["I", "5"],
      ]),
    ],
    [
      "with a tab in a value, though the sum is right",
      encode([
        ["PID", "1"],
        ["V", "1\t2"],
      ]),
    ],
    [
      "of more fields than any product sends",
      encode(Array.from({ length: 41 }, (_, at) => [at ? `F${at}` : "PID", "0"])),
    ],
    ["with another checksum", join(first.subarray(0, -1), Uint8Array.of(0xb2))],
  ])("drops a block %s", (_what, block) => {
    expect(parse(join(block, second))).toEqual([other]);
  });

  it("counts what it dropped", () => {
    const parser = new BlockParser();
    parser.push(
      join(first.subarray(10), first.subarray(0, -1), Uint8Array.of(0), second.subarray(0, 90), first),
    );
    expect(parser.damaged).toBe(2);
  });

  it("gives a field up that does not end, as soon as it is too long", () => {
    const parser = new BlockParser();
    parser.push(bytesOf(`\r\nPID\t0xA042\r\nV\t${"9".repeat(40)}`));
    expect(parser.damaged).toBe(1);
  });

  const label = fc.stringMatching(/^[A-Z][A-Z0-9#]{0,7}$/).filter((text) => text !== "PID");
  const value = fc.stringMatching(/^[ -9;-~]{0,32}$/);
  const fields = fc
    .uniqueArray(fc.tuple(label, value), { maxLength: 21, selector: ([name]) => name })
    .map((rest) => [["PID", "0xA053"] as const, ...rest]);
  const message = fc.stringMatching(/^[0-9A-F]{1,60}$/).map((digits) => bytesOf(`:${digits}\n`));
  // The end of a block, or its beginning, then a field that is none: else a beginning and an end could make up a
  // block that nobody sent, and one in 256 of those has a sum that is right.
  const torn = fields.chain((block) => {
    const bytes = encode(block);
    const isTail = fc.boolean();
    return fc
      .tuple(fc.integer({ min: 1, max: bytes.length - 11 }), isTail)
      .map(([at, tail]) => (tail ? bytes.subarray(at) : join(bytes.subarray(0, at), bytesOf("\r\n\n"))));
  });

  it("finds every whole block among torn ones and HEX messages, however it is cut into chunks", () => {
    const part = fc.oneof(
      fields.map((block) => ({ bytes: encode(block), block })),
      fc.oneof(message, torn).map((bytes) => ({ bytes, block: undefined })),
    );
    const cuts = fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), cuts, (parts, lengths) => {
        const stream = join(...parts.map(({ bytes }) => bytes));
        const chunks: Uint8Array[] = [];
        for (let at = 0; at < stream.length; at += chunks.at(-1)!.length)
          chunks.push(stream.slice(at, at + lengths[chunks.length % lengths.length]!));
        const wanted = parts.flatMap(({ block }) => (block ? [JSON.stringify(block)] : []));
        expect(parse(...chunks)).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });

  it("makes nothing of noise", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(parse(bytes)).toEqual([]);
      }),
    );
  });
});
