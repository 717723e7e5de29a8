import { describe, expect, it } from "vitest";
import type { Context } from "#devices/estimators/estimator.ts";
import * as kinds from "#devices/furniture/index.ts";
import { factorySettings } from "#devices/furniture/vocabulary.ts";
import { Kept } from "#firmware/kept.ts";
import type { VirtualStore } from "#sim/ports/store.ts";
import { UnitOnBench } from "#test/bench/unit-on-bench.ts";

const estimators = Object.values(kinds).flatMap(({ kind, estimators }) =>
  estimators.map((estimator) => ({ kind, estimator })),
);

describe("a unit's life", () => {
  it.each(estimators.filter(({ estimator }) => estimator.save))(
    "begins with nothing of $kind/$estimator.name when what it had kept is lost",
    ({ estimator }) => {
      expect(() => estimator.save!(estimator.initial(null))).not.toThrow();
    },
  );

  const harms = [7, "x", [], {}, -1, true, Number.MAX_SAFE_INTEGER, { number: 1 }, [null], [{}]];
  const context: Context = {
    ...{ latitude: 45, longitude: 13, timeZone: "Europe/Rome", device: "pier/unit-1" },
    ...{ wallMs: Date.UTC(2026, 5, 19, 10), clock: "network", settings: {}, commands: [], nowMs: 1_000 },
  };

  it.each(estimators.filter(({ estimator }) => estimator.save))(
    "goes on with whatever of $kind/$estimator.name was damaged",
    ({ kind, estimator }) => {
      const settings = factorySettings(Object.values(kinds).find((one) => one.kind === kind)!);
      const saved = JSON.parse(JSON.stringify(estimator.save!(estimator.initial(undefined)) ?? null));
      const names = saved !== null && typeof saved === "object" ? Object.keys(saved) : [];
      const damaged = [
        ...harms,
        ...names.flatMap((name) => harms.map((harm) => ({ ...saved, [name]: harm }))),
      ];
      for (const kept of damaged) {
        const state = estimator.initial(structuredClone(kept));
        const step = () => estimator.step(state, undefined, { ...context, settings });
        expect(step, JSON.stringify(kept)).not.toThrow();
      }
    },
  );

  it.each([
    ["without chains", { states: { usb1Guard: { trip: 2 } } }, 2, ["chains of records"]],
    ["without states", { chains: {} }, 4, ["state of the estimators"]],
    ["that is a number", 7, 4, ["state of the estimators", "chains of records"]],
    ["that is null", null, 4, ["state of the estimators", "chains of records"]],
    [
      "with chains that are none",
      { states: {}, chains: { portTrip: { number: "x" }, chargingStart: [], chargingSession: null } },
      0,
      ["chain of portTrip", "chain of chargingStart", "chain of chargingSession"],
    ],
  ] as const)("starts a bench from kept estimates %s, and says so", async (_, content, trip, said) => {
    const bench = await UnitOnBench.of(kinds.bench, { roles: ["switches"] });
    const store = bench.medium.mount();
    for (const [name, value] of [
      ["estimates", content],
      ["boot", "seven"],
      ["alarms", { ember: true }],
      ["command", { last: "x" }],
    ] as const)
      await new Kept<unknown>(store, name, () => {}).save(value);
    const started = bench.start();
    await bench.pass(5_000);
    const unit = await started;
    const { samples, boot, alarms } = unit.snapshot();
    expect(samples.find(({ source }) => source === "usb1Guard.trip")!.value).toBe(trip);
    expect([boot, alarms.includes("ember")]).toEqual([1, false]);
    const troubles = bench.said("trouble").map(({ what }) => what);
    for (const what of [...said, "number of starts", "kept alarms", "kept commands"])
      expect(
        troubles.some((one) => one.includes(what)),
        what,
      ).toBe(true);
  });

  it("holds every latch of a bench whose memory is lost, and none of a new one's", async () => {
    const codes = async (harm: (medium: VirtualStore) => void) => {
      const bench = await UnitOnBench.of(kinds.bench, { roles: ["switches"] });
      const live = async () => {
        const started = bench.start();
        await bench.pass(5_000);
        await started;
        return bench.unit!.snapshot().samples.find(({ source }) => source === "usb1Guard.trip")!.value;
      };
      const first = await live();
      bench.kill();
      harm(bench.medium);
      return [first, await live()];
    };
    const damage = (medium: VirtualStore) => {
      for (const name of ["estimates", "estimates.previous"])
        if (medium.names().includes(name)) medium.corrupt(name, 20, 1);
    };
    // 4: the load switch has to be looked at.
    expect(await codes(() => {})).toEqual([0, 0]);
    expect(await codes(damage)).toEqual([0, 4]);
  });
});
