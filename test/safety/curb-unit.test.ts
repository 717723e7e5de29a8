import { describe, expect, it } from "vitest";
import { curb } from "#devices/furniture/curb.ts";
import { groundDistanceM } from "#sim/kinds/curb/scene.ts";
import { UnitOnBench } from "#test/bench/unit-on-bench.ts";

/** Tuesday, 13:00 in Trieste: the factory's policies have parking from 14:00 on. */
const startMs = Date.UTC(2026, 3, 14, 13);

/** A kerb of one space that is empty, with its lock down. */
async function kerb(startAtMs = startMs) {
  const unit = await UnitOnBench.of(curb, { size: 1, startMs: startAtMs, settings: { groundDistance: 2.3 } });
  const set = (source: string, value: number) => {
    const [role = "", channel = ""] = source.split(".");
    unit.twins.get(role)!.set(channel, value);
  };
  const field = (microtesla: number) => {
    set("magnetometer1.magneticFluxDensityX", 1 + microtesla);
    set("magnetometer1.magneticFluxDensityY", 22.5);
    set("magnetometer1.magneticFluxDensityZ", -42);
  };
  field(0);
  set("lidar1.distance", groundDistanceM);
  set("lidar1.strength", 900);
  set("lowerLimit.closed", 1);
  set("upperLimit.closed", 0);
  set("motor.busVoltage", 12.6);
  for (const [channel, value] of Object.entries({
    voltage: 230,
    frequency: 50,
    activePower: 0,
    powerFactor: 1,
  }))
    set(`meter.${channel}`, value);
  set("evse.vehicleState", 1);
  const started = unit.start();
  unit.clock.setWall(unit.loop.now, "network");
  await unit.pass(60_000);
  await started;
  let id = 0;
  const command = (name: string, args: object) => {
    const message = { id: ++id, expires: unit.loop.now + 60_000, command: name, args };
    unit.broker
      .port()
      .open("operator", { topic: "operator", payload: "" })
      .publish("plinth/pier/curb-1/command", JSON.stringify(message));
  };
  const output = (role: string, name: string) => unit.twins.get(role)!.output!(name);
  const latest = (source: string) =>
    unit.unit!.snapshot().samples.find((sample) => sample.source === source)?.value;
  const raised = () => unit.said("alarm").flatMap(({ name, state }) => (state === "raised" ? [name] : []));
  return { unit, set, field, command, output, latest, raised };
}

describe("a kerb's lock and contactor, on a whole unit", () => {
  it("have supply while all is well", async () => {
    const { unit, output, raised } = await kerb();
    await unit.pass(600_000);
    expect(output("watchdog", "alive")).toBe(1);
    expect(raised()).toEqual([]);
  });

  it("lose it when the motor runs though it was told to rest, until the unit is started anew", async () => {
    const { unit, set, output, raised } = await kerb();
    set("motor.current", 3.2);
    set("lowerLimit.closed", 0);
    await unit.pass(5_000);
    expect(raised()).toEqual(["lockRunaway"]);
    expect(output("watchdog", "alive")).toBe(0);
    set("motor.current", 0);
    await unit.pass(600_000);
    expect(output("watchdog", "alive")).toBe(0);
  });

  it("are told of when the contactor is stuck, or the limit switches contradict each other", async () => {
    const { unit, set, raised } = await kerb();
    set("meter.activePower", 3_500);
    set("upperLimit.closed", 1);
    await unit.pass(120_000);
    expect(raised().sort()).toEqual(["contactorStuck", "lockLimits"]);
  });

  it("go on with a charge when another part on the line of their meter falls silent", async () => {
    const { unit, set, field, output } = await kerb();
    field(30);
    set("lidar1.distance", 0.5);
    await unit.pass(30_000);
    set("evse.vehicleState", 3);
    set("meter.activePower", 3_500);
    await unit.pass(30_000);
    expect(output("relays", "contactor")).toBe(1);
    unit.twins.get("sign")!.unplug();
    for (let second = 0; second < 600; second++) {
      await unit.pass(1_000);
      expect([second, output("relays", "contactor")]).toEqual([second, 1]);
    }
    unit.twins.get("meter")!.unplug();
    await unit.pass(4_500);
    expect(output("relays", "contactor")).toBe(0);
  });
});
