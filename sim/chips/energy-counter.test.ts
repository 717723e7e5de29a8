import { expect, it } from "vitest";
import { EventLoop } from "../loop.ts";
import { EnergyCounter } from "./energy-counter.ts";

const hourMs = 3_600_000;

it("counts a watt for an hour as a watt-hour, however seldom it is looked at", async () => {
  const loop = new EventLoop();
  const seldom = new EnergyCounter(loop, 1e7, () => 60);
  const often = new EnergyCounter(loop, 1e7, () => 60);
  for (let minute = 0; minute < 60; minute++) {
    await loop.runUntil(loop.now + hourMs / 60);
    often.advance();
  }
  expect(seldom.wh).toBeCloseTo(60, 9);
  expect(often.wh).toBeCloseTo(60, 9);
});

it("follows power that changes with time", async () => {
  const loop = new EventLoop();
  const periodMs = 600_000;
  const counter = new EnergyCounter(
    loop,
    1e7,
    (atMs) => 100 + 100 * Math.sin((2 * Math.PI * atMs) / periodMs),
  );
  await loop.runUntil(hourMs + periodMs / 2);
  // The integral of the sine over half a period is its amplitude times period / π.
  expect(counter.wh).toBeCloseTo(
    (100 * (hourMs + periodMs / 2)) / hourMs + (100 * periodMs) / Math.PI / hourMs,
    3,
  );
});

it("never counts backwards, and starts again at its top", async () => {
  const loop = new EventLoop();
  let watts = -500;
  const counter = new EnergyCounter(loop, 1_000, () => watts);
  counter.put(999.5);
  await loop.runUntil(hourMs);
  expect(counter.wh).toBe(999.5);
  watts = 1;
  await loop.runUntil(2 * hourMs);
  expect(counter.wh).toBeCloseTo(0.5, 9);
});
