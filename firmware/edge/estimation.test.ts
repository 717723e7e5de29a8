import { beforeEach, describe, expect, it } from "vitest";
import type { Context, Estimator, Happening } from "#devices/estimators/estimator.ts";
import { streetlight } from "#devices/furniture/streetlight.ts";
import { sourcesOf } from "#devices/furniture/vocabulary.ts";
import { truth } from "#devices/quantities.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { Estimation } from "./estimation.ts";
import { Samples } from "./samples.ts";

interface State {
  readonly steps: readonly string[];
}

describe("estimation", () => {
  let loop: EventLoop;
  let clock: VirtualClock;
  let samples: Samples;
  let context: Context;
  let troubles: string[];
  let happenings: Happening[];

  beforeEach(() => {
    loop = new EventLoop(Date.UTC(2026, 0, 1));
    clock = new VirtualClock(loop);
    samples = new Samples(clock, 1, new Map([...sourcesOf(streetlight), ["test.odd", truth]]));
    troubles = [];
    happenings = [];
    context = {
      ...{ latitude: 45, longitude: 13, timeZone: "Europe/Rome", device: "pier/lamp-1" },
      ...{ wallMs: undefined, clock: "none", settings: {}, commands: [] },
      get nowMs() {
        return clock.now();
      },
    };
  });

  /** An estimator that remembers when it was stepped with what, and wants to be woken as `wake` says. */
  const estimation = (wake: (nowMs: number, step: number) => number | undefined, saved?: unknown) => {
    const estimator: Estimator<State> = {
      name: "test",
      outputs: { odd: truth },
      inputs: ["door.open"],
      initial(kept) {
        if (kept === "damaged") throw new Error("no list");
        return (kept as State | null | undefined) ?? { steps: [] };
      },
      step({ steps }, sample, { nowMs }) {
        if (sample?.quality === "suspect") throw new Error("no idea");
        const next = [...steps, `${nowMs} ${sample ? sample.value : "woken"}`];
        const wakeAtMs = wake(nowMs, next.length);
        const estimates = [{ output: "odd", value: next.length % 2, quality: "good" as const }];
        const events = sample?.value === 0 ? [{ event: "shut", fields: { step: next.length } }] : [];
        return { state: { steps: next }, estimates, events, ...(wakeAtMs === undefined ? {} : { wakeAtMs }) };
      },
      save: (state) => state,
    };
    return new Estimation(estimator as Estimator<unknown>, samples, clock, context, saved, {
      onEvent: (happening) => happenings.push(happening),
      onTrouble: (what) => troubles.push(what),
    });
  };
  const steps = (running: Estimation) => (running.save() as State).steps;
  const pass = (ms: number) => loop.runUntil(loop.now + ms);

  it("steps with each sample of its inputs, and publishes what comes out", async () => {
    const running = estimation(() => undefined);
    const seen: number[] = [];
    samples.on("test.odd", ({ value }) => seen.push(value));
    running.start();
    samples.put("door.open", 1, "good");
    samples.put("tilt.knock", 1, "good");
    await pass(1_000);
    samples.put("door.open", 0, "good");
    expect(steps(running)).toEqual(["0 woken", "0 1", "1000 0"]);
    expect(seen).toEqual([1, 0, 1]);
  });

  it("tells what happened when its state is that of after", () => {
    const running = estimation(() => undefined);
    running.start();
    samples.put("door.open", 1, "good");
    samples.put("door.open", 0, "good");
    expect(happenings).toEqual([{ event: "shut", fields: { step: 3 } }]);
  });

  it("tells what happened before anything that its estimates set off", () => {
    const running = estimation(() => undefined);
    const seen: unknown[] = [];
    samples.on("test.odd", () => seen.push(happenings.length));
    running.start();
    samples.put("door.open", 0, "good");
    expect(seen).toEqual([0, 1]);
  });

  it("is woken once at the time that the newest step asked for", async () => {
    const running = estimation((nowMs, step) => (step < 3 ? nowMs + 1_000 : undefined));
    running.start();
    await pass(500);
    samples.put("door.open", 1, "good");
    await pass(10_000);
    expect(steps(running)).toEqual(["0 woken", "500 1", "1500 woken"]);
    expect(loop.pending).toBe(0);
  });

  it("lets time pass for one that always wants to be woken at once, or in the past", async () => {
    const running = estimation(() => 0);
    running.start();
    await pass(3);
    expect(steps(running)).toHaveLength(4);
  });

  it("goes on from what was kept", () => {
    const running = estimation(() => undefined, { steps: ["before"] });
    running.start();
    expect(steps(running)).toEqual(["before", "0 woken"]);
  });

  it("begins anew, and says so, from what was kept and cannot be used", () => {
    const running = estimation(() => undefined, "damaged");
    running.start();
    expect(steps(running)).toEqual(["0 woken"]);
    expect(troubles).toEqual(["test begins anew, what was kept cannot be used: no list"]);
  });

  it("is stepped when its settings change", async () => {
    const running = estimation((nowMs) => nowMs + 1_000);
    running.start();
    await pass(400);
    running.reconsider();
    await pass(1_000);
    expect(steps(running)).toEqual(["0 woken", "400 woken", "1400 woken"]);
  });

  it("keeps a throw to itself: bad for now, told, and tried again from the state before", async () => {
    const running = estimation(() => undefined);
    const heard: string[] = [];
    samples.on("door.open", () => heard.push("the next in line"));
    running.start();
    samples.put("door.open", 1, "suspect");
    expect(samples.latest("test.odd")).toMatchObject({ value: Number.NaN, quality: "bad" });
    expect([troubles, heard]).toEqual([["test: no idea"], ["the next in line"]]);
    await pass(60_000);
    expect(steps(running)).toEqual(["0 woken", "60000 woken"]);
    expect(samples.latest("test.odd")).toMatchObject({ value: 0, quality: "good" });
  });

  it("is over when it was stopped", async () => {
    const running = estimation((nowMs) => nowMs + 1_000);
    running.start();
    running.stop();
    samples.put("door.open", 1, "good");
    await pass(10_000);
    expect(steps(running)).toEqual(["0 woken"]);
  });
});
