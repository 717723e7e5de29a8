import { expect, it } from "vitest";
import { errorText, rateText, shareText } from "./buses.ts";

it.each([
  [{ kind: "i2c", perSecond: 0 }, "0 transfers/s"],
  [{ kind: "i2c", perSecond: 0.523 }, "0.52 transfers/s"],
  [{ kind: "i2c", perSecond: 26.04 }, "26.0 transfers/s"],
  [{ kind: "serial", perSecond: 1_351.6 }, "1352 bytes/s"],
  [{ kind: "serial" }, "–"],
] as const)("tells %j as %s", (bus, text) => {
  expect(rateText(bus)).toBe(text);
});

it.each([
  [0, "0 %"],
  [0.0003, "< 0.1 %"],
  [0.0146, "1.5 %"],
  [0.147, "15 %"],
])("tells a share of %d as %s", (share, text) => {
  expect(shareText(share)).toBe(text);
});

it("names what went wrong, and how often", () => {
  expect(errorText({ errors: [] })).toBe("none");
  const errors = [
    { what: "not acknowledged", count: 12 },
    { what: "bus errors", count: 1 },
  ];
  expect(errorText({ errors })).toBe("12 not acknowledged, 1 bus errors");
});
