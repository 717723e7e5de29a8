import { setTimeout as realPause } from "node:timers/promises";
import { systemClock } from "#firmware/ports/clock.ts";
import { clockContract } from "#test/contracts/clock.ts";

clockContract("the system clock", () => ({
  clock: systemClock(),
  pass: (ms) => realPause(ms + 5),
}));
