import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import * as catalogue from "#devices/furniture/index.ts";
import { type DesiredSettings, type RecordBody, type ReportedSettings, unitTopics } from "#devices/wire.ts";
import type { FlowNode, NodeMessage } from "#sim/node-red.ts";
import { City, nodeRedProgram } from "#test/node-red/city.ts";
import { LiveUnit, site } from "#test/node-red/live-unit.ts";
import { flowsFolder } from "#test/node-red/package.ts";

/** Every example, as one imports it, at units whose firmware runs; in the Node-RED that CI names, or is installed. */
const wait = { timeout: 30_000, interval: 50 };
const kinds = Object.values(catalogue);
const names = (await readdir(join(flowsFolder, "examples"))).map((name) => name.replace(/\.json$/, ""));

let city: City;
const units: LiveUnit[] = [];
let messages: NodeMessage[] = [];
beforeAll(async () => {
  city = await City.start({ onMessage: (message) => messages.push(message) });
});
afterAll(() => city.close());
afterEach(async () => {
  await city.clear();
  for (const unit of units.splice(0)) await unit.close();
  await city.clear();
  messages = [];
});

/** An example as the import menu gives it, at the broker and the site of the test. */
async function imported(name: string): Promise<FlowNode[]> {
  const path = `library/examples/flows/@plinth%2Fnode-red/${encodeURIComponent(name)}`;
  const flow = (await city.get(path)) as FlowNode[];
  const { broker, port } = city.brokerNode;
  return flow.map((node) =>
    node.type === "mqtt-broker"
      ? { ...node, broker, port }
      : node.type === "plinth-site"
        ? { ...node, site }
        : node,
  );
}

/** A running unit for each that the flow names. */
async function populate(flow: readonly FlowNode[]): Promise<void> {
  const wanted = new Map(
    flow.filter(({ unit }) => unit).map(({ unit, kind, type }) => [String(unit), String(kind ?? type)]),
  );
  for (const [unit, kind] of wanted) {
    const declaration = kinds.find((one) => one.kind === kind)!;
    units.push(await LiveUnit.start(declaration, unit, city.broker.url));
  }
}

/** Without the lines of a broker that is away for a moment, between two tests. */
const complaints = async () => (await city.red.errors()).filter((line) => !/mqtt-broker/.test(line));

const nodeNamed = (flow: readonly FlowNode[], name: string) => flow.find((node) => node.name === name)!.id;
const came = (node: string) => messages.filter((message) => message.node === node);

it("runs in the Node-RED that was asked for", async () => {
  const { version } = JSON.parse(await readFile(join(dirname(nodeRedProgram), "package.json"), "utf8"));
  // Below a git checkout, as here, it says so behind its version.
  const found = (await city.get("settings")) as { readonly version: string };
  expect(found.version.replace(/-git$/, "")).toBe(version);
});

it("finds every node type of the package registered, without an error", async () => {
  const sets = (await city.get("nodes")) as { module: string; types: string[]; err?: unknown }[];
  const own = sets.filter(({ module }) => module === "@plinth/node-red");
  expect(own.flatMap(({ types }) => types).sort()).toEqual(
    [...kinds.map(({ kind }) => kind), "plinth-site", "furniture in", "furniture command"].sort(),
  );
  expect(own.filter(({ err }) => err !== undefined)).toEqual([]);
});

describe.each(names)("%s", (name) => {
  it("is imported and deployed without a complaint, and reaches the units that it names", async () => {
    const flow = await imported(name);
    await populate(flow);
    await city.deploy(flow);
    const set = flow.filter(({ type }) => kinds.some(({ kind }) => kind === type));
    for (const { id, unit } of set) {
      const topics = unitTopics(site, String(unit));
      await expect.poll(() => city.last(topics.desired), wait).toBeDefined();
      const { revision } = city.last(topics.desired) as DesiredSettings;
      await expect
        .poll(() => (city.last(topics.reported) as ReportedSettings | undefined)?.inForce, wait)
        .toMatchObject({ revision });
      await expect.poll(() => city.shown(id)?.text, wait).toBe(`applied ${revision.slice(0, 7)}`);
    }
    const others = flow.filter(({ type }) => type === "furniture in" || type === "furniture command");
    for (const { id } of others)
      await expect
        .poll(() => city.shown(id), wait)
        .toMatchObject({ fill: expect.stringMatching(/^(green|grey)$/), shape: "dot" });
    expect(set.length + others.length).toBeGreaterThan(0);
    expect(await complaints()).toEqual([]);
    expect(await readFile(city.red.log, "utf8")).not.toMatch(/missing types/i);
  });
});

