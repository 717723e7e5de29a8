import { beforeEach, describe, expect, it } from "vitest";
import { milliseconds } from "#devices/duration.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { DeadMan } from "./dead-man.ts";

const declared = {
  role: "watchdog",
  output: "heartbeat",
  every: milliseconds(250),
  guards: ["outlet", "usb1"],
};

describe("the dead man's switch", () => {
  let loop: EventLoop;
  let clock: VirtualClock;
  let beats: (readonly [atMs: number, level: number])[];
  let fed: (readonly [atMs: number, isFed: boolean])[];
  let outOfControl: string | undefined;
  let deadMan: DeadMan;

  beforeEach(() => {
    loop = new EventLoop(0);
    clock = new VirtualClock(loop);
    beats = [];
    fed = [];
    outOfControl = undefined;
    deadMan = new DeadMan(declared, clock, (name) => name !== outOfControl, {
      apply: async (_role, { heartbeat }) => {
        beats.push([clock.now(), heartbeat!]);
      },
      onFed: (isFed) => fed.push([clock.now(), isFed]),
    });
    deadMan.start();
  });

  const pass = (ms: number) => loop.runUntil(loop.now + ms);

  it("is an edge at each period", async () => {
    await pass(1_000);
    expect(beats).toEqual([
      [250, 1],
      [500, 0],
      [750, 1],
      [1_000, 0],
    ]);
  });

  it("is silent while any guarded actuator is out of control, and goes on with an edge", async () => {
    await pass(250);
    outOfControl = "usb1";
    await pass(1_000);
    outOfControl = undefined;
    await pass(250);
    expect(beats).toEqual([
      [250, 1],
      [1_500, 0],
    ]);
    expect(fed).toEqual([
      [250, true],
      [500, false],
      [1_500, true],
    ]);
  });

  it("stores up no beats while one hangs", async () => {
    let arrive = () => {};
    const sent: number[] = [];
    const slow = new DeadMan(declared, clock, () => true, {
      apply: (_role, { heartbeat }) => {
        sent.push(heartbeat!);
        return new Promise((resolve) => {
          arrive = resolve;
        });
      },
      onFed: () => {},
    });
    slow.start();
    await pass(2_000);
    expect(sent).toEqual([1]);
    arrive();
    await pass(250);
    expect(sent).toEqual([1, 0]);
  });

  it("is silent when it was stopped, and when the process is gone", async () => {
    await pass(250);
    deadMan.stop();
    await pass(1_000);
    expect(beats).toHaveLength(1);
    deadMan.start();
    await pass(250);
    clock.halt();
    await pass(1_000);
    expect(beats).toHaveLength(2);
  });
});
