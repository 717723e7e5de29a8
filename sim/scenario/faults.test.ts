import { describe, expect, it } from "vitest";
import { placeOf } from "#devices/part.ts";
import { PortError } from "#devices/ports/error.ts";
import { StreetlightSite } from "../kinds/streetlight/site.ts";
import { VirtualClock } from "../ports/clock.ts";
import type { Street } from "../street/street.ts";
import { begin, end, type FaultVerb, faultVerbs, schedule, verbOf } from "./faults.ts";
import { layOut } from "./lay-out.ts";
import { readScenario } from "./scenario.ts";
import { type Fault, faultName } from "./verb.ts";

const quiet = await readScenario(
  [
    "scenario: quiet",
    "title: Quiet",
    "seed: 1",
    "start: 2025-12-21 20:00",
    "duration: 1 h",
    "location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }",
    "street: { peoplePerHourPeak: 0, furniture: [{ kind: streetlight, units: 1, spacing: 30 }] }",
  ].join("\n"),
  "quiet.yaml",
);

/** A street three minutes after its start: every part has warmed up. */
async function street(): Promise<Street> {
  const laidOut = await layOut(quiet, 1, { version: "test" });
  const started = laidOut.start();
  await pass(laidOut, 180);
  await started;
  return laidOut;
}

const pass = ({ loop }: Street, seconds: number) => loop.runUntil(loop.now + seconds * 1_000);

const fault = (verb: FaultVerb, more: Partial<Fault> = {}): Fault => ({
  atMs: 0,
  forMs: Number.POSITIVE_INFINITY,
  verb,
  unit: "lamp-01",
  role: undefined,
  channel: undefined,
  by: undefined,
  ...more,
});

const healthOf = (on: Street, role: string) => on.units[0]!.snapshot!.parts[role]!;
const poleOf = (on: Street) => {
  const { site } = on.units[0]!;
  if (site instanceof StreetlightSite) return site;
  throw new Error("no pole");
};
const latest = (on: Street, source: string) =>
  on.units[0]!.snapshot!.samples.find((one) => one.source === source);

describe("the table of faults", () => {
  it("ends what it says may last, except that a supervisor ends a kill", () => {
    for (const verb of Object.keys(faultVerbs) as FaultVerb[])
      expect([verb, verbOf(verb)!.end !== undefined]).toEqual([
        verb,
        verbOf(verb)!.may.includes("for") && verb !== "kill",
      ]);
  });

  it("names a fault by unit, role, channel and verb", () => {
    expect(faultName(fault("drift", { role: "light", channel: "illuminance", by: 5 }))).toBe(
      "lamp-01 light illuminance drift",
    );
    expect(faultName(fault("broker-away", { unit: undefined }))).toBe("broker-away");
  });
});

