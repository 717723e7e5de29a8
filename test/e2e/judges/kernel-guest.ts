import { systemWallMs } from "#firmware/ports/clock.ts";
import { Board } from "#sim/board.ts";
import { offerBoardInKernel } from "#sim/hil/time-travel/offer.ts";
import { EventLoop } from "#sim/loop.ts";
import { splitmix32 } from "#sim/world/random.ts";
import { boundDrivers } from "./kernel-device.ts";
import { type Solder, trials } from "./kernel-trials.ts";
import type { Finding, Verdict } from "./kernel-verdict.ts";

/** In a guest: solders every part to one bus, binds the kernel's drivers to them, and says a verdict a line. */
const loop = new EventLoop(systemWallMs());
const board = new Board(loop);
const word = splitmix32(1);
const touched: (() => readonly string[])[] = [];
const solder: Solder = (definition, place) => {
  const random = () => word() / 2 ** 32;
  const twin = definition.create({ loop, random, place, wiring: board });
  touched.push(() => [...twin.untouchable]);
  return twin;
};

const begun = Object.entries(trials).map(([part, trial]) => {
  const before = touched.length;
  const judge = trial(solder);
  const named = touched.slice(before);
  return { part, judge, named };
});
const following = loop.follow(systemWallMs);
const offered = await offerBoardInKernel(board, { loop });
for (const { part, judge, named } of begun) {
  const findings: Finding[] = [];
  const before = boundDrivers.length;
  const error = await judge((what, found, expected, within) => {
    findings.push({ what, found, expected, within });
  }).then(
    () => undefined,
    (reason: Error) => reason.message,
  );
  const untouchable = named.flatMap((of) => of());
  const driver = boundDrivers[before];
  const verdict: Verdict = { part, driver, findings, untouchable, ...(error !== undefined && { error }) };
  process.stdout.write(`${JSON.stringify(verdict)}\n`);
}
await offered.close();
loop.stop();
await following;
