import { afterEach, describe, expect, it } from "vitest";
import { unitTopics } from "#devices/wire.ts";
import { systemClock, systemWallMs } from "#firmware/ports/clock.ts";
import { mqttLinkPort } from "#firmware/ports/mqtt.ts";
import { type Broker, startBroker } from "../broker.ts";
import { runScenario } from "../scenario/run.ts";
import { readScenario } from "../scenario/scenario.ts";
import { Living } from "./living.ts";
import type { Input } from "./recording.ts";
import { toScenarioFile } from "./scenario-file.ts";

const text = `scenario: two-lamps
title: Two lamps
seed: 3
start: 2025-12-21 17:00
duration: 1 h
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
street:
  site: via-roma
  peoplePerHourPeak: 200
  furniture:
    - { kind: streetlight, units: 2, spacing: 30, names: [lamp-1, lamp-2] }
faults:
  - { at: "17:20", for: 5 min, unit: lamp-1, role: climate, fault: unplug }
`;
const startMs = Date.parse("2025-12-21T17:00:00+01:00");

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function far(): Promise<Broker> {
  const broker = await startBroker({ port: 0 });
  closers.push(() => broker.close());
  return broker;
}

async function live(broker: Broker, speed = 3_600): Promise<Living> {
  const clock = systemClock();
  const scenario = await readScenario(text, "two-lamps.yaml");
  const living = await Living.of({
    scenario,
    seed: 3,
    version: "0.0.0",
    speed,
    far: broker,
    realNowMs: () => clock.now(),
    realWallMs: systemWallMs,
    onTrouble: (what) => {
      throw new Error(what);
    },
  });
  closers.push(() => living.close());
  living.begin();
  return living;
}

const waypoints = (living: Living, inputs: readonly Input[]) =>
  inputs.map(({ atMs, deed }) => ({ atMs, run: () => living.live(deed) }));

/** Something from outside: a fault by hand, settings and a command over the real network. */
async function livedThrough(broker: Broker): Promise<Living> {
  const living = await live(broker);
  await living.openBridge();
  const city = mqttLinkPort({ url: broker.url, clock: systemClock() }).open("city", {
    topic: "t",
    payload: "",
  });
  closers.push(() => city.close());
  const { desired, command, reported, result } = unitTopics("via-roma", "lamp-1");
  const heard: string[] = [];
  for (const topic of [reported, result])
    city.subscribe(topic, ({ payload }) => heard.push(new TextDecoder().decode(payload)));
  await expect.poll(() => heard.some((one) => one.includes("revision")), { timeout: 10_000 }).toBe(true);
  living.stride.speed = 60;
  living.live({ type: "fault", id: "lamp-2 light unplug", active: true, amount: undefined });
  await city.publish(desired, JSON.stringify({ revision: "r1", settings: { holdTime: 600 } }), {
    retain: true,
  });
  await expect.poll(() => heard.some((one) => one.includes('"r1"')), { timeout: 10_000 }).toBe(true);
  const args = { level: 70, duration: 600 };
  const message = { id: systemWallMs(), expires: systemWallMs() + 60_000, command: "setLevel", args };
  await city.publish(command, JSON.stringify(message));
  await expect.poll(() => heard.find((one) => one.includes('"accepted"')), { timeout: 10_000 }).toBeDefined();
  expect(JSON.parse(heard.find((one) => one.includes('"accepted"'))!)).toMatchObject({ id: message.id });
  living.live({ type: "fault", id: "lamp-2 light unplug", active: false, amount: undefined });
  living.live({ type: "fault", id: "lamp-1 light illuminance drift", active: true, amount: 40 });
  await living.stride.travel(startMs + 30 * 60_000);
  living.stride.speed = 0;
  return living;
}

describe("what was lived", () => {
  it("is lived the same again, to the last event", async () => {
    const lived = await livedThrough(await far());
    expect(lived.recording.inputs).toHaveLength(5);
    const momentMs = lived.street.loop.now;
    const again = await live(await far(), 0);
    expect(await again.stride.travel(momentMs, waypoints(again, lived.recording.inputs))).toBe(true);
    expect(again.street.loop.now).toBe(momentMs);
    expect(again.street.digest).toBe(lived.street.digest);
    expect(again.recording.inputs).toEqual(lived.recording.inputs);

    const without = await live(await far(), 0);
    await without.stride.travel(momentMs, waypoints(without, lived.recording.inputs.slice(1)));
    expect(without.street.digest).not.toBe(lived.street.digest);
  });

  it("is a scenario file that can be run: faults, commands and settings at their times", async () => {
    const lived = await livedThrough(await far());
    const { inputs } = lived.recording;
    const file = toScenarioFile({
      scenario: lived.scenario,
      text,
      seed: 3,
      inputs,
      menu: lived.faults.menu,
      nowMs: lived.street.loop.now,
    });
    expect(file).not.toContain("Not told");
    const scenario = await readScenario(file, "recording.yaml");
    expect(scenario.startUnixMs).toBe(startMs);
    const atMs = (index: number) => Math.round(inputs[index]!.atMs);
    expect(scenario.faults).toMatchObject([
      { verb: "unplug", unit: "lamp-1", role: "climate", atMs: startMs + 20 * 60_000, forMs: 5 * 60_000 },
      { verb: "unplug", unit: "lamp-2", role: "light", atMs: atMs(0), forMs: atMs(3) - atMs(0) },
      {
        verb: "drift",
        unit: "lamp-1",
        channel: "illuminance",
        by: 40,
        atMs: atMs(4),
        forMs: Number.POSITIVE_INFINITY,
      },
    ]);
    expect(scenario.deploys).toMatchObject([
      { unit: "lamp-1", revision: "r1", settings: { holdTime: 600 }, atMs: atMs(1) },
    ]);
    expect(scenario.commands).toMatchObject([
      { unit: "lamp-1", command: "setLevel", args: { level: 70 }, atMs: atMs(2) },
    ]);
    const { faults } = await runScenario(scenario, { version: "0.0.0", realNowMs: () => 0 });
    expect(faults).toEqual(expect.arrayContaining(["lamp-2 light unplug", "lamp-1 light illuminance drift"]));
  });

  it("says in a comment what a scenario cannot say", async () => {
    const living = await live(await far(), 0);
    const { command } = unitTopics("via-roma", "lamp-1");
    living.live({ type: "message", topic: command, payload: "no JSON", retain: false });
    const {
      scenario,
      faults: { menu },
      recording,
      street,
    } = living;
    const file = toScenarioFile({
      scenario,
      text,
      seed: 3,
      inputs: recording.inputs,
      menu,
      nowMs: street.loop.now,
    });
    expect(file).toContain(`# Not told here: 2025-12-21 17:00:00 ${command}, a message of 7 characters`);
    expect((await readScenario(file, "recording.yaml")).commands).toEqual([]);
  });
});

