import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Link } from "#devices/ports/link.ts";
import { type ReportedSettings, unitTopics } from "#devices/wire.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { mqttLinkPort } from "#firmware/ports/mqtt.ts";
import { type Broker, startBroker } from "#sim/broker.ts";

/** A bundle that was built with a flow: what its units do before anybody deploys anything. */
const flow = "flows/examples/Dim a street by night.json";
const profile = [
  { from: "sunset", level: 60 },
  { from: "22:00", level: 30 },
  { from: "00:00", level: 15 },
  { from: "sunrise-01:00", level: 50 },
];

let folder: string;
let broker: Broker;
let city: Link;
let board: ChildProcess | undefined;
const reported = new Map<string, ReportedSettings>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-baked-"));
  await promisify(execFile)("node", [
    "scripts/plinth.mjs",
    ...["build", "streetlight", "--flow", flow, "--out", join(folder, "bundle")],
  ]);
  broker = await startBroker({ port: 0 });
  const will = { topic: "city", payload: "gone" };
  city = mqttLinkPort({ url: broker.url, clock: systemClock() }).open("city", will);
  city.subscribe(unitTopics("+", "+").reported, ({ topic, payload }) => {
    reported.set(topic, JSON.parse(new TextDecoder().decode(payload)) as ReportedSettings);
  });
});
afterEach(async () => {
  board?.kill("SIGKILL");
  if (board) await once(board, "exit");
});
afterAll(async () => {
  await city.close();
  await broker.close();
  await rm(folder, { recursive: true });
});

/** What a unit of this name runs on, with `extra` in its unit.yaml. */
async function inForce(unit: string, extra = ""): Promise<ReportedSettings["inForce"]> {
  const config = `
unit: ${unit}
site: via-roma
kind: streetlight
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
broker: { url: "${broker.url}" }
${extra}`;
  const file = join(folder, `${unit}.yaml`);
  await writeFile(file, config);
  const flags = ["--config", file, "--data", join(folder, unit), "--log-level", "error"];
  const program = join(folder, "bundle/streetlight.js");
  board = spawn(process.execPath, [program, ...flags], { stdio: ["ignore", "ignore", "inherit"] });
  const { reported: topic } = unitTopics("via-roma", unit);
  await expect.poll(() => reported.get(topic), { timeout: 20_000, interval: 50 }).toBeDefined();
  return reported.get(topic)!.inForce;
}

it("starts a unit that the flow names on the flow's settings", async () => {
  expect(await inForce("lamp-1")).toMatchObject({
    revision: "factory",
    settings: { profile, neighbours: ["lamp-2"], neighbourLevel: 45, holdTime: 60 },
  });
});

it("lets unit.yaml go before the flow", async () => {
  const { settings } = await inForce("lamp-2", "settings: { neighbourLevel: 70 }");
  expect(settings).toMatchObject({ profile, neighbours: ["lamp-1"], neighbourLevel: 70 });
});

it("leaves a unit that the flow does not name as the kind's factory ships it", async () => {
  const { settings } = await inForce("lamp-9");
  expect(settings).toMatchObject({ neighbours: [] });
  expect(settings.profile).not.toEqual(profile);
});
