import { describe, expect, it } from "vitest";
import { begin, end } from "#sim/scenario/faults.ts";
import { layOut } from "#sim/scenario/lay-out.ts";
import type { Scenario } from "#sim/scenario/scenario.ts";
import type { SimulatedUnit } from "#sim/street/simulated-unit.ts";
import type { Street } from "#sim/street/street.ts";
import { edgeStreets } from "./kernel-edge.ts";

const pass = ({ loop }: Street, seconds: number) => loop.runUntil(loop.now + seconds * 1_000);

/** A street whose parts have all warmed up. */
async function atWork(scenario: Scenario): Promise<Street> {
  const street = await layOut(scenario, 1, { version: "test" });
  const started = street.start();
  await pass(street, 90);
  await started;
  return street;
}

const isOf = ({ twins }: SimulatedUnit, roles: readonly string[], source: string) =>
  roles.some((role) =>
    Object.keys(twins.get(role)!.part.channels).some((channel) => source === `${role}.${channel}`),
  );

/** What test/e2e/hil-faults.test.ts tries on the bundle in a process of its own, here in virtual time. */
describe.each(edgeStreets)(
  "a fault at the kernel's edge of $unit, in virtual time",
  ({ scenario, faults }) => {
    it.each(faults.map((edge, index) => [edge.title, edge, index] as const))(
      "%s",
      async (_, { fails, spares, words, disturbs, killed }, index) => {
        const street = await atWork(scenario);
        const [unit] = street.units;
        const { fault } = scenario.offers[index]!;
        const told: { role: string; fault: string }[] = [];
        street.listen((_unit, event) => {
          if (event.type === "part" && event.fault) told.push({ role: event.role, fault: event.fault });
        });
        begin(fault, street);
        if (killed) unit!.kill();
        await pass(street, 40);
        if (disturbs) expect(unit!.traffic.serial.get(disturbs)!.errors).toBeGreaterThan(1_000);
        for (const role of fails) expect(told).toContainEqual({ role, fault: expect.stringMatching(words) });
        expect(told.filter(({ role }) => spares(role, unit!))).toEqual([]);
        for (const sample of unit!.snapshot!.samples)
          if (isOf(unit!, fails, sample.source)) expect(sample.quality, sample.source).not.toBe("good");
        end(fault, street);
        await pass(street, 400);
        expect(Object.values(unit!.snapshot!.parts).filter(({ state }) => state !== "ok")).toEqual([]);
        expect(await street.records(unit!)).toMatchObject({ lost: 0 });
      },
    );
  },
);