describe("a fault", () => {
  const unplug = { type: "fault", id: "lamp-2 light unplug", active: true, amount: undefined } as const;

  it("is refused beside another of the same part, for to mend one would end the other", async () => {
    const living = await live(await far(), 0);
    living.live(unplug);
    const stick = { ...unplug, id: "lamp-2 light stick" };
    expect(() => living.live(stick)).toThrow('"lamp-2 light unplug" lasts at lamp-2 light: end it first');
    expect(living.faults.active).toEqual(["lamp-2 light unplug"]);
    expect(living.recording.inputs).toHaveLength(1);
    living.live({ ...unplug, active: false });
    living.live(stick);
    expect(living.faults.active).toEqual(["lamp-2 light stick"]);
    expect(() => living.live({ ...unplug, id: "nosuch" })).toThrow("there is no fault");
  });

  it("of the scenario begins and ends by itself, and nobody ends it before", async () => {
    const living = await live(await far(), 0);
    const own = { ...unplug, id: "lamp-1 climate unplug" };
    living.live(own);
    await living.stride.travel(startMs + 20 * 60_000);
    expect(living.recording.inputs.map(({ deed }) => deed)).toEqual([own, { ...own, active: false }]);
    expect(() => living.live({ ...own, active: false })).toThrow("is of the scenario");
    await living.stride.travel(startMs + 25 * 60_000);
    expect(living.faults.active).toEqual([]);
  });

  it("of the mains takes the supply away until it ends, and the world knows it of the past", async () => {
    const living = await live(await far(), 0);
    const outage = { ...unplug, id: "mains-outage" };
    await living.stride.travel(startMs + 60_000);
    living.live(outage);
    await living.stride.travel(startMs + 120_000);
    const { mains } = living.street.world;
    expect([
      mains.isOn(startMs + 59_999),
      mains.isOn(startMs + 60_000),
      mains.voltageV(startMs + 119_000),
    ]).toEqual([true, false, 0]);
    living.live({ ...outage, active: false });
    await living.stride.travel(startMs + 180_000);
    expect([mains.isOn(startMs + 119_999), mains.isOn(startMs + 120_000)]).toEqual([false, true]);
  });

  it("of the broker takes the real one away too, and both come back", async () => {
    const broker = await far();
    const living = await live(broker, 10);
    await living.openBridge();
    const city = mqttLinkPort({ url: broker.url, clock: systemClock() }).open("city", {
      topic: "t",
      payload: "",
    });
    closers.push(() => city.close());
    await expect.poll(() => city.connected).toBe(true);
    living.live({ ...unplug, id: "broker-away" });
    await expect.poll(() => city.connected).toBe(false);
    living.live({ ...unplug, id: "broker-away", active: false });
    await expect.poll(() => city.connected, { timeout: 10_000 }).toBe(true);
  });
});

it("leaves nothing of the former street at the real broker", async () => {
  const broker = await far();
  const city = mqttLinkPort({ url: broker.url, clock: systemClock() }).open("city", {
    topic: "t",
    payload: "",
  });
  closers.push(() => city.close());
  const { desired } = unitTopics("via-roma", "lamp-9");
  const retained = new Map<string, string>();
  city.subscribe("plinth/#", ({ topic, payload }) => retained.set(topic, new TextDecoder().decode(payload)));
  await expect.poll(() => city.connected).toBe(true);
  await city.publish(desired, "{}", { retain: true });
  await expect.poll(() => retained.get(desired)).toBe("{}");
  const living = await live(broker);
  await living.openBridge();
  await expect.poll(() => retained.get(desired)).toBe("");
  await expect
    .poll(() => retained.get(unitTopics("via-roma", "lamp-1").status), { timeout: 10_000 })
    .toContain("online");
});
