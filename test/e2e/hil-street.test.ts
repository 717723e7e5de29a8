import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Link } from "#devices/ports/link.ts";
import { unitTopics } from "#devices/wire.ts";
import type { UnitEvent } from "#firmware/journal.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { mqttLinkPort } from "#firmware/ports/mqtt.ts";
import { programsOf } from "#scripts/hil/programs.ts";
import { root } from "#scripts/root.ts";
import { type Broker, startBroker } from "#sim/broker.ts";
import type { OwnProcess } from "#sim/hil/process/own-process.ts";
import { nodeFlags } from "#sim/hil/process/own-process.ts";
import { ProcessView } from "#sim/hil/process-view.ts";
import { StreetOfProcesses } from "#sim/hil/street-of-processes.ts";
import { RequestError } from "#sim/page/request.ts";
import { moved } from "#sim/scenario/moved.ts";
import { readScenario } from "#sim/scenario/scenario.ts";
import type { SimulatedUnit } from "#sim/street/simulated-unit.ts";

/** The bundles as they go onto boards, in processes of their own, on simulated boards. */
const wait = { timeout: 60_000, interval: 50 };

/** Dusk in December; half a minute before the lamps tell their quarter-hourly readings. */
const dusk = `
scenario: dusk
title: A lamp and a bench at dusk
seed: 3
start: 2025-12-21 17:14
duration: 1 h
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
street:
  site: corso
  peoplePerHourPeak: 0
  furniture:
    - { kind: streetlight, units: 1, spacing: 40 }
    - { kind: bench, units: 1, spacing: 40 }
`;

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("a street of processes", () => {
  let folder: string;
  let broker: Broker;
  let street: StreetOfProcesses;
  let city: Link;
  const heard = new Map<string, unknown>();
  const events: { readonly unit: string; readonly event: UnitEvent }[] = [];
  const pids = new Set<number>();

  const lamp = () => street.street.unit("lamp-01");
  /** A motion sensor warms up for a minute (HC-SR501). */
  const partsOf = (unit: SimulatedUnit) =>
    Object.values(unit.snapshot!.parts).filter(({ part }) => part !== "hc-sr501");
  const pidOf = (unit: SimulatedUnit) => (unit.host as OwnProcess).pid!;
  const said = (unit: SimulatedUnit, type: UnitEvent["type"]) =>
    events.filter((one) => one.unit === unit.id && one.event.type === type).map(({ event }) => event);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "plinth-hil-street-"));
    broker = await startBroker({ port: 0 });
    city = mqttLinkPort({ url: broker.url, clock: systemClock() }).open("ear", { topic: "ear", payload: "" });
    city.subscribe("plinth/corso/#", ({ topic, payload }) => {
      heard.set(topic, JSON.parse(new TextDecoder().decode(payload)));
    });
    const scenario = await readScenario(dusk, "dusk.yaml");
    street = await StreetOfProcesses.of({
      scenario: moved(scenario, scenario.startUnixMs + 30_000),
      seed: scenario.seed,
      version: "0.0.0",
      programs: await programsOf(scenario, join(folder, "bundles")),
      folder,
      broker,
    });
    street.street.listen(({ id }, event) => events.push({ unit: id, event }));
    await street.begin();
    for (const unit of street.street.units) pids.add(pidOf(unit));
  });

  afterAll(async () => {
    await city.close();
    await broker.close();
    await rm(folder, { recursive: true });
  });

  it("comes online at the broker, in the street's time, and every part works", async () => {
    for (const unit of street.street.units) {
      const { site, unit: id, kind } = unit.config;
      const topics = unitTopics(site, id);
      await expect.poll(() => heard.get(topics.status), wait).toMatchObject({ state: "online", boot: 1 });
      expect(heard.get(topics.description)).toMatchObject({ unit: id, site, kind });
      await expect.poll(() => unit.snapshot?.connected, wait).toBe(true);
      expect(partsOf(unit).length).toBeGreaterThan(8);
      await expect.poll(() => partsOf(unit).filter(({ state }) => state !== "ok"), wait).toEqual([]);
    }
  });

  it("reads the light that there is", async () => {
    const reading = () =>
      said(lamp(), "record").find(
        (event) =>
          event.type === "record" && event.body.type === "measurement" && event.body.name === "illuminance",
      );
    await expect.poll(reading, wait).toBeDefined();
    const sample = lamp().snapshot!.samples.find(({ source }) => source === "light.illuminance")!;
    const { "light.illuminance": trueLux } = lamp().site.truth();
    // VEML7700: ±10 %, Vishay 84286; and at dusk the light goes by some percent within seconds.
    expect(Math.abs(sample.value / Number(trueLux) - 1)).toBeLessThan(0.15);
  });

  it("moves the lamp that stands in the street", async () => {
    street.street.command("lamp-01", "setLevel", { level: 55, duration: 600 });
    await expect.poll(() => said(lamp(), "command"), wait).toHaveLength(1);
    expect(said(lamp(), "command")).toMatchObject([{ result: { state: "accepted" } }]);
    // 12 bits of PWM (PCA9685): within half a percent.
    await expect
      .poll(() => Math.abs(lamp().twins.get("lamp")!.output!("level")! - 55), wait)
      .toBeLessThan(0.5);
    expect(lamp().snapshot!.targets.lamp).toMatchObject({ value: 55, reason: { code: "override" } });
  });

  it("tells of a part that is unplugged, and of its return", async () => {
    street.faults.set("lamp-01 supply unplug", true, undefined);
    const supply = () => lamp().snapshot!.parts.supply!;
    await expect.poll(() => supply().state, wait).not.toBe("ok");
    expect(supply().fault).toMatch(/i2c-1/);
    street.faults.set("lamp-01 supply unplug", false, undefined);
    await expect.poll(() => supply().state, wait).toBe("ok");
  });

  it("is seen at the page, whose time goes as it goes", () => {
    const view = new ProcessView(street);
    const { run, speed, units } = view.state();
    expect(run.realTime).toMatch(/processes of this machine/);
    expect([speed, Object.keys(units), units["lamp-01"]!.running]).toEqual([
      1,
      ["lamp-01", "bench-01"],
      true,
    ]);
    expect(() => view.setSpeed(60)).toThrow(RequestError);
    expect(() => view.setSpeed(1)).not.toThrow();
    expect(() => view.recording()).toThrow(RequestError);
  });

  it("is started again when it is killed, and loses no record", async () => {
    const unit = street.street.unit("bench-01");
    const before = pidOf(unit);
    unit.kill();
    expect(unit.isRunning).toBe(false);
    await expect.poll(() => isAlive(before), wait).toBe(false);
    await expect.poll(() => unit.snapshot?.boot, wait).toBe(2);
    expect(pidOf(unit)).not.toBe(before);
    pids.add(pidOf(unit));
    await expect.poll(() => unit.snapshot!.connected, wait).toBe(true);
    await expect
      .poll(() => street.street.records(unit), wait)
      .toMatchObject({ lost: 0, made: expect.toSatisfy((made: number) => made > 10) });
  });

  it("tells of a process that dies by itself, and starts it again", async () => {
    const unit = lamp();
    process.kill(pidOf(unit), "SIGABRT");
    await expect
      .poll(() => said(unit, "trouble"), wait)
      .toContainEqual({ type: "trouble", what: "the process died: signal SIGABRT" });
    await expect.poll(() => unit.snapshot?.boot, wait).toBe(2);
    pids.add(pidOf(unit));
  });

  it("goes on without its broker, and tells it afterwards", async () => {
    street.faults.set("broker-away", true, undefined);
    await expect.poll(() => lamp().snapshot!.connected, wait).toBe(false);
    const made = lamp().snapshot!.records!.made;
    street.faults.set("lamp-01 supply unplug", true, undefined);
    await expect.poll(() => lamp().snapshot!.records!.made, wait).toBeGreaterThan(made);
    expect(await street.street.records(lamp())).toMatchObject({ lost: 0 });
    street.faults.set("broker-away", false, undefined);
    street.faults.set("lamp-01 supply unplug", false, undefined);
    await expect.poll(() => street.street.records(lamp()), wait).toMatchObject({ lost: 0, waiting: 0 });
  });

  it("dies with the controller's supply, and boots when that is back", async () => {
    const before = pidOf(lamp());
    const boot = lamp().snapshot!.boot!;
    lamp().power(false);
    await expect.poll(() => isAlive(before), wait).toBe(false);
    expect(lamp().isRunning).toBe(false);
    lamp().power(true);
    await expect.poll(() => lamp().snapshot?.boot, wait).toBe(boot + 1);
    pids.add(pidOf(lamp()));
    await expect.poll(() => partsOf(lamp()).length, wait).toBeGreaterThan(8);
    await expect.poll(() => partsOf(lamp()).filter(({ state }) => state !== "ok"), wait).toEqual([]);
    expect(await street.street.records(lamp())).toMatchObject({ lost: 0 });
  });

  it("ends with every process ended, and its device nodes gone", async () => {
    const folders = await Promise.all(
      [...pids].filter(isAlive).map(async (pid) => /PLINTH_HIL=([^\0]+)/.exec(await environOf(pid))![1]!),
    );
    expect(folders).toHaveLength(2);
    await street.close();
    expect([...pids].filter(isAlive)).toEqual([]);
    expect(folders.filter(existsSync)).toEqual([]);
    for (const { id } of street.street.units)
      expect(events.filter(({ unit }) => unit === id).at(-1)!.event).toEqual({ type: "stopped" });
  });
});

