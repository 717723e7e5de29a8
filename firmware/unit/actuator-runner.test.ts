import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Controller, Target, View } from "#devices/control.ts";
import { minutes, seconds } from "#devices/duration.ts";
import { streetlight } from "#devices/furniture/streetlight.ts";
import { type Actuator, factorySettings, sourcesOf } from "#devices/furniture/vocabulary.ts";
import { Permit, type PermitRule } from "#devices/permit.ts";
import { level } from "#devices/quantities.ts";
import { twin as pca9685 } from "#sim/chips/pca9685.ts";
import { Bench } from "#test/bench/bench.ts";
import { Samples } from "../edge/samples.ts";
import { ActuatorRunner } from "./actuator-runner.ts";
import { PartRunner } from "./part-runner.ts";

const lamp = streetlight.actuators.lamp!;
const role = streetlight.roles.lamp!;
const timeToLive = lamp.timeToLive;
const reason = { code: "test", text: "asked for" };
const always =
  (value: number, wakeAtMs?: number): Controller<unknown>["decide"] =>
  () => ({ state: 0, target: { value, reason }, ...(wakeAtMs === undefined ? {} : { wakeAtMs }) });
const controller = (decide: Controller<unknown>["decide"]): Controller<unknown> => ({
  name: "test",
  inputs: [],
  initial: () => 0,
  decide,
});
const permitAll: PermitRule["allow"] = (wanted) => wanted;

