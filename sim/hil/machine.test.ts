import { expect, it } from "vitest";
import { streetTime } from "./machine.ts";
import { offerBoardInKernel } from "./time-travel/offer.ts";

it("tells the street's time in parts of a millisecond, where the machine is at street time", async () => {
  const { nowMs } = await streetTime({ offer: offerBoardInKernel, isAtStreetTime: true }, 0);
  const told = Array.from({ length: 100 }, () => nowMs());
  expect(told.some((ms) => ms % 1 > 0)).toBe(true);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
});