const environOf = (pid: number) => readFile(`/proc/${pid}/environ`, "latin1");

describe("plinth hil", () => {
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "plinth-hil-verb-"));
    file = join(folder, "dusk.yaml");
    await writeFile(file, dusk);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const plinth = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, "scripts/plinth.mjs"), "hil", ...args], {
      encoding: "utf8",
      cwd: root,
    });
  const withLamp = (...command: string[]) => plinth(file, "--unit", "lamp-01", "--", ...command);

  it("exits as the command does", () => {
    expect(withLamp("sh", "-c", "exit 7").status).toBe(7);
    expect(withLamp("true").status).toBe(0);
    expect(withLamp("sh", "-c", "kill -9 $$").status).toBe(128 + 9);
    const missing = withLamp("plinth-no-such-program");
    expect([missing.status, missing.stderr]).toEqual([
      127,
      "error: there is no program plinth-no-such-program\n",
    ]);
  });

  it("gives the command the unit's wires, at the street's date and time", () => {
    const { stdout, status } = withLamp("sh", "-c", "date -u +%FT%H:%M; cat /sys/class/gpio/gpiochip*/label");
    expect([stdout, status]).toEqual(["2025-12-21T16:14\npinctrl-bcm2711\n", 0]);
  });

  it("takes the configuration of a lone unit", () => {
    const { stdout, status } = plinth("deploy/unit.yaml", "--", "sh", "-c", "ls /dev/i2c-1; date +%Y");
    expect([stdout, status]).toEqual([`/dev/i2c-1\n${new Date().getFullYear()}\n`, 0]);
  });

  it.each([
    [
      [],
      "error: the street has 2 units\nSay whose board the command gets: --unit, one of lamp-01, bench-01.\n",
    ],
    [["--unit", "lamp-09"], "error: the street has no unit lamp-09\n"],
    [["--depth", "deep", "--unit", "lamp-01"], 'error: there is no depth "deep"\n'],
    [["--json", "--unit", "lamp-01"], "error: --json says nothing of a command\n"],
    [["--seed", "x", "--unit", "lamp-01"], "error: --seed is x\n"],
  ])("refuses %j", (options, message) => {
    const { status, stderr } = plinth(file, ...options, "--", "true");
    expect(status).toBe(2);
    expect(stderr.startsWith(message), stderr).toBe(true);
  });

  it.each([
    ["Ctrl-C", "SIGINT"],
    ["being killed", "SIGKILL"],
  ] as const)("leaves no process behind at %s", async (_what, signal) => {
    const args = [join(root, "scripts/plinth.mjs"), "hil", file, "--port-base", "23460", "--json"];
    const verb = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface({ input: verb.stdout });
    const [line] = (await once(lines, "line")) as [string];
    const { page, broker } = JSON.parse(line) as { readonly page: string; readonly broker: string };
    expect([page, broker]).toEqual(["http://127.0.0.1:23460/", "mqtt://127.0.0.1:23461"]);
    expect((await fetch(page)).status).toBe(200);
    await expect.poll(() => bundlesOf(verb).length, wait).toBe(2);
    const children = bundlesOf(verb);
    const ended = once(verb, "exit");
    verb.kill(signal);
    const [code] = (await ended) as [number | null];
    expect(code).toBe(signal === "SIGINT" ? 0 : null);
    await expect.poll(() => children.filter(isAlive), wait).toEqual([]);
  });
});

/** Process ids of the units' programs that a `plinth hil` has started. */
function bundlesOf({ pid }: ChildProcess): number[] {
  const { stdout } = spawnSync("ps", ["--ppid", String(pid), "-o", "pid=,args="], { encoding: "utf8" });
  return stdout
    .split("\n")
    .filter((line) => line.includes("/unit.yaml"))
    .map((line) => Number.parseInt(line, 10));
}

it("runs a unit's program as its board does", async () => {
  const service = await readFile(join(root, "deploy/plinth.service"), "utf8");
  expect(service).toContain(`/usr/bin/node ${nodeFlags.join(" ")} `);
});
