import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hex } from "#test/bench/bench.ts";
import { acknowledgeFrame, encodeCommand, type Frame, FrameParser } from "./pn532-frame.ts";

const join = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const parse = (...chunks: readonly Uint8Array[]) => {
  const parser = new FrameParser();
  return chunks.flatMap((chunk) => parser.push(chunk));
};
const response = (data: string): Frame => ({ kind: "response", data: hex(data) });

/** UM0701-02, section 6.2.1.3 to 6.2.1.5. */
const ack = hex("00 00 FF 00 FF 00");
const nack = hex("00 00 FF FF 00 00");
const applicationError = hex("00 00 FF 01 FF 7F 81 00");
/** Recorded on other people's readers: firmware 1.6, and a MIFARE Classic 1K. */
const firmware = hex("00 00 FF 06 FA D5 03 32 01 06 07 E8 00");
const card = hex("00 00 FF 0C F4 D5 4B 01 01 00 04 08 04 50 7E 7A 59 2D 00");

describe("a command", () => {
  // As libnfc and the makers of readers print them.
  it.each([
    ["GetFirmwareVersion", 0x02, [], "00 00 FF 02 FE D4 02 2A 00"],
    ["SAMConfiguration", 0x14, [0x01], "00 00 FF 03 FD D4 14 01 17 00"],
    ["RFConfiguration, MaxRetries", 0x32, [0x05, 0xff, 0x01, 0x01], "00 00 FF 06 FA D4 32 05 FF 01 01 F4 00"],
    ["InListPassiveTarget", 0x4a, [0x01, 0x00], "00 00 FF 04 FC D4 4A 01 00 E1 00"],
  ])("is framed as printed: %s", (_name, code, parameters, frame) => {
    expect(encodeCommand(code, parameters)).toEqual(hex(frame));
  });

  it("is ended by an ACK frame (section 6.2.1.3)", () => {
    expect(acknowledgeFrame).toEqual(ack);
  });
});

describe("the parser", () => {
  it.each([
    ["ACK", ack, { kind: "acknowledge" }],
    ["NACK", nack, { kind: "not-acknowledge" }],
    ["application level error", applicationError, { kind: "application-error" }],
    ["firmware", firmware, response("03 32 01 06 07")],
    ["card", card, response("4B 01 01 00 04 08 04 50 7E 7A 59")],
  ])("knows the %s frame", (_name, bytes, frame) => {
    expect(parse(bytes)).toEqual([frame]);
  });

  it("finds frames wherever they are cut, with or without a preamble and a postamble", () => {
    const stream = join(ack, firmware, ack.subarray(1, -1), card.subarray(1, -1), applicationError);
    const frames = parse(stream);
    expect(frames.map(({ kind }) => kind)).toEqual([
      ...["acknowledge", "response", "acknowledge", "response", "application-error"],
    ]);
    for (let at = 0; at <= stream.length; at++)
      expect(parse(stream.subarray(0, at), stream.subarray(at))).toEqual(frames);
    expect(parse(...[...stream].map((byte) => Uint8Array.of(byte)))).toEqual(frames);
  });

  it("sees any single wrong bit of a response", () => {
    for (const frame of [firmware, card])
      for (let bit = 3 * 8; bit < (frame.length - 1) * 8; bit++) {
        const spoiled = frame.slice();
        spoiled[bit >> 3]! ^= 1 << (bit & 7);
        // A wrong LEN takes more than is there, or is seen at once: never is there a response.
        expect(parse(spoiled).filter(({ kind }) => kind !== "damaged")).toEqual([]);
      }
  });

  it.each([
    ["another length checksum", "00 00 FF 06 FB D5 03 32 01 06 07 E8 00"],
    ["another data checksum", "00 00 FF 06 FA D5 03 32 01 06 07 E9 00"],
    ["no data", "00 00 FF 00 00 00"],
    ["an extended frame", "00 00 FF FF FF 01 06 F9 D5 03 32 01 06 07 E8 00"],
    ["the other direction: our own echo", "00 00 FF 02 FE D4 02 2A 00"],
    ["a direction alone", "00 00 FF 01 FF D5 2B 00"],
  ])("takes %s for a damaged frame", (_what, bytes) => {
    expect(parse(hex(bytes))).toEqual([{ kind: "damaged" }]);
  });

  it("takes nothing for a frame that lacks its start code, 00 FF", () => {
    expect(parse(hex("12 FF 06 FA D5 03 32 01 06 07 E8 00"))).toEqual([]);
  });

  it("finds a frame behind noise that holds no start code, and in any chunks", () => {
    const noise = fc
      .uint8Array({ maxLength: 60 })
      .map((bytes) => bytes.map((byte) => (byte === 0xff ? 0xfe : byte)));
    fc.assert(
      fc.property(noise, fc.nat(80), (bytes, cut) => {
        const stream = join(bytes, card);
        expect(parse(stream.subarray(0, cut), stream.subarray(cut))).toEqual(parse(card));
      }),
    );
  });

  it("brings back what was framed, whatever it was", () => {
    const data = fc.array(fc.nat(255), { minLength: 0, maxLength: 250 });
    fc.assert(
      fc.property(fc.nat(255), data, (code, parameters) => {
        const frame = encodeCommand(code, parameters);
        // The same frame from the other side: TFI D5h, one more, so DCS one less.
        frame[5] = 0xd5;
        frame[frame.length - 2]! -= 1;
        expect(parse(frame)).toEqual([{ kind: "response", data: Uint8Array.of(code, ...parameters) }]);
      }),
    );
  });
});
