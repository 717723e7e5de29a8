import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RecordClass, recordClasses } from "#devices/furniture/vocabulary.ts";
import { VirtualStore } from "#sim/ports/store.ts";
import { Ledger, openSmall, powerCuts, takeAll, work } from "#test/durability/power-cuts.ts";
import { type Outbox, OutboxFullError } from "./outbox.ts";

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Lives that end in a power cut: after how many changes of the medium, and which sectors survive. */
const lives = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer()), {
  minLength: 2,
  maxLength: 12,
});

/** One life: `live` has the outbox until the power goes. */
async function live(
  medium: VirtualStore,
  [changes, seed]: [number, number],
  run: (outbox: Outbox) => unknown,
) {
  let left = changes;
  medium.onChange = () => {
    if (--left === 0) medium.powerCut(seed);
  };
  void openSmall(medium).then(run);
  await settled();
  medium.onChange = () => {};
  medium.powerCut(seed);
}

describe("the outbox after a power cut", () => {
  it("is whole in 2,000 crash images: nothing acknowledged is lost, nothing is invented", async () => {
    expect(await powerCuts(2_000)).toBeGreaterThanOrEqual(2_000);
  });

  it("keeps what it kept through crash after crash", async () => {
    await fc.assert(
      fc.asyncProperty(lives, async (ends) => {
        const medium = new VirtualStore();
        const ledger = new Ledger();
        for (const end of ends) await live(medium, end, (outbox) => work(outbox, ledger, 10));
        ledger.check(await takeAll(await openSmall(medium)));
      }),
      { numRuns: 100 },
    );
  });

  it("counts every record that it drops, once, and drops no alarm or meter record, when the ring is full", async () => {
    await fc.assert(
      fc.asyncProperty(lives, fc.integer({ min: 1, max: 12 }), async (ends, alarmEvery) => {
        const medium = new VirtualStore();
        const kept = new Map<number, RecordClass>();
        let appended = 0;
        const flood = async (outbox: Outbox) => {
          for (let group = 0; group < 12; group++) {
            const work = Array.from({ length: 20 }, async (_, at) => {
              const recordClass = recordClasses[++appended % alarmEvery === 0 ? at % 2 : 2 + (at % 3)]!;
              const sequence = await outbox.append(recordClass, "x".repeat(150), `key ${at % 6}`);
              kept.set(sequence, recordClass);
            });
            void outbox.flush();
            for (const result of await Promise.allSettled(work))
              if (result.status === "rejected") expect(result.reason).toBeInstanceOf(OutboxFullError);
          }
        };
        for (const end of ends) await live(medium, end, flood);
        const outbox = await openSmall(medium);
        const { dropped, superseded } = outbox.stats();
        const there = new Set((await takeAll(outbox)).map((record) => record.sequence));
        const missing = [...kept].filter(([sequence]) => !there.has(sequence));
        expect(missing.filter(([, recordClass]) => /alarm|meter/.test(recordClass))).toEqual([]);
        const gone = dropped.event + dropped.state + dropped.series + superseded;
        // What was durable and not yet acknowledged when the power went is dropped and counted like the rest.
        expect(gone).toBeGreaterThanOrEqual(missing.length);
        expect(gone - missing.length).toBeLessThanOrEqual(20 * ends.length);
      }),
      { numRuns: 60 },
    );
  });
});
