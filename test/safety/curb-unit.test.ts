import { describe, expect, it } from "vitest";
import { curb } from "#devices/furniture/curb.ts";
import { LockMechanics } from "#sim/kinds/curb/lock-mechanics.ts";
import { groundDistanceM } from "#sim/kinds/curb/scene.ts";
import { UnitOnBench } from "#test/bench/unit-on-bench.ts";

/** Tuesday, 13:00 in Trieste: the factory's policies have parking from 14:00 on. */
const startMs = Date.UTC(2026, 3, 14, 13);

/** A kerb of one space that is empty, with its lock down. */
async function kerb(startAtMs = startMs) {
  const unit = await UnitOnBench.of(curb, { size: 1, startMs: startAtMs, settings: { groundDistance: 2.3 } });
  const set = (source: string, value: number | (() => number)) => {
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
  const output = (role: string, name: string) => unit.twins.get(role)!.output!(name);
  const limits = () => {
    set("lowerLimit.closed", Number(lock.isDown));
    set("upperLimit.closed", Number(lock.isUp));
  };
  const lock: LockMechanics = new LockMechanics(unit.loop, () => false, limits);
  limits();
  for (const role of ["relays", "watchdog"])
    unit.twins.get(role)!.onOutput!(() => {
      const relay = (name: string) => output("watchdog", "alive") === 1 && output("relays", name) === 1;
      lock.drive(relay("raise"), relay("lower"));
    });
  set("motor.current", () => lock.motorA);
  set("motor.busVoltage", 12.6);
  for (const [channel, value] of Object.entries({
    voltage: 230,
    frequency: 50,
    activePower: 0,
    powerFactor: 1,
  }))
    set(`meter.${channel}`, value);
  set("evse.vehicleState", 1);
  const link = unit.broker.port().open("operator", { topic: "operator", payload: "" });
  const live = async () => {
    const started = unit.start();
    unit.clock.setWall(unit.loop.now, "network");
    await unit.pass(60_000);
    await started;
  };
  await live();
  const command = async (name: string, args: object) => {
    const message = { id: unit.loop.now, expires: unit.loop.now + 60_000, command: name, args };
    await Promise.all([link.publish("plinth/pier/curb-1/command", JSON.stringify(message)), unit.pass(200)]);
  };
  /** Passes time until the lock has risen so far. */
  const rise = async (position: number) => {
    for (let ms = 0; ms < 20_000 && lock.position < position; ms += 50) await unit.pass(50);
  };
  const raised = () => unit.said("alarm").flatMap(({ name, state }) => (state === "raised" ? [name] : []));
  return { unit, set, field, live, command, lock, rise, output, raised };
}

type Kerb = Awaited<ReturnType<typeof kerb>>;

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

  it.each<[string, (rig: Kerb) => void, atMostMs: number]>([
    ["somebody steps into the beam", ({ set }) => set("lidar1.distance", 1), 300],
    ["a wheel rolls over it", ({ field }) => field(12), 300],
    ["the lens is covered", ({ set }) => set("lidar1.strength", 40), 300],
    ["the lidar is torn off", ({ unit }) => unit.twins.get("lidar1")!.unplug(), 800],
    ["the multiplexer dies", ({ unit }) => unit.twins.get("multiplexer")!.unplug(), 800],
    ["its motor's current is not known", ({ unit }) => unit.twins.get("motor")!.unplug(), 800],
    // What is left then is the dead man's switch: a second of patience, and its own time-out.
    ["the bus is held low", ({ unit }) => unit.board.i2c(1).hold(), 2_500],
    ["nobody on the bus answers any more", ({ unit }) => unit.board.i2c(1).hold("bus"), 2_500],
    ["the process dies", ({ unit }) => unit.kill(), 1_500],
  ])("stop a rise when %s", async (_, happen, atMostMs) => {
    const rig = await kerb();
    await rig.command("reserve", { space: 1, duration: 3_600 });
    await rig.rise(0.2);
    expect(rig.lock.position).toBeGreaterThan(0.2);
    happen(rig);
    await rig.unit.pass(atMostMs);
    const { position } = rig.lock;
    expect(position).toBeLessThan(0.2 + atMostMs / 5_500 + 0.05);
    for (let ms = 0; ms < 30_000; ms += 100) {
      await rig.unit.pass(100);
      expect(rig.lock.position).toBeLessThanOrEqual(position);
    }
  });

  it("keep a reservation over a power cut in the midst of the rise, and not beyond its end", async () => {
    const { unit, command, rise, lock, live, output } = await kerb();
    await command("reserve", { space: 1, duration: 600 });
    await rise(0.5);
    unit.kill(7);
    await unit.pass(60_000);
    expect([output("watchdog", "alive"), lock.isUp]).toEqual([0, false]);
    await live();
    expect(lock.isUp).toBe(true);
    await unit.pass(600_000);
    expect(lock.isDown).toBe(true);
  });
});
