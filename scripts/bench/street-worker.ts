import { parentPort } from "node:worker_threads";
import { systemClock } from "#firmware/ports/clock.ts";
import { EventLoop } from "#sim/loop.ts";
import { layOut } from "#sim/scenario/lay-out.ts";
import { liveThrough } from "#sim/scenario/run.ts";
import { readScenario } from "#sim/scenario/scenario.ts";

/** One street to live through. */
export interface StreetWork {
  /** YAML. */
  readonly scenario: string;
  readonly seed: number;
}

/** What came of it. */
export interface StreetDone {
  readonly digest: string;
  /** All that was lived through: the scenario, and the minutes in which the outboxes empty themselves. */
  readonly virtualSeconds: number;
  readonly delivered: number;
  readonly lost: number;
  /** Share of the time in which bits were on the wires of the busiest I2C bus of any unit. */
  readonly busiestBusShare: number;
  /** Real time that as many empty timers take in the same loop, as many of them pending: what is the loop's own. */
  readonly loopAloneMs: number;
}

const clock = systemClock();
const port = parentPort!;
let timers = 0;
let quietTimers = 0;
const { at, quietlyAt } = EventLoop.prototype;
EventLoop.prototype.at = function (timeMs, run) {
  timers++;
  return at.call(this, timeMs, run);
};
EventLoop.prototype.quietlyAt = function (timeMs, run) {
  quietTimers++;
  return quietlyAt.call(this, timeMs, run);
};

port.on("message", async ({ scenario, seed }: StreetWork) => {
  timers = 0;
  quietTimers = 0;
  const read = await readScenario(scenario, "bench.yaml");
  const street = await layOut(read, seed, { version: "bench" });
  const summary = await liveThrough(read, seed, street, { realNowMs: () => clock.now() });
  const pending = read.units.length * timersPerUnit;
  const virtualSeconds = (street.loop.now - read.startUnixMs) / 1_000;
  const busyMs = street.units.flatMap(({ i2cBusyMs }) => [...i2cBusyMs.values()]);
  const done: StreetDone = {
    digest: summary.digest,
    virtualSeconds,
    delivered: summary.records.delivered,
    lost: summary.records.lost,
    busiestBusShare: Math.max(0, ...busyMs) / 1_000 / virtualSeconds,
    loopAloneMs: (await loopAlone(at, timers, pending)) + (await loopAlone(quietlyAt, quietTimers, pending)),
  };
  port.postMessage(done);
});
port.postMessage("ready");

/** Each part's next sample, and what waits for actuators, the link and the outbox. */
const timersPerUnit = 20;

/** @param ask how the loop is asked for a timer */
async function loopAlone(ask: typeof at, count: number, pending: number): Promise<number> {
  const loop = new EventLoop();
  let left = count - pending;
  const again = () => {
    if (left-- > 0) ask.call(loop, loop.now + 1, again);
  };
  for (let index = 0; index < Math.min(pending, count); index++) ask.call(loop, index / pending, again);
  const begunMs = clock.now();
  await loop.runUntil(Number.MAX_SAFE_INTEGER);
  return clock.now() - begunMs;
}