describe("what the examples do", () => {
  let sequence = 0;
  /** Speaks as a unit that has something to tell. */
  const tell = (unit: string, body: RecordBody) =>
    city.send(unitTopics(site, unit).record("event"), {
      ...{ device: `${site}/${unit}`, epoch: "00000000000000ff", sequence: ++sequence, body },
      time: { wall: 1_790_000_000_000, clock: "network", uptime: 1, boot: 1 },
    });
  const introduce = async (unit: string, kind: string) =>
    city.say(site, unit, { description: { unit, site, kind, title: kind } });

  async function play(name: string): Promise<FlowNode[]> {
    const flow = await imported(name);
    await populate(flow);
    await city.deploy(flow);
    for (const { id } of flow.filter(({ type }) => type === "furniture in"))
      await expect.poll(() => city.shown(id)?.text, wait).toMatch(/[1-9]\d* units/);
    return flow;
  }

  it("holds a lamp at a level, and lets it go", async () => {
    const flow = await play("Hold a lamp bright by hand");
    const hold = flow.find(({ name }) => name === "Hold")!;
    await expect.poll(() => city.shown(hold.id)?.text, wait).toBe("lamp-1 online");
    const results = () => came(nodeNamed(flow, "What became of it")).map(({ payload }) => payload);
    for (const button of ["Bright for an hour", "A little for ten minutes", "As it was"]) {
      const before = results().length;
      await city.inject(nodeNamed(flow, button));
      await expect.poll(() => results().length, wait).toBe(before + 1);
    }
    expect(results()).toEqual(["accepted", "accepted", "accepted"]);
  });

  it("lists what is raised, worst first, and drops what is cleared", async () => {
    await introduce("lamp-1", "streetlight");
    const flow = await play("List the alarms of a site");
    const list = () => came(nodeNamed(flow, "Raised alarms")).at(-1)?.payload;
    const alarm = (name: string, state: "raised" | "cleared", severity: "warning" | "critical") =>
      tell("lamp-1", { type: "alarm", name, state, severity, value: 1 });
    await alarm("doorOpen", "raised", "warning");
    await alarm("lampFailure", "raised", "critical");
    const { doorOpen, lampFailure } = catalogue.streetlight.alarms;
    await expect.poll(list, wait).toMatchObject([
      { unit: "lamp-1", alarm: lampFailure?.title, severity: "critical", advice: lampFailure?.advice },
      { unit: "lamp-1", alarm: doorOpen?.title, severity: "warning" },
    ]);
    await alarm("lampFailure", "cleared", "critical");
    await expect.poll(list, wait).toMatchObject([{ alarm: doorOpen?.title }]);
  });

  it("warns of heat once, and when it is over", async () => {
    await introduce("lamp-1", "streetlight");
    const flow = await play("Warn of heat in a street");
    const temperature = (value: number, quality: "good" | "bad" = "good") =>
      tell("lamp-1", { type: "measurement", name: "temperature", value, unit: "°C", quality });
    for (const value of [30, 36, 37, 34, 32, 31]) await temperature(value);
    await temperature(80, "bad");
    const warnings = () => came(nodeNamed(flow, "Heat")).map(({ payload }) => payload);
    await expect.poll(warnings, wait).toEqual(["heat alert", "heat is over"]);
  });

  it("draws how often each tile was stepped on", async () => {
    await introduce("floor-1", "floor");
    await play("Count the steps on each tile");
    const steps = (tile: number, value: number) =>
      tell("floor-1", { type: "measurement", name: `steps${tile}OnTile`, value, unit: "1", quality: "good" });
    for (const [tile, value] of [
      [1, 100],
      [2, 200],
      [1, 117],
      [2, 201],
    ] as const)
      await steps(tile, value);
    const chart = async () => (await fetch(`${city.red.url}steps`)).text();
    await expect.poll(chart, wait).toMatch(/floor-1 steps1OnTile.*>17<.*floor-1 steps2OnTile.*>1</s);
  });
});
