import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import * as catalogue from "#devices/furniture/index.ts";
import { systemClock, systemWallMs } from "#firmware/ports/clock.ts";
import { buildFlows } from "#scripts/bundle/flows.ts";
import { type Broker, startBroker } from "#sim/broker.ts";
import { Living } from "#sim/live/living.ts";
import { type NodeRed, startNodeRed } from "#sim/node-red.ts";
import { readScenario } from "#sim/scenario/scenario.ts";
import { figuresOf } from "#sim/scenario/summary.ts";
import { streetFlow } from "#sim/street-flow.ts";

/** A street of all kinds whose Node-RED hangs, comes back, and is killed: units go on with what they have. */
const street = `
scenario: gone
title: A street without Node-RED
seed: 5
start: 2025-12-21 18:00
duration: 4 h
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
street:
  peoplePerHourPeak: 400
  furniture:
    - { kind: streetlight, units: 2, spacing: 40 }
    - { kind: bench, at: [20] }
    - { kind: curb, at: [50], size: 2 }
`;
const wait = { timeout: 60_000, interval: 50 };

let folder: string;
let broker: Broker;
let living: Living;
let nodeRed: NodeRed;
/** How often somebody asked a unit for settings. */
let desired: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-gone-"));
  await buildFlows({ kinds: Object.values(catalogue) });
  broker = await startBroker({ port: 0 });
  desired = [];
  broker.hear(({ topic }) => {
    if (topic.endsWith("/settings/desired")) desired.push(topic);
  });
  const clock = systemClock();
  const scenario = await readScenario(street, "gone.yaml");
  living = await Living.of({
    ...{ scenario, seed: scenario.seed, speed: 120, version: "test", far: broker },
    realNowMs: () => clock.now(),
    realWallMs: systemWallMs,
    onTrouble: (what) => expect.fail(what),
  });
  living.begin();
  await living.openBridge();
  const units = scenario.units.map(({ config }) => config);
  nodeRed = await startNodeRed({ port: 0, userDir: folder, flow: streetFlow(units, broker.url) });
  await expect.poll(() => new Set(desired).size, wait).toBe(units.length);
  await expect.poll(states, wait).toEqual(units.map(() => "applied"));
});
afterEach(async () => {
  await nodeRed.close();
  await living.close();
  await broker.close();
  await rm(folder, { recursive: true });
});

/** What each unit says of the settings that it was asked for; none before it was. */
const states = () =>
  living.street.units.map(({ snapshot }) => {
    const reported = snapshot?.settings;
    return reported === undefined || reported.revision === "factory" ? "none" : reported.state;
  });

/** Lives on for so long. */
async function pass(minutes: number): Promise<void> {
  const { loop } = living.street;
  const endMs = loop.now + minutes * 60_000;
  await expect.poll(() => loop.now >= endMs, wait).toBe(true);
}

function expectSafe(): void {
  const { streetlight, bench, curb } = figuresOf(living.street);
  expect({
    dark: streetlight!.darkSeconds,
    ...{ wrongOn: bench!.wrongOnSeconds, unlit: bench!.darkSeconds },
    under: curb!["lock.riseUnderVehicleSeconds"],
  }).toEqual({ dark: 0, wrongOn: 0, unlit: 0, under: 0 });
  for (const { snapshot, id } of living.street.units) expect(snapshot?.connected, id).toBe(true);
}

it("goes on while Node-RED hangs, and asks for nothing anew when it is back", async () => {
  const asked = desired.length;
  const seen = figuresOf(living.street).streetlight!["presence.seen"]!;
  process.kill(nodeRed.pid, "SIGSTOP");
  try {
    await pass(30);
    expectSafe();
    expect(figuresOf(living.street).streetlight!["presence.seen"]).toBeGreaterThan(seen);
  } finally {
    process.kill(nodeRed.pid, "SIGCONT");
  }
  await expect.poll(() => fetch(nodeRed.url).then(({ ok }) => ok), wait).toBe(true);
  await pass(5);
  expect([desired.length, states()]).toEqual([asked, living.street.units.map(() => "applied")]);
});

it("goes on when Node-RED is killed", async () => {
  process.kill(nodeRed.pid, "SIGKILL");
  await pass(30);
  expectSafe();
  expect(states()).toEqual(living.street.units.map(() => "applied"));
});
