import { setTimeout as realPause } from "node:timers/promises";
import { systemClock } from "#firmware/ports/clock.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { clockContract } from "./clock.ts";

clockContract("the system clock", () => ({
  clock: systemClock(),
  pass: (ms) => realPause(ms + 5),
}));

for (const driftPpm of [0, 40])
  clockContract(`a virtual clock that is ${driftPpm} ppm fast`, () => {
    const loop = new EventLoop(Date.UTC(2026, 5, 21));
    return {
      clock: new VirtualClock(loop, { driftPpm }),
      pass: (ms) => loop.runUntil(loop.now + ms + 1),
    };
  });
