import { describe, expect, it } from "vitest";
import * as kinds from "#devices/furniture/index.ts";
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
