import { describe, expect, it } from "vitest";
import { parseReceipt } from "./receipt.ts";

describe("parseReceipt", () => {
  it("reads ranges of an epoch", () => {
    const payload = '{ "epoch": "5f0c3a9be1d27746", "stored": [[1, 40], [43, 43]], "at": "later version" }';
    expect(parseReceipt(payload)).toEqual({
      epoch: "5f0c3a9be1d27746",
      stored: [
        [1, 40],
        [43, 43],
      ],
    });
  });

  it.each([
    ["", /JSON object/],
    ["[", /JSON object/],
    ["null", /the whole: an object/],
    ['{"epoch":"5F0C3A9BE1D27746","stored":[]}', /epoch: 16 hex/],
    ['{"epoch":5,"stored":[]}', /epoch: 16 hex.*not 5/],
    ['{"epoch":"5f0c3a9be1d27746"}', /stored: a list/],
    ['{"epoch":"5f0c3a9be1d27746","stored":[[1,2],[5,4]]}', /stored\[1\].*not \[5,4\]/],
    ['{"epoch":"5f0c3a9be1d27746","stored":[[0,4]]}', /stored\[0\]/],
    ['{"epoch":"5f0c3a9be1d27746","stored":[[1,1e99]]}', /stored\[0\]/],
    ['{"epoch":"5f0c3a9be1d27746","stored":[[1]]}', /stored\[0\]/],
    ['{"epoch":"5f0c3a9be1d27746","stored":[7]}', /stored\[0\].*not 7/],
  ])("says of %j what is wrong", (payload, message) => {
    expect(() => parseReceipt(payload)).toThrow(message);
  });
});
