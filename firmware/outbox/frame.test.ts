import { describe, expect, it } from "vitest";
import { encodeFrame, frameAt, frameBody, frameKey, frameSequence, nextFrame, sealFrame } from "./frame.ts";

const seed = 0x1234_5678;

const sealed = (offset: number, body = "21.5 °C", key = "light") => {
  const frame = encodeFrame(2, key, body);
  sealFrame(frame, 0xffff_ffff_ffff, seed, offset);
  return frame;
};

describe("a frame", () => {
  it("is laid out as its comment says", () => {
    const frame = sealed(1024);
    // 20 bytes of header, "light", and "21.5 °C" in UTF-8 (the degree sign takes two bytes), padded to 36.
    const layout = `6c50 02 05 08000000 ffffffffffff 0000`.replaceAll(" ", "");
    expect(frame.toString("hex", 4)).toBe(`${layout}6c6967687432312e3520c2b043${"00".repeat(3)}`);
  });

  it("gives back key, body and sequence", () => {
    const frame = frameAt(sealed(1024), 0, seed, 1024)!;
    expect([frameKey(frame), frameBody(frame).toString(), frameSequence(frame)]).toEqual([
      "light",
      "21.5 °C",
      0xffff_ffff_ffff,
    ]);
  });

  it("is valid at its own place and under its own seed alone", () => {
    const frame = sealed(1024);
    expect(frameAt(frame, 0, seed, 1028)).toBeUndefined();
    expect(frameAt(frame, 0, seed + 1, 1024)).toBeUndefined();
  });

  it("is not found where it is cut short", () => {
    const frame = sealed(0);
    for (let length = 0; length < frame.length; length++)
      expect(frameAt(frame.subarray(0, length), 0, seed, 0)).toBeUndefined();
  });

  it("is looked for in steps of four", () => {
    const bytes = Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0x6c, 0x50, 0]), sealed(8)]);
    expect([nextFrame(bytes, 0), nextFrame(bytes, 9)]).toEqual([8, bytes.length]);
  });
});
