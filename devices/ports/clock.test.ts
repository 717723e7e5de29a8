import { describe, expect, it } from "vitest";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { seconds } from "../duration.ts";
import { deadline, sleep } from "./clock.ts";

function table() {
  const loop = new EventLoop();
  return { loop, clock: new VirtualClock(loop), late: () => new Error(`late at ${loop.now}`) };
}

const outcome = (work: Promise<unknown>) => work.catch((error: unknown) => String(error));

describe("a deadline", () => {
  it("hands on what comes in time, be it a value or a fault, and leaves no timer", async () => {
    const { loop, clock, late } = table();
    const value = deadline(
      clock,
      seconds(5),
      sleep(clock, seconds(4)).then(() => "done"),
      late,
    );
    const fault = deadline(clock, seconds(5), Promise.reject(new Error("broken")), late).catch(String);
    await loop.runUntil(4_000);
    expect([await value, await fault]).toEqual(["done", "Error: broken"]);
    expect(loop.pending).toBe(0);
  });

  it("rejects at its time what never comes, and ignores what comes later", async () => {
    const { loop, clock, late } = table();
    const never = outcome(deadline(clock, seconds(5), new Promise(() => {}), late));
    const tardy = outcome(
      deadline(
        clock,
        seconds(5),
        sleep(clock, seconds(6)).then(() => Promise.reject(new Error("x"))),
        late,
      ),
    );
    await loop.runUntil(10_000);
    expect([await never, await tardy]).toEqual(["Error: late at 5000", "Error: late at 5000"]);
  });
});

describe("a sleep", () => {
  it("lasts its time", async () => {
    const { loop, clock } = table();
    let wokenMs = Number.NaN;
    void sleep(clock, seconds(3)).then(() => {
      wokenMs = loop.now;
    });
    await loop.runUntil(10_000);
    expect(wokenMs).toBe(3_000);
  });

  it("ends with its signal's reason, before or meanwhile, and not after", async () => {
    const { loop, clock } = table();
    const abort = new AbortController();
    const slept = sleep(clock, seconds(1), abort.signal).then(() => "slept");
    const woken = outcome(sleep(clock, seconds(60), abort.signal));
    await loop.runUntil(2_000);
    abort.abort(new Error("enough"));
    const refused = outcome(sleep(clock, seconds(60), abort.signal));
    expect([await slept, await woken, await refused]).toEqual(["slept", "Error: enough", "Error: enough"]);
    expect(loop.pending).toBe(0);
  });
});