describe("a fault begins and ends", () => {
  it.each([
    ["unplug", "light"],
    ["unplug", "meter"],
    ["silence", "meter"],
    ["garbage", "meter"],
    ["hold-bus", "climate"],
    ["wrong-part", "climate"],
  ] as const)("%s of %s", async (verb, role) => {
    const on = await street();
    expect(healthOf(on, role).state).toBe("ok");
    begin(fault(verb, { role }), on);
    await pass(on, 400);
    expect(healthOf(on, role).state).not.toBe("ok");
    end(fault(verb, { role }), on);
    await pass(on, 400);
    expect(healthOf(on, role).state).toBe("ok");
  });

  it("another part in its place is seen to be one", async () => {
    const on = await street();
    begin(fault("wrong-part", { role: "climate" }), on);
    await pass(on, 400);
    expect(healthOf(on, "climate").fault).toMatch(/wrong-device/);
    expect(healthOf(on, "light").state).toBe("ok");
  });

  it("a part that stretches the clock keeps its bus busy for longer", async () => {
    const on = await street();
    const bus = on.units[0]!.busOf("climate");
    const { address } = placeOf("i2c", on.units[0]!.config.parts.climate!.place);
    const busyMs = () => {
      const before = bus.busyMs;
      bus.transfer(address, [{ read: 1 }]);
      return bus.busyMs - before;
    };
    const own = busyMs();
    begin(fault("stretch-clock", { role: "climate", by: 20 }), on);
    expect(busyMs() - own).toBeCloseTo(20, 9);
    end(fault("stretch-clock", { role: "climate" }), on);
    expect(busyMs()).toBeCloseTo(own, 9);
  });

  it("a storm of edges, and the level as it was when it is over", async () => {
    const on = await street();
    const [unit] = on.units;
    const [role] = [...unit!.twins].find(([, twin]) => twin.part.connection.kind === "gpio")!;
    const line = unit!.lineOf(role);
    const before = line.level;
    let edges = 0;
    line.sense(() => edges++);
    begin(fault("edge-storm", { role, by: 500 }), on);
    await pass(on, 2);
    expect(edges).toBe(1_001);
    end(fault("edge-storm", { role }), on);
    edges = 0;
    await pass(on, 2);
    expect([line.level, edges]).toEqual([before, 0]);
  });

  it("a held bus takes every part on it, and none elsewhere", async () => {
    const on = await street();
    begin(fault("hold-bus", { role: "climate" }), on);
    await pass(on, 400);
    expect(healthOf(on, "light").state).not.toBe("ok");
    expect(healthOf(on, "meter").state).toBe("ok");
    expect(() => on.units[0]!.busOf("light").transfer(0x10, [{ read: 1 }])).toThrow(PortError);
  });

  it("a drift, to the very number", async () => {
    const on = await street();
    const drift = fault("drift", { role: "climate", channel: "temperature", by: 7 });
    const twin = on.units[0]!.twins.get("climate")!;
    const before = twin.sensed("temperature");
    begin(drift, on);
    expect(twin.sensed("temperature") - before).toBeCloseTo(7, 9);
    end(drift, on);
    expect(twin.sensed("temperature")).toBeCloseTo(before, 9);
  });

  it("a stuck channel, and only that", async () => {
    const on = await street();
    const twin = on.units[0]!.twins.get("climate")!;
    begin(fault("stick", { role: "climate", channel: "pressure" }), on);
    const [pressure, temperature] = ["pressure", "temperature"].map((channel) => twin.sensed(channel));
    await pass(on, 3_000);
    expect(twin.sensed("pressure")).toBe(pressure);
    expect(twin.sensed("temperature")).not.toBe(temperature);
  });

  it("answers with a wrong bit, as many as were asked for", async () => {
    const on = await street();
    const faultsAfter = async (count: number) => {
      begin(fault("corrupt-crc", { role: "meter", count }), on);
      const met = new Set<string | undefined>();
      for (let second = 0; second < 120; second++) {
        await pass(on, 1);
        met.add(healthOf(on, "meter").fault);
      }
      expect(healthOf(on, "meter").state).toBe("ok");
      return [...met].filter((text) => text !== undefined);
    };
    // A sample is tried three times.
    expect(await faultsAfter(2)).toEqual([]);
    const [met] = await faultsAfter(3);
    expect(met).toMatch(/checksum|CRC/i);
  });

  it("a brown-out of the lamp's driver: to full light, and back as told within its sampling period", async () => {
    const on = await street();
    const { luminaire } = poleOf(on);
    const before = luminaire.levelPercent;
    expect(before).toBeLessThan(100);
    begin(fault("brown-out", { role: "lamp" }), on);
    expect(luminaire.levelPercent).toBe(100);
    await pass(on, 75);
    expect(luminaire.levelPercent).toBeCloseTo(before, 0);
  });

  it("an empty coin cell, whose oscillator stops at the next brown-out", async () => {
    const on = await street();
    const twin = on.units[0]!.twins.get("clock")!;
    begin(fault("brown-out", { role: "clock" }), on);
    expect(twin.sensed("time")).toBeCloseTo(on.loop.now / 1_000, 0);
    begin(fault("lose-battery", { role: "clock" }), on);
    begin(fault("brown-out", { role: "clock" }), on);
    // 19-5170: the calendar starts at 01/01/00 00:00:00.
    expect(twin.sensed("time")).toBe(Date.UTC(2000, 0, 1) / 1_000);
    begin(fault("kill"), on);
    await pass(on, 30);
    expect(latest(on, "clock.time")?.quality).not.toBe("good");
  });

  it("a kill: its supervisor takes 2.5 s, or as long as it was told", async () => {
    const on = await street();
    const [unit] = on.units;
    begin(fault("kill"), on);
    expect(unit!.isRunning).toBe(false);
    expect(unit!.snapshot).toBeUndefined();
    await pass(on, 2.4);
    expect(unit!.isRunning).toBe(false);
    await pass(on, 0.2);
    expect(unit!.isRunning).toBe(true);
    begin(fault("kill", { forMs: 60_000 }), on);
    await pass(on, 59);
    expect(unit!.isRunning).toBe(false);
    await pass(on, 2);
    expect(unit!.isRunning).toBe(true);
  });

  it("a shorted wire, to either rail", async () => {
    const on = await street();
    const unit = on.units[0]!;
    const short = (by: number) => fault("short", { role: "motion", by });
    begin(short(1), on);
    await pass(on, 1);
    expect(unit.lineOf("motion").level).toBe(1);
    expect(latest(on, "motion.presence")?.value).toBe(1);
    begin(short(0), on);
    await pass(on, 1);
    expect(latest(on, "motion.presence")?.value).toBe(0);
    end(short(0), on);
    expect(unit.lineOf("motion").level).toBe(0);
  });

  it("a broker that is away", async () => {
    const on = await street();
    const isConnected = () => on.units[0]!.snapshot!.connected;
    expect(isConnected()).toBe(true);
    begin(fault("broker-away"), on);
    await pass(on, 1);
    expect(isConnected()).toBe(false);
    end(fault("broker-away"), on);
    await pass(on, 90);
    expect(isConnected()).toBe(true);
  });

  it("a broker that hangs: nothing arrives, and all of it when it goes on", async () => {
    const on = await street();
    const delivered = () => on.ingest.tally().delivered;
    await pass(on, 1_800);
    begin(fault("broker-stall"), on);
    const before = delivered();
    expect(before).toBeGreaterThan(0);
    await pass(on, 1_800);
    expect(delivered()).toBe(before);
    end(fault("broker-stall"), on);
    await pass(on, 300);
    expect(delivered()).toBeGreaterThan(before);
    expect((await on.records(on.units[0]!)).lost).toBe(0);
  });

  it("lost acknowledgements: the publisher waits for them, and no record is lost", async () => {
    const on = await street();
    const link = on.network
      .link(new VirtualClock(on.loop))
      .open("probe", { topic: "plinth/probe/status", payload: "offline" });
    await pass(on, 10);
    const publish = async () => {
      let acknowledged = false;
      link.publish("plinth/probe", "x").then(
        () => {
          acknowledged = true;
        },
        () => {},
      );
      await pass(on, 10);
      return acknowledged;
    };
    expect(await publish()).toBe(true);
    begin(fault("drop-puback", { count: 1_000 }), on);
    expect(await publish()).toBe(false);
    await pass(on, 1_800);
    expect(await on.records(on.units[0]!)).toMatchObject({ lost: 0, waiting: 0 });
  });

  it("a mains outage: the lamp is dark and the process dead, and both come back by themselves", async () => {
    const offMs = quiet.startUnixMs + 600_000;
    const outage = fault("mains-outage", { unit: undefined, atMs: offMs, forMs: 600_000 });
    const scenario = { ...quiet, faults: [outage] };
    const on = await layOut(scenario, 1, { version: "test" });
    schedule(scenario.faults, on);
    const started = on.start();
    await on.loop.runUntil(offMs - 1);
    await started;
    const [unit] = on.units;
    const { luminaire } = poleOf(on);
    const before = luminaire.levelPercent;
    expect([unit!.isRunning, before > 0]).toEqual([true, true]);
    await on.loop.runUntil(offMs);
    expect([unit!.isRunning, luminaire.levelPercent, luminaire.powerW]).toEqual([false, 0, 0]);
    await on.loop.runUntil(offMs + 600_000 - 1);
    expect([unit!.isRunning, luminaire.levelPercent]).toEqual([false, 0]);
    // The LED driver has forgotten everything: full light until the board has booted.
    await pass(on, 1);
    expect([unit!.isRunning, luminaire.levelPercent]).toEqual([false, 100]);
    await pass(on, 300);
    expect(unit!.isRunning).toBe(true);
    expect(luminaire.levelPercent).toBeCloseTo(before, 0);
    expect((await on.records(unit!)).lost).toBe(0);
  });
});
