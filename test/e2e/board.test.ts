import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { streetlight } from "#devices/furniture/index.ts";
import type { Link } from "#devices/ports/link.ts";
import { unitTopics } from "#devices/wire.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { mqttLinkPort } from "#firmware/ports/mqtt.ts";
import { bundle } from "#scripts/bundle/bundle.ts";
import { entryOf } from "#scripts/bundle/kinds.ts";
import { type Broker, startBroker } from "#sim/broker.ts";

/** The bundle for a board, as built, in a process of its own on a machine without any of its hardware. */
const wait = { timeout: 20_000, interval: 50 };
const topics = unitTopics("test", "lamp-01");

let folder: string;
let program: string;
let broker: Broker;
let city: Link;
let board: ChildProcess | undefined;
const heard = new Map<string, { readonly value: unknown; readonly retain: boolean }>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-board-"));
  program = join(folder, "bundle/streetlight.js");
  await bundle({ kind: "streetlight", entry: await entryOf("streetlight"), out: join(folder, "bundle") });
  broker = await startBroker({ port: 0 });
  city = mqttLinkPort({ url: broker.url, clock: systemClock() }).open("city", {
    topic: "city",
    payload: "gone",
  });
  city.subscribe("plinth/#", ({ topic, payload, retain }) => {
    const text = new TextDecoder().decode(payload);
    heard.set(topic, { value: text === "" ? undefined : JSON.parse(text), retain });
  });
  const config = `
unit: lamp-01
site: test
kind: streetlight
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
broker: { url: "${broker.url}" }
`;
  await writeFile(join(folder, "unit.yaml"), config);
});
afterEach(() => board?.kill("SIGKILL"));
afterAll(async () => {
  await city.close();
  await broker.close();
  await rm(folder, { recursive: true });
});

function run(...flags: string[]): ChildProcess {
  board = spawn(process.execPath, [program, ...flags], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  return board;
}

/** Runs the program to its end. */
async function outcome(...flags: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const ended = promisify(execFile)(process.execPath, [program, ...flags], { cwd: folder });
  return await ended.then(
    (output) => ({ code: 0, ...output }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

const start = (data: string) => run("--config", "unit.yaml", "--data", join(folder, data));
const status = () => (heard.get(topics.status)?.value as { state?: string } | undefined)?.state;

it("says part by part what it did not find and what to do, and exits with 3", async () => {
  const { code, stdout } = await outcome("--probe");
  expect(code).toBe(3);
  for (const [role, { accepts }] of Object.entries(streetlight.roles))
    expect(stdout).toMatch(new RegExp(`missing +${role} .*${accepts[0].id}`));
  expect(stdout).toContain("raspi-config");
  expect(stdout).toMatch(/0 of 10 parts found/);
});

it("goes on without hardware: describes itself, reports what is wrong, applies settings, says goodbye", async () => {
  const process_ = start("orderly");
  await expect.poll(status, wait).toBe("online");
  await expect.poll(() => heard.get(topics.description)?.value, wait).toMatchObject({ kind: "streetlight" });
  await expect
    .poll(() => heard.get(topics.health)?.value, wait)
    .toMatchObject({ parts: { light: { part: "veml7700", fault: expect.stringContaining("i2c-1") } } });
  await city.publish(topics.desired, JSON.stringify({ revision: "r1", settings: { holdTime: 90 } }), {
    retain: true,
  });
  await expect
    .poll(() => heard.get(topics.reported)?.value, wait)
    .toMatchObject({ revision: "r1", state: "applied", inForce: { settings: { holdTime: 90 } } });
  await city.publish(topics.desired, JSON.stringify({ revision: "r2", settings: { holdTime: -1 } }), {
    retain: true,
  });
  await expect
    .poll(() => heard.get(topics.reported)?.value, wait)
    .toMatchObject({
      state: "refused",
      refusals: [{ field: "holdTime", expected: "at least 5" }],
      inForce: { revision: "r1" },
    });
  process_.kill("SIGTERM");
  expect(await once(process_, "exit")).toEqual([0, null]);
  await expect.poll(status, wait).toBe("offline");
});

it("stops in order though it has only begun to start", async () => {
  const process_ = start("hasty");
  // Its first word is of a part that it looks for.
  await once(process_.stdout!, "data");
  process_.kill("SIGTERM");
  expect(await once(process_, "exit")).toEqual([0, null]);
});

it("is missed when it dies, and comes back with its settings and one boot more", async () => {
  const first = start("sudden");
  await expect.poll(status, wait).toBe("online");
  const boot = () => (heard.get(topics.status)!.value as { boot: number }).boot;
  const before = boot();
  await city.publish(topics.desired, JSON.stringify({ revision: "r3", settings: { holdTime: 120 } }), {
    retain: true,
  });
  await expect
    .poll(() => heard.get(topics.reported)?.value, wait)
    .toMatchObject({ revision: "r3", state: "applied" });
  first.kill("SIGKILL");
  await expect.poll(status, wait).toBe("offline");
  await city.publish(topics.desired, "", { retain: true });
  start("sudden");
  await expect.poll(status, wait).toBe("online");
  expect(boot()).toBe(before + 1);
  await expect
    .poll(() => heard.get(topics.reported)?.value, wait)
    .toMatchObject({ inForce: { revision: "r3", settings: { holdTime: 120 } } });
});

it("names every line that is wrong in its configuration, and exits with 2", async () => {
  await writeFile(
    join(folder, "wrong.yaml"),
    "unit: Lamp 1\nsite: test\nkind: bench\nbroker: { url: http://x }\n",
  );
  const { code, stderr } = await outcome("--config", "wrong.yaml");
  expect(code).toBe(2);
  for (const line of ["line 1: unit", "line 3: kind", "line 4: broker/url", "location is missing"])
    expect(stderr).toContain(line);
});
