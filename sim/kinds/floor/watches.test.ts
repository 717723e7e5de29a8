import { describe, expect, it } from "vitest";
import { EventLoop } from "../../loop.ts";
import { createPeople } from "../../world/people.ts";
import { personAt } from "../../world/trajectory.ts";
import { FlashWatch } from "./flash-watch.ts";
import { HazardWatch } from "./hazard-watch.ts";
import { type Passer, Passers } from "./passers.ts";
import { StepJudge } from "./step-judge.ts";
import { CapacitorStore } from "./store.ts";

const place = { fromM: 0, rightM: 0, tiles: 8 };
const strike = (atMs: number, xM: number, { person = 1, direction = 1 as 1 | -1, yM = 0.4 } = {}) => ({
  atMs,
  untilMs: atMs + 650,
  person,
  direction,
  stepsPerMinute: 109,
  xM,
  yM,
});

describe("the judge of steps", () => {
  it("matches each step with one count, on its tile, that came in time", () => {
    const judge = new StepJudge(place);
    judge.struck([strike(1_000, 0.3), strike(2_000, 0.9), strike(3_000, 1.5)]);
    judge.stepCounted(0, 2_200);
    judge.stepCounted(4, 3_200);
    judge.stepCounted(2, 9_500);
    expect(judge.steps(30_000)).toEqual({ actual: 3, counted: 3, matched: 1 });
  });

  it("lets a foot across a joint be on either tile, but counts it once", () => {
    const judge = new StepJudge(place);
    judge.struck([strike(1_000, 0.45)]);
    judge.stepCounted(1, 2_200);
    judge.stepCounted(0, 2_200);
    expect(judge.steps(30_000)).toEqual({ actual: 1, counted: 2, matched: 1 });
  });

  it("asks for no foot beside the strip, and forgives one at its very edge", () => {
    const judge = new StepJudge(place);
    judge.struck([strike(1_000, 0.3, { yM: -0.2 }), strike(2_000, 0.9, { yM: -0.03 })]);
    expect(judge.steps(30_000)).toEqual({ actual: 0, counted: 0, matched: 0 });
    judge.stepCounted(1, 3_200);
    expect(judge.steps(30_000)).toEqual({ actual: 0, counted: 0, matched: 0 });
    judge.stepCounted(0, 2_200);
    expect(judge.steps(30_000)).toEqual({ actual: 0, counted: 1, matched: 0 });
  });

  it("does not ask for what has just happened", () => {
    const judge = new StepJudge(place);
    judge.struck([strike(1_000, 0.3)]);
    expect(judge.steps(3_000)).toMatchObject({ actual: 0 });
    expect(judge.steps(6_000)).toMatchObject({ actual: 1 });
  });

  it("counts who steps across the middle, and which way", () => {
    const judge = new StepJudge(place);
    const walk = (person: number, direction: 1 | -1) =>
      [0.3, 1, 1.7, 2.3, 3, 3.7].map((xM, index) =>
        strike(1_000 + index * 550, direction > 0 ? xM : 4.8 - xM, { person, direction }),
      );
    judge.struck([...walk(1, 1), ...walk(2, -1), strike(1_000, 2.3, { person: 3 })]);
    judge.passageCounted(1, 5_000);
    judge.passageCounted(1, 5_100);
    expect(judge.people(30_000)).toEqual({ actual: 2, counted: 2, seen: 2, matched: 1 });
  });
});

describe("the watch over flashes", () => {
  const most = (...changes: [number, number][]) => {
    const watch = new FlashWatch();
    for (const [atMs, percent] of changes) watch.changed(percent, atMs);
    return watch.most;
  };

  it("counts pairs of opposing changes within a second", () => {
    expect(most([0, 100])).toBe(0);
    expect(most([0, 100], [300, 0])).toBe(1);
    expect(most([0, 100], [200, 0], [400, 100], [600, 0], [800, 100], [999, 0])).toBe(3);
    expect(most([0, 100], [500, 0], [1_000, 100], [1_500, 0])).toBe(1);
  });

  it("takes a fade for one change, and a flicker of less than a tenth for none", () => {
    expect(most([0, 30], [100, 60], [200, 90], [300, 60], [400, 30])).toBe(1);
    expect(most([0, 50], [100, 45], [200, 52], [300, 44])).toBe(0);
  });
});

