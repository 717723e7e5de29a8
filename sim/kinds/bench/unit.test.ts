import { beforeEach, describe, expect, it } from "vitest";
import { type ChainedEvent, chainFlaws } from "#devices/chain.ts";
import { credentialOf } from "#devices/chips/pn532.ts";
import { bench } from "#devices/furniture/bench.ts";
import { unitTopics } from "#devices/wire.ts";
import { sha256 } from "#firmware/unit/chains.ts";
import type { Twin } from "#sim/chips/twin.ts";
import { UnitOnBench } from "#test/bench/unit-on-bench.ts";
import { thermistorVolts } from "./surroundings.ts";

/** A June noon in Trieste, and a night. */
const noonMs = Date.UTC(2026, 5, 19, 10);
const nightMs = Date.UTC(2026, 5, 19, 22);
const uid = Uint8Array.of(0x04, 0xa2, 0xb1, 0xc0, 0x5d, 0x61, 0x80);

describe("a bench's unit", () => {
  let unit: UnitOnBench;
  let id = 0;

  async function begin(settings: Record<string, unknown> = {}, startMs = noonMs): Promise<void> {
    const roles = Object.keys(bench.roles);
    unit = await UnitOnBench.of(bench, { id: "bench-1", startMs, roles, settings });
    const set = (role: string, channel: string, value: number) => twin(role).set(channel, value);
    for (const channel of [0, 1, 2, 3]) set("contactVoltage", `voltage${channel}`, thermistorVolts(25));
    for (const channel of [1, 2, 3]) set("portMeter", `busVoltage${channel}`, 12.8);
    for (const role of ["climate", "cabinet"]) set(role, "temperature", 20);
    set("gauge", "stateOfCharge", 80);
    set("gauge", "cellVoltage", 3.3);
    set("light", "illuminance", 20_000);
    await live();
  }

  async function live(): Promise<void> {
    const started = unit.start();
    await unit.pass(5_000);
    await started;
    unit.clock.setWall(unit.loop.now, "network");
    await unit.pass(10_000);
  }

  const twin = (role: string): Twin => unit.twins.get(role)!;
  const output = (name: string) => twin("switches").output!(name);
  const held = () => twin("watchdog").output!("alive");
  const code = (port: string) => unit.unit!.snapshot().targets[port]!.reason.code;
  const events = (name: string) =>
    unit
      .said("record")
      .flatMap(({ body }) => (body.type === "event" && body.name === name ? [body.fields] : []));

  async function command(name: string, args: Readonly<Record<string, unknown>>): Promise<void> {
    const { site, unit: own } = unit.config;
    const sender = unit.broker.port().open("sender", { topic: "plinth/sender/status", payload: "offline" });
    await unit.pass(1_000);
    const message = { id: ++id, expires: unit.loop.now + 60_000, command: name, args };
    const sent = sender.publish(unitTopics(site, own).command, JSON.stringify(message));
    await unit.pass(2_000);
    await sent;
    await sender.close();
  }

  beforeEach(() => begin());

  it("opens its ports once it has read all that it must, with a heartbeat in their supply", () => {
    expect(["outlet", "usb1", "usb2", "pad", "charge"].map(output)).toEqual([1, 1, 1, 1, 1]);
    expect(["lightOff", "modemOff"].map(output)).toEqual([1, 0]);
    expect(held()).toBe(1);
  });

  it("trips at once on 150 %, tells it, stays off over a power cut, and goes on when it is reset", async () => {
    twin("portMeter").set("current1", 2.75);
    await unit.pass(600);
    expect([output("usb1"), output("usb2")]).toEqual([0, 1]);
    twin("portMeter").set("current1", 0);
    await unit.pass(5_000);
    expect(unit.said("alarm").map(({ name, state }) => [name, state])).toEqual([
      ["usb1OverCurrent", "raised"],
    ]);
    expect(events("portTrip")).toEqual([{ port: "usb1", cause: "over-current" }]);
    unit.kill(3);
    await unit.pass(3_000);
    expect(held()).toBe(0);
    await live();
    expect([output("usb1"), output("usb2"), held()]).toEqual([0, 1, 1]);
    await command("resetPort", { port: "usb1" });
    await unit.pass(3_000);
    expect([output("usb1"), code("usb1")]).toEqual([1, "open"]);
    expect(events("portTrip").at(-1)).toEqual({ port: "usb1", cause: "none" });
    expect(unit.said("alarm").at(-1)).toMatchObject({ name: "usb1OverCurrent", state: "cleared" });
  });

  it("trips a second after 120 %, on hot contacts, and on a load switch that gave up", async () => {
    twin("portMeter").set("current1", 2.2);
    twin("contactVoltage").set("voltage2", thermistorVolts(65));
    twin("switches").set("padFault", 1);
    await unit.pass(3_500);
    expect(["outlet", "usb1", "usb2", "pad"].map(output)).toEqual([1, 0, 0, 0]);
    // Records wait for company until they are written.
    await unit.pass(3_000);
    expect(
      events("portTrip")
        .map(({ port, cause }) => [port, cause])
        .sort(),
    ).toEqual([
      ["pad", "load-switch-fault"],
      ["usb1", "over-current"],
      ["usb2", "over-temperature"],
    ]);
  });

  it("trips every port whose meter falls silent, and no other", async () => {
    twin("outletMeter").unplug();
    await unit.pass(4_000);
    expect(["outlet", "usb1", "usb2", "pad"].map(output)).toEqual([0, 1, 1, 1]);
    twin("portMeter").unplug();
    await unit.pass(4_000);
    twin("portMeter").mend();
    await unit.pass(60_000);
    expect(["outlet", "usb1", "usb2", "pad"].map(output)).toEqual([0, 0, 0, 0]);
    expect(["outlet", "usb1", "usb2", "pad"].map(code)).toEqual(Array(4).fill("meter-stale"));
  });

  it("cuts the supply of the ports when it cannot reach their switches, or is dead", async () => {
    twin("switches").unplug();
    await unit.pass(12_000);
    expect(held()).toBe(0);
    twin("switches").mend();
    await unit.pass(30_000);
    expect(held()).toBe(1);
    unit.kill();
    await unit.pass(2_000);
    expect(held()).toBe(0);
  });

  it("cuts the supply of the ports when current flows through one that is off, latched and counted", async () => {
    await command("setPort", { port: "usb1", on: false });
    twin("portMeter").set("current2", () => (output("usb2") === 1 && held() === 1 ? 1 : 0));
    await unit.pass(30_000);
    const toldBefore = events("portTrip").length;
    // A welded contact: far below what would trip a port that is on.
    twin("portMeter").set("current1", () => (held() === 1 ? 0.3 : 0));
    await unit.pass(5_000);
    expect([output("usb1"), code("usb1"), held()]).toEqual([0, "stuck-on", 0]);
    await unit.pass(25_000);
    expect(events("portTrip").slice(toldBefore)).toEqual([{ port: "usb1", cause: "stuck-on" }]);
    expect(unit.unit!.snapshot().alarms).toContain("usb1StuckOn");
    const trips = unit
      .said("record")
      .filter(({ body }) => body.type === "measurement" && body.name === "usb1Trips");
    expect(trips.map(({ body }) => "value" in body && body.value)).toEqual([0, 1]);
    // It is on nobody's session, and who charged at another port has not unplugged anything.
    expect(events("chargingSession")).toMatchObject([{ port: "usb2", reason: "in-doubt" }]);
    await command("resetPort", { port: "usb1" });
    await unit.pass(10_000);
    expect([code("usb1"), held()]).toEqual(["stuck-on", 0]);
    twin("portMeter").set("current1", 0);
    await command("resetPort", { port: "usb1" });
    await unit.pass(5_000);
    expect([code("usb1"), held(), unit.unit!.snapshot().alarms]).toEqual(["operator", 1, []]);
  });

  it("ends a session in doubt when its port was held off for want of a reading", async () => {
    const isOn = () => output("usb1") === 1 && held() === 1;
    twin("portMeter").set("current1", () => (isOn() ? 1 : 0));
    await unit.pass(60_000);
    twin("contactVoltage").unplug();
    await unit.pass(60_000);
    expect([output("usb1"), code("usb1")]).toEqual([0, "unsure"]);
    expect(events("chargingSession")).toMatchObject([{ port: "usb1", reason: "in-doubt" }]);
  });

  it("cuts the supply of the ports while one that was told off reads on, and not for one that reads off", async () => {
    const switches = twin("switches") as Twin & { short(output: string, to?: "ground" | "supply"): void };
    switches.short("usb2");
    await unit.pass(10_000);
    expect([output("usb2"), held()]).toEqual([0, 1]);
    switches.mend();
    await command("setPort", { port: "usb1", on: false, duration: 600 });
    expect([output("usb1"), held()]).toEqual([0, 1]);
    switches.short("usb1", "supply");
    await unit.pass(8_000);
    expect([output("usb1"), code("usb1"), held()]).toEqual([1, "operator", 0]);
    expect(unit.said("trouble").map(({ what }) => what)).toEqual([
      "switches.usb2 is 0, was told 1: told again",
      "switches.usb1 is 1, was told 0: told again",
    ]);
    switches.mend();
    await unit.pass(5_000);
    expect([output("usb1"), output("usb2"), held()]).toEqual([0, 1, 1]);
  });

  it("tells an ember ahead of everything that waits", async () => {
    unit.broker.stop();
    await unit.pass(3_600_000);
    const before = unit.stored.length;
    expect(unit.unit!.snapshot().records.waiting).toBeGreaterThan(50);
    twin("ashtray").set("objectTemperature", 120);
    await unit.pass(5_000);
    twin("ashtray").set("objectTemperature", 25);
    unit.broker.start();
    await unit.pass(120_000);
    expect(unit.stored[before]!.body).toMatchObject({ type: "alarm", name: "ember", state: "raised" });
    expect(unit.said("alarm").at(-1)).toMatchObject({ severity: "critical" });
  });

  it("lets the battery not be charged, nor phones, below 0 °C, and says why", async () => {
    twin("climate").set("temperature", -3);
    twin("cabinet").set("temperature", -2);
    await unit.pass(70_000);
    expect(["outlet", "usb1", "usb2", "pad", "charge"].map(output)).toEqual([0, 0, 0, 0, 0]);
    expect([code("usb1"), code("chargePath")]).toEqual(["frost", "frost"]);
    twin("cabinet").set("temperature", 5);
    await unit.pass(70_000);
    expect([output("usb1"), output("charge")]).toEqual([0, 1]);
  });

  it("sheds its loads as the battery falls, the safety light last", async () => {
    await begin({ hours: [] }, nightMs);
    twin("light").set("illuminance", 0.5);
    const on = ["outlet", "pad", "usb2", "usb1"];
    for (const [percent, expected] of [
      [80, [1, 1, 1, 1, 0, 0]],
      [43, [0, 1, 1, 1, 0, 0]],
      [31, [0, 0, 0, 1, 0, 0]],
      [29, [0, 0, 0, 0, 0, 0]],
      [16, [0, 0, 0, 0, 1, 0]],
      [4, [0, 0, 0, 0, 1, 1]],
    ] as const) {
      twin("gauge").set("stateOfCharge", percent);
      await unit.pass(130_000);
      expect([percent, [...on, "modemOff", "lightOff"].map(output)]).toEqual([percent, expected]);
    }
  });

  it("opens for a permitted card only, when one is needed, and tells nothing of it but that", async () => {
    const digits = credentialOf(uid).toString(16).padStart(12, "0");
    await begin({ cardNeeded: "always", cards: [digits] });
    expect([output("usb1"), code("usb1")]).toEqual([0, "card-needed"]);
    const reader = twin("cards") as Twin & { lay(uid: Uint8Array): void; lift(): void };
    reader.lay(uid);
    // A look at the reader each second, then one at each of the sensors.
    await unit.pass(6_000);
    reader.lift();
    expect([output("usb1"), output("outlet")]).toEqual([1, 1]);
    twin("portMeter").set("current1", 1);
    await unit.pass(60_000);
    expect([output("usb1"), output("usb2")]).toEqual([1, 0]);
    twin("portMeter").set("current1", 0);
    await unit.pass(40_000);
    expect(events("chargingSession")).toMatchObject([
      { port: "usb1", authorised: true, reason: "unplugged" },
    ]);
    expect(JSON.stringify(unit.said("record"))).not.toContain(digits);
    expect(output("usb1")).toBe(0);
  });

  it("does what new settings say at once, not with the next reading of what they are about", async () => {
    // The gauge is read once a minute.
    await unit.pass(60_000 - (unit.loop.now % 60_000) + 5_000);
    const city = unit.broker.port().open("desk", { topic: "plinth/desk/status", payload: "offline" });
    await unit.pass(1_000);
    const { site, unit: own } = unit.config;
    const desired = { revision: "a", settings: { shedFrom: 90, chargeInFrost: true } };
    const sent = city.publish(unitTopics(site, own).desired, JSON.stringify(desired), { retain: true });
    await unit.pass(1_500);
    await sent;
    expect([output("outlet"), code("outlet")]).toEqual([0, "shed"]);
  });

  it("keeps a port off that the operator cut, through a power cut, until he switches it on or resumes it", async () => {
    await command("setPort", { port: "usb1", on: false });
    await command("setPort", { port: "usb2", on: false });
    expect([code("usb1"), code("usb2"), code("pad")]).toEqual(["operator", "operator", "open"]);
    unit.kill(7);
    await unit.pass(86_400_000);
    twin("portMeter").set("current1", 0);
    await live();
    expect(["usb1", "usb2", "pad"].map(output)).toEqual([0, 0, 1]);
    await command("resumePort", { port: "usb1" });
    await command("setPort", { port: "usb2", on: true, duration: 600 });
    await unit.pass(3_000);
    expect([code("usb1"), code("usb2")]).toEqual(["open", "operator-on"]);
  });

  it("holds records of a chain back while it cannot keep them, says so, and is as safe as ever", async () => {
    unit.medium.readOnly();
    twin("portMeter").set("current1", 2.75);
    await unit.pass(30_000);
    expect(output("usb1")).toBe(0);
    expect(events("portTrip")).toEqual([]);
    expect(unit.unit!.snapshot().alarms).toEqual(expect.arrayContaining(["storage", "usb1OverCurrent"]));
    twin("portMeter").set("current1", 0);
    unit.medium.readOnly(false);
    await unit.pass(1_200_000);
    expect(events("portTrip")).toEqual([{ port: "usb1", cause: "over-current" }]);
    expect(unit.unit!.snapshot().alarms).not.toContain("storage");
    // And where it dies with the medium dead, nobody was told what the next life contradicts.
    await command("resetPort", { port: "usb1" });
    await unit.pass(5_000);
    unit.medium.readOnly();
    twin("portMeter").set("current2", 2.75);
    await unit.pass(30_000);
    twin("portMeter").set("current2", 0);
    unit.kill(11);
    unit.medium.readOnly(false);
    await live();
    twin("switches").set("padFault", 1);
    await unit.pass(60_000);
    expect(events("portTrip").map(({ port, cause }) => [port, cause])).toEqual([
      ["usb1", "over-current"],
      ["usb1", "none"],
      ["pad", "load-switch-fault"],
    ]);
    const links = unit.stored.flatMap(({ body }) =>
      body.type === "event" && body.name === "portTrip" ? [body as unknown as ChainedEvent] : [],
    );
    expect(links.length).toBeGreaterThanOrEqual(3);
    expect(chainFlaws("pier/bench-1", links, sha256)).toEqual([]);
  });

  it("takes up the session of a phone that still hangs there after a restart, and ends it with the power else", async () => {
    twin("portMeter").set("current1", 1);
    twin("portMeter").set("current2", 1);
    await unit.pass(600_000);
    unit.kill(5);
    await unit.pass(2_000);
    twin("portMeter").set("current2", 0);
    await live();
    await unit.pass(120_000);
    twin("portMeter").set("current1", 0);
    await unit.pass(40_000);
    const sessions = events("chargingSession").sort((a, b) => String(a.port).localeCompare(String(b.port)));
    expect(sessions.map(({ port, reason, number }) => [port, reason, number])).toEqual([
      ["usb1", "unplugged", 1],
      ["usb2", "power-cut", 1],
    ]);
    // 12.8 W for twelve minutes, less what a cut of the power may lose of a meter without a counter: 1 Wh.
    expect(Number(sessions[0]!.energy)).toBeGreaterThan(2.56 - 1);
    expect(Number(sessions[0]!.energy)).toBeLessThan(2.65);
  });
});
