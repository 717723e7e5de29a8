import { describe, expect, it } from "vitest";
import * as catalogue from "#devices/furniture/index.ts";
import type { Furniture } from "#devices/furniture/vocabulary.ts";
import { UnitOnBench } from "#test/bench/unit-on-bench.ts";
import { UnitFromOutside } from "./unit-from-outside.ts";

/** A unit in virtual time, and what somebody makes of it who hears its journal and its broker alone. */
async function observed(declaration: Furniture) {
  const unit = await UnitOnBench.of(declaration);
  const outside = new UnitFromOutside(unit.declaration, unit.config);
  let heard = 0;
  let beganMs = unit.loop.now;
  const listen = () => {
    for (const { atMs, ...event } of unit.events.slice(heard)) outside.hear(event, atMs - beganMs);
    heard = unit.events.length;
  };
  const ear = unit.broker.port().open("ear", { topic: "ear", payload: "gone" });
  ear.subscribe("plinth/#", (message) => {
    listen();
    outside.receive(message);
  });
  return {
    unit,
    outside,
    async pass(ms: number) {
      await unit.pass(ms);
      listen();
    },
    get beganMs() {
      return beganMs;
    },
    begin() {
      beganMs = unit.loop.now;
      void unit.start();
    },
  };
}

/** What both must say, where the unit is at rest: no part moved, nothing was told within the last seconds. */
function expectAgreement({ unit, outside, beganMs }: Awaited<ReturnType<typeof observed>>): void {
  const { boot, targets, parts, alarms, settings, connected, samples, records } = unit.unit!.snapshot();
  const { samples: told, ...rest } = outside.testimony!;
  expect(rest).toEqual({
    boot,
    targets: Object.fromEntries(
      Object.entries(targets).filter(([name]) => unit.said("actuator").some((event) => event.name === name)),
    ),
    parts,
    alarms,
    settings,
    connected,
    records: { made: records.made },
  });
  const last = new Map(
    unit
      .said("record")
      .filter(({ atMs }) => atMs >= beganMs)
      .flatMap(({ body }) =>
        body.type === "measurement" ? [[unit.declaration.telemetry[body.name]!.source, body]] : [],
      ),
  );
  expect(told.length).toBeGreaterThan(0);
  expect(new Set(told.map(({ source }) => source))).toEqual(new Set(last.keys()));
  for (const { source, value, quality, quantity } of told) {
    const own = samples.find((sample) => sample.source === source)!;
    const body = last.get(source)!;
    expect([source, quality, quantity]).toEqual([source, body.quality, own.quantity]);
    expect([source, value]).toEqual([source, body.value ?? Number.NaN]);
  }
}

describe.each(Object.values(catalogue))("a $kind, from outside", (declaration) => {
  it("is as it says, through faults, settings and a restart", async () => {
    const world = await observed(declaration);
    const { unit, outside } = world;
    expect(outside.testimony).toBeUndefined();
    expect(outside.hasToldOfAllParts).toBe(false);
    world.begin();
    await world.pass(90_000);
    expect(outside.hasToldOfAllParts).toBe(true);
    expectAgreement(world);

    const everyMs = (name: string) =>
      unit.declaration.roles[name]!.sampling?.every ?? Number.POSITIVE_INFINITY;
    const [role, twin] = [...unit.twins]
      .filter(([, { part }]) => part.connection.kind === "i2c")
      .sort(([one], [other]) => everyMs(one) - everyMs(other))[0]!;
    twin.unplug();
    await world.pass(60_000);
    const part = outside.testimony!.parts[role]!;
    expect(["failing", "quarantined"]).toContain(part.state);
    expect(part.failures).toBeGreaterThan(0);
    expect(part.fault).toBe(unit.unit!.snapshot().parts[role]!.fault);

    twin.mend();
    const { site, unit: id } = unit.config;
    const desired = new TextEncoder().encode(JSON.stringify({ revision: "b2", settings: { nothing: 1 } }));
    unit.broker.inject({ topic: `plinth/${site}/${id}/settings/desired`, payload: desired, retain: true });
    await world.pass(5 * 60_000);
    expect(outside.testimony!.settings).toMatchObject({ revision: "b2", state: "refused" });
    expectAgreement(world);

    unit.kill();
    outside.ended();
    expect(outside.testimony).toBeUndefined();
    world.begin();
    await world.pass(90_000);
    expectAgreement(world);
    expect(outside.testimony!.boot).toBe(2);
  });
});