describe("the watch over hazards", () => {
  const setUp = () => {
    const loop = new EventLoop(0);
    let isIcy = false;
    const watch = new HazardWatch(loop, () => isIcy);
    return {
      watch,
      freeze: (icy: boolean) => {
        isIcy = icy;
      },
      pass: (ms: number) => loop.runUntil(loop.now + ms),
    };
  };

  it("wants an alarm for each hazard, and none else", async () => {
    const { watch, pass } = setUp();
    watch.heard("tripHazard", "raised");
    watch.begun("settle");
    watch.begun("flood");
    await pass(90_000);
    watch.heard("tripHazard", "raised");
    watch.heard("tripHazard", "cleared");
    watch.begun("jam");
    expect(watch.figures()).toMatchObject({
      "hazards.actual": 2,
      "hazards.alarmed": 1,
      "hazards.false": 1,
      "hazards.slowestSeconds": 90,
    });
    watch.over("jam");
    await pass(1_000_000);
    watch.heard("stuckTile", "raised");
    expect(watch.figures()).toMatchObject({ "hazards.alarmed": 1, "hazards.false": 2 });
  });

  it("counts ice that nobody told of", async () => {
    const { watch, freeze, pass } = setUp();
    const live = async (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        await pass(1_000);
        watch.tick();
      }
    };
    await live(10);
    freeze(true);
    await live(20);
    watch.heard("iceRisk", "raised");
    await live(30);
    expect(watch.figures()).toMatchObject({ "ice.actualSeconds": 50, "ice.untoldSeconds": 20 });
  });
});

describe("the capacitor of the strip", () => {
  it("holds ½CV²: what flows in and out shows in its voltage", async () => {
    const loop = new EventLoop(0);
    const flows = { generatedJ: 0, servicedW: 0, isDumping: false, levelPercent: 0 };
    const store = new CapacitorStore(loop, 12, () => flows);
    const pass = async (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        await loop.runUntil(loop.now + 1_000);
        store.live();
        store.harvest();
      }
    };
    flows.servicedW = 58;
    await pass(10);
    // 580 J more in 58 F: V² rises by 20 V².
    expect(store.volts).toBeCloseTo(Math.sqrt(144 + 20), 9);
    expect(store.harvestedWh).toBeCloseTo(580 / 3_600, 9);
    flows.servicedW = 0;
    flows.generatedJ = 100;
    await pass(2);
    // Four fifths of what generators give arrive.
    expect(store.harvestedWh).toBeCloseTo(660 / 3_600, 9);
    flows.isDumping = true;
    const { volts } = store;
    await pass(1);
    expect(store.volts ** 2).toBeCloseTo(volts ** 2 - (2 * (volts ** 2 / 10)) / 58, 3);
    expect(store.overVoltageSeconds).toBe(0);
  });
});

describe("passers", () => {
  it("keep out of each other's bodies, and some of them push, pull or ride something", () => {
    const people = createPeople(2, { lengthM: 60, stopPlacesM: [] }, { perHour: () => 1_500 }, (ms) => ms);
    const fromMs = Date.UTC(2026, 5, 1, 18);
    const passers = new Passers(2, { fromM: 28, rightM: 3.6, tiles: 8 });
    const met: Passer[] = people.entering(fromMs, fromMs + 900_000).flatMap((way) => passers.pass(way) ?? []);
    expect(met.length).toBeGreaterThan(60);
    const wheels = met.map(({ vehicle }) => vehicle.length);
    expect(wheels.filter((count) => count > 0).length).toBeGreaterThan(4);
    let meetings = 0;
    for (let atMs = fromMs; atMs < fromMs + 900_000; atMs += 500) {
      const there = met.flatMap(({ way }) => {
        const person = personAt(way, atMs);
        return person && person.xM > 28 && person.xM < 32.8 ? [{ ...person, yM: way.yM }] : [];
      });
      for (const [index, one] of there.entries())
        for (const other of there.slice(index + 1)) {
          if (Math.abs(one.xM - other.xM) > 0.55) continue;
          meetings++;
          expect(Math.abs(one.yM - other.yM)).toBeGreaterThan(0.4);
        }
    }
    expect(meetings).toBeGreaterThan(5);
  });
});