describe("the runner of an actuator", () => {
  let bench: Bench;
  let twin: ReturnType<typeof pca9685.create>;
  let told: number[];
  let moved: Target[];
  let troubles: string[];
  let part: PartRunner;

  /** A lamp with this controller and permit, on a real driver and its twin. */
  function lampWith(
    decide: Controller<unknown>["decide"],
    permit = permitAll,
    from: Actuator = lamp,
  ): ActuatorRunner {
    const view: View = {
      ...{ latitude: 45, longitude: 13, timeZone: "Europe/Rome", commands: [] },
      ...{ device: "pier/lamp-1" },
      ...{ wallMs: undefined, clock: "none", settings: factorySettings(streetlight) },
      get nowMs() {
        return bench.clock.now();
      },
      latest: (source) => samples.latest(source),
    };
    const samples = new Samples(bench.clock, 1, sourcesOf(streetlight));
    const runner = new ActuatorRunner(
      { ...from, controller: controller(decide), permit: new Permit({ inputs: [], allow: permit }) },
      bench.clock,
      view,
      {
        apply: async (outputs) => {
          await part.apply(outputs);
          told.push(outputs.level!);
        },
        onMoved: (target) => moved.push(target),
        onTrouble: (what) => troubles.push(what),
      },
    );
    const listener = { onValue: () => {}, onReady: () => void runner.ready(), onState: () => {} };
    part = new PartRunner(role.accepts[0], role, role.place, bench.ports, listener);
    return runner;
  }

  /** The level that the wires carry, as the lamp sees it: 100 when the relay is at rest. */
  const wired = () => (twin.output?.("enable") === 0 ? 0 : (twin.output?.("level") ?? 100));

  beforeEach(() => {
    bench = new Bench();
    twin = bench.solder(pca9685, role.place);
    told = [];
    moved = [];
    troubles = [];
  });

  it("drives its part to the fail-safe value before any decision", async () => {
    const runner = lampWith(always(20));
    expect(runner.target).toEqual({
      value: 100,
      reason: { code: "fail-safe", text: "the unit starts: a street must not go dark" },
    });
    await bench.outcome(part.start());
    expect(told).toEqual([100]);
    runner.decide();
    await bench.pass(10);
    expect(wired()).toBeCloseTo(20, 1);
    expect(moved).toEqual([{ value: 20, reason }]);
  });

  it("never applies what the permit did not answer, whatever a controller wants", async () => {
    // Adding 0 makes 0 of -0: no wire tells one from the other, but a test does.
    const wish = fc
      .oneof(fc.double(), fc.integer(), fc.constantFrom(Number.NaN, -0, 1e308))
      .map((value) => value + 0);
    const step = fc.record({
      wish,
      answer: fc.oneof(
        fc.double({ min: 0, max: 100 }).map((value) => value + 0),
        wish,
      ),
      throws: fc.constantFrom("", "", "", "controller", "permit"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
        bench = new Bench();
        twin = bench.solder(pca9685, role.place);
        told = [];
        const allowed = new Set([100]);
        let now: (typeof steps)[number] = steps[0]!;
        const runner = lampWith(
          () => {
            if (now.throws === "controller") throw new Error("no decision");
            return { state: 0, target: { value: now.wish, reason } };
          },
          (wanted) => {
            if (now.throws === "permit") throw new Error("no permit");
            expect(wanted.value).toBe(now.wish);
            allowed.add(now.answer);
            return { value: now.answer, reason };
          },
        );
        await bench.outcome(part.start());
        for (now of steps) {
          runner.decide();
          await bench.pass(5);
          const { answer, throws } = now;
          const isLevel = answer >= level.min && answer <= level.max;
          expect(runner.target.value).toBe(throws === "" && isLevel ? answer : 100);
          expect(told.at(-1)).toBe(runner.target.value);
        }
        expect(told.every((value) => allowed.has(value) && value >= 0 && value <= 100)).toBe(true);
        expect(part.health.failures).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it.each<[string, Controller<unknown>["decide"], Permit["allow"]]>([
    [
      "a controller that throws",
      () => {
        throw new Error("broken");
      },
      permitAll,
    ],
    [
      "a permit that throws",
      always(20),
      () => {
        throw new Error("broken");
      },
    ],
  ])("goes to the fail-safe value with %s, says so, and asks again", async (_, decide, permit) => {
    const runner = lampWith(decide, permit);
    await bench.outcome(part.start());
    runner.decide();
    await bench.pass(10);
    expect(runner.target).toEqual({
      value: 100,
      reason: { code: "fail-safe", text: "the controller failed: a street must not go dark" },
    });
    expect(troubles).toEqual(["Lamp: broken"]);
    await bench.pass(timeToLive);
    expect(troubles).toHaveLength(4);
  });

  it.each([Number.NaN, -1, 101, Number.POSITIVE_INFINITY])("takes %d from no permit", async (value) => {
    const runner = lampWith(always(20), () => ({ value, reason }));
    await bench.outcome(part.start());
    runner.decide();
    await bench.pass(10);
    expect(troubles).toEqual([`Lamp: the permit answered with ${value}`]);
    expect([runner.target.value, told]).toEqual([100, [100]]);
  });

  it("decides anew three times within the time to live, without being asked", async () => {
    let decisions = 0;
    const runner = lampWith(() => ({ state: ++decisions, target: { value: 20, reason } }));
    runner.decide();
    await bench.pass(timeToLive);
    expect(decisions).toBe(4);
    await runner.stop();
    await bench.pass(timeToLive);
    expect(decisions).toBe(4);
  });

  it("decides when the controller asked to be asked, and never in a standstill", async () => {
    const asked: number[] = [];
    const runner = lampWith(() => {
      asked.push(bench.clock.now());
      const wakeAtMs = asked.length === 1 ? 12_345 : asked.length < 5 ? 0 : Number.NaN;
      return { state: 0, target: { value: 20, reason }, wakeAtMs };
    });
    runner.decide();
    await bench.pass(50_000);
    expect(asked).toEqual([0, 12_345, 12_346, 12_347, 12_348, 42_348]);
  });

  it("goes to the fail-safe value when nothing decides within the time to live", async () => {
    const runner = lampWith(always(20));
    await bench.outcome(part.start());
    const real = bench.clock.after.bind(bench.clock);
    runner.decide();
    await bench.pass(10);
    // The control loop hangs: of all timers only the one of the time to live still runs.
    bench.clock.after = (delay, run) => (delay === timeToLive ? real(delay, run) : () => {});
    runner.decide();
    await bench.pass(timeToLive - 1);
    expect(runner.target.value).toBe(20);
    await bench.pass(10);
    expect(runner.target).toEqual({
      value: 100,
      reason: { code: "fail-safe", text: "no fresh decision: a street must not go dark" },
    });
    expect(wired()).toBe(100);
  });

  it("tells a part that was lost where to stand when it is back", async () => {
    const runner = lampWith(always(20));
    await bench.outcome(part.start());
    runner.decide();
    await bench.pass(1_000);
    twin.unplug();
    expect(wired()).toBe(100);
    await bench.pass(minutes(3));
    twin.mend();
    await bench.pass(minutes(5));
    expect(part.health.state).toBe("ok");
    expect(wired()).toBeCloseTo(20, 1);
  });

  it("tells a part again that says otherwise, even while it is being told something", async () => {
    const runner = lampWith(always(20));
    await bench.outcome(part.start());
    runner.decide();
    await bench.pass(10);
    told = [];
    runner.contradicted();
    await bench.pass(10);
    expect(told).toEqual([20]);
    runner.contradicted();
    runner.contradicted();
    await bench.pass(10);
    expect(told).toEqual([20, 20, 20]);
  });

  it("tells a part that came back while a call to what it was before was failing", async () => {
    const runner = lampWith(always(20));
    await bench.outcome(part.start());
    const { apply } = part;
    let isOld = true;
    part.apply = async (outputs) => {
      if (!isOld) return apply.call(part, outputs);
      await new Promise<void>((resolve) => bench.clock.after(seconds(1), resolve));
      throw new Error("closed");
    };
    runner.decide();
    await bench.pass(500);
    isOld = false;
    void runner.ready();
    await bench.pass(600);
    expect(wired()).toBeCloseTo(20, 1);
    expect(runner.isObeyed).toBe(true);
  });

  it("leaves out what was overtaken while the part was slow", async () => {
    let wanted = 1;
    const runner = lampWith(() => ({ state: 0, target: { value: wanted, reason } }));
    await bench.outcome(part.start());
    const { apply } = part;
    part.apply = async (outputs) => {
      await new Promise<void>((resolve) => bench.clock.after(seconds(1), resolve));
      await apply.call(part, outputs);
    };
    told = [];
    for (wanted of [10, 20, 30, 40]) runner.decide();
    await bench.pass(5_000);
    expect(told).toEqual([10, 40]);
  });

  it("stops at the fail-safe value, and not before the part stands there", async () => {
    const runner = lampWith(always(20));
    await bench.outcome(part.start());
    const { apply } = part;
    part.apply = async (outputs) => {
      await new Promise<void>((resolve) => bench.clock.after(seconds(1), resolve));
      await apply.call(part, outputs);
    };
    runner.decide();
    await bench.pass(500);
    await bench.outcome(runner.stop());
    expect(told).toEqual([100, 20, 100]);
    runner.decide();
    await bench.pass(minutes(5));
    expect(told).toEqual([100, 20, 100]);
    expect(wired()).toBe(100);
  });
});
