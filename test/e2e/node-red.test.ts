import { spawn } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as catalogue from "#devices/furniture/index.ts";
import { streetlight } from "#devices/furniture/index.ts";
import { factorySettings } from "#devices/furniture/vocabulary.ts";
import type { DesiredSettings, ReportedSettings } from "#devices/wire.ts";
import { type FlowNode, NodeRedError, startNodeRed } from "#sim/node-red.ts";
import { streetFlow } from "#sim/street-flow.ts";
import { City } from "#test/node-red/city.ts";
import { flowsFolder } from "#test/node-red/package.ts";

let city: City;
beforeAll(async () => {
  city = await City.start();
});
afterAll(async () => {
  await city.close();
});

const wait = { timeout: 15_000, interval: 50 };
const factory = factorySettings(streetlight);
const desiredTopic = "plinth/via-roma/lamp-1/settings/desired";

/** A streetlight whose errors and output are published, with three buttons before it. */
function flow(settings: Record<string, unknown> = {}, extra: readonly FlowNode[] = []): FlowNode[] {
  const tab = { id: "tab", type: "tab", label: "Test" };
  const out = (id: string, topic: string) => ({
    id,
    type: "mqtt out",
    z: "tab",
    topic,
    qos: "1",
    broker: "broker",
    wires: [],
  });
  const pick = (id: string, property: string, to: string) => ({
    id,
    type: "change",
    z: "tab",
    rules: [
      { t: "set", p: "payload", pt: "msg", to: property, tot: "msg" },
      { t: "delete", p: "retain", pt: "msg" },
    ],
    wires: [[to]],
  });
  const button = (id: string, payload: unknown) => ({
    id,
    type: "inject",
    z: "tab",
    props: [{ p: "payload" }],
    payload: JSON.stringify(payload),
    payloadType: "json",
    wires: [["lamp"]],
  });
  return [
    tab,
    city.brokerNode,
    city.siteNode,
    {
      id: "lamp",
      type: "streetlight",
      z: "tab",
      site: "site",
      unit: "lamp-1",
      ...factory,
      ...settings,
      wires: [["report"]],
    },
    pick("report", "payload", "out"),
    out("out", "flow/report"),
    { id: "catch", type: "catch", z: "tab", scope: null, wires: [["picked-error"]] },
    pick("picked-error", "error", "error-out"),
    out("error-out", "flow/error"),
    button("longer", { holdTime: 60 }),
    button("too-long", { holdTime: 3_600 }),
    button("as-form", {}),
    ...extra,
  ];
}

const desired = () => city.last(desiredTopic) as DesiredSettings | undefined;
const applied = ({ revision, settings }: DesiredSettings): ReportedSettings => ({
  revision,
  state: "applied",
  refusals: [],
  inForce: { revision, settings },
});
const online = { state: "online", version: "1.0.0", boot: 1, since: null } as const;
const published = () => expect.poll(desired, wait).toBeDefined();
const status = (text: string) =>
  expect.poll(() => city.shown("lamp"), wait).toMatchObject({ text: expect.stringContaining(text) });

describe("the package in Node-RED 4.1", () => {
  it("loads each node set without an error", async () => {
    const sets = (await city.get("nodes")) as { module: string; types: string[]; err?: unknown }[];
    const own = sets.filter(({ module }) => module === "@plinth/node-red");
    expect(own.flatMap(({ types }) => types).sort()).toEqual(
      [
        ...Object.values(catalogue).map(({ kind }) => kind),
        "plinth-site",
        "furniture in",
        "furniture command",
      ].sort(),
    );
    expect(own.filter(({ err }) => err !== undefined)).toEqual([]);
  });

  it("offers its example in the import menu", async () => {
    expect(await city.get("library/examples/flows")).toContain("@plinth/node-red");
    expect(await city.get("library/examples/flows/@plinth%2Fnode-red")).toContainEqual(
      expect.objectContaining({ fn: "Dim a street by night" }),
    );
  });

  it("gives the editor its texts", async () => {
    const texts = await city.get("locales/@plinth/node-red/streetlight?lng=en-US");
    expect(texts).toMatchObject({ settings: { holdTime: { title: streetlight.settings.holdTime?.title } } });
  });
});

describe("a streetlight node", () => {
  beforeEach(async () => {
    await city.clear();
  });

  it("publishes the settings of its form, retained, under a revision of their content", async () => {
    await city.deploy(flow({ holdTime: "90" }));
    await published();
    expect(desired()?.settings).toEqual({ ...factory, holdTime: 90 });
    expect(desired()?.revision).toMatch(/^[0-9a-f]{12}$/);
    await status("unknown unit");
  });

  it("shows what the unit reports, and tells the flow", async () => {
    await city.say("via-roma", "lamp-1", { status: online });
    await city.deploy(flow());
    await published();
    const message = desired()!;
    await status(`sent ${message.revision.slice(0, 7)}`);

    await city.say("via-roma", "lamp-1", { reported: applied(message) });
    await expect
      .poll(() => city.shown("lamp"), wait)
      .toMatchObject({ fill: "green", shape: "dot", text: `applied ${message.revision.slice(0, 7)}` });
    expect(city.last("flow/report")).toEqual({
      site: "via-roma",
      unit: "lamp-1",
      state: "applied",
      revision: message.revision,
      online: true,
      refusals: [],
      inForce: { revision: message.revision, settings: message.settings },
    });
  });

  it("sends nothing when a deploy changes nothing", async () => {
    await city.say("via-roma", "lamp-1", { status: online });
    await city.deploy(flow());
    await published();
    await city.say("via-roma", "lamp-1", { reported: applied(desired()!) });
    await status("applied");
    const before = city.statuses("lamp").length;

    await city.deploy(flow());
    await expect.poll(() => city.statuses("lamp").length, wait).toBeGreaterThan(before);
    await status("applied");
    expect(city.all(desiredTopic)).toHaveLength(1);

    await city.deploy(flow({ holdTime: 46 }));
    await expect.poll(() => city.all(desiredTopic), wait).toHaveLength(2);
  });

  it("shows the field that the unit refused, and why", async () => {
    await city.say("via-roma", "lamp-1", { status: online });
    await city.deploy(flow());
    await published();
    const { revision } = desired()!;
    const refusals = [{ field: "neighbours/0", problem: "is no lamp of this site", expected: "lamp-2" }];
    const inForce = { revision: "factory", settings: factory };
    await city.say("via-roma", "lamp-1", { reported: { revision, state: "refused", refusals, inForce } });
    await expect
      .poll(() => city.shown("lamp"), wait)
      .toMatchObject({ fill: "red", shape: "dot", text: "refused: Neighbours 1: is no lamp of this site" });
    expect(city.last("flow/report")).toMatchObject({ state: "refused", refusals, inForce });
  });

  it("waits for a unit that is offline", async () => {
    await city.say("via-roma", "lamp-1", { status: { state: "offline" } });
    await city.deploy(flow());
    await status("waiting: unit offline");
  });

  it("lays settings of a message over those of the form, until the next message", async () => {
    await city.deploy(flow({ presenceLevel: 70 }));
    await published();
    await city.inject("longer");
    await expect
      .poll(() => desired()?.settings, wait)
      .toEqual({ ...factory, presenceLevel: 70, holdTime: 60 });
    await city.inject("as-form");
    await expect.poll(() => desired()?.settings, wait).toEqual({ ...factory, presenceLevel: 70 });
  });

  it("refuses settings that are not allowed, and publishes nothing", async () => {
    await city.deploy(flow());
    await published();
    await city.inject("too-long");
    await expect
      .poll(() => city.last("flow/error"), wait)
      .toMatchObject({ message: "holdTime is 3600, expected 5 to 1800 s" });
    await status("refused: Hold time: is 3600");
    await city.quiet();
    expect(city.all(desiredTopic)).toHaveLength(1);
  });

  it("rests when its form cannot be right", async () => {
    await city.deploy(flow({ minimumLevel: 101 }));
    await expect
      .poll(() => city.shown("lamp"), wait)
      .toMatchObject({ fill: "red", text: "refused: Minimum level: is 101" });
    await city.deploy(flow({ site: "" }));
    await expect.poll(() => city.shown("lamp"), wait).toMatchObject({ fill: "red", text: "no site chosen" });
    await city.deploy(flow({ unit: "" }));
    await expect.poll(() => city.shown("lamp"), wait).toMatchObject({ fill: "red", text: "no unit chosen" });
    await city.deploy(flow({ unit: "Lamp 1" }));
    await expect
      .poll(() => city.shown("lamp"), wait)
      .toMatchObject({ fill: "red", text: "not a name: Lamp 1" });
    expect(city.all(desiredTopic)).toEqual([]);
  });

  it("leaves a unit to the first of two nodes", async () => {
    const rival = {
      id: "rival",
      type: "streetlight",
      z: "tab",
      site: "site",
      unit: "lamp-1",
      ...factory,
      holdTime: 99,
      wires: [[]],
    };
    await city.deploy(flow({}, [rival]));
    await published();
    await expect
      .poll(() => city.shown("rival"), wait)
      .toMatchObject({ fill: "red", shape: "ring", text: "another node sets lamp-1" });
    expect(desired()?.settings.holdTime).toBe(factory.holdTime);
    expect(city.all(desiredTopic)).toHaveLength(1);
  });

  it("sends nothing to a unit of another kind", async () => {
    await city.say("via-roma", "lamp-1", {
      description: { unit: "lamp-1", site: "via-roma", kind: "bench", title: "Bench" },
    });
    await city.deploy(flow());
    await status("this unit is a bench");
    expect(city.all(desiredTopic)).toEqual([]);
  });

  it("says so when somebody else replaces its settings, and sends them again on deploy", async () => {
    await city.deploy(flow());
    await published();
    const own = desired()!;
    await city.publish(desiredTopic, { revision: "feedfacecafe", settings: factory });
    await status("replaced by feedfac");
    await city.deploy(flow());
    await expect.poll(desired, wait).toEqual(own);
  });

  it("sends what was asked for while the broker was away", async () => {
    await city.say("via-roma", "lamp-1", { status: online });
    await city.deploy(flow());
    await published();
    await city.say("via-roma", "lamp-1", { reported: applied(desired()!) });
    await status("applied");
    await city.broker.stop();
    await expect
      .poll(() => city.shown("lamp"), wait)
      .toMatchObject({ fill: "grey", shape: "ring", text: "no broker" });
    await city.inject("longer");
    await city.broker.start();
    await expect.poll(() => desired()?.settings.holdTime, wait).toBe(60);
    await status(`sent ${desired()?.revision.slice(0, 7)}`);
  });

  it("leaves its settings in force when it is removed", async () => {
    await city.deploy(flow());
    await published();
    const message = desired();
    await city.deploy([]);
    await city.quiet();
    expect(desired()).toEqual(message);
  });

  it("lists the units for the editor, of one site and kind or all", async () => {
    await city.deploy(flow());
    await published();
    for (const [unit, kind] of [
      ["lamp-10", "streetlight"],
      ["lamp-2", "streetlight"],
      ["bench-1", "bench"],
    ] as const)
      await city.say("via-roma", unit, { description: { unit, site: "via-roma", kind, title: kind } });
    await city.say("via-roma", "lamp-2", { status: online });
    const lamp = { site: "via-roma", kind: "streetlight", title: "streetlight" };
    const lamps = [
      { ...lamp, unit: "lamp-2", online: true },
      { ...lamp, unit: "lamp-10", online: false },
    ];
    expect(await city.get("plinth/units?broker=broker&site=via-roma&kind=streetlight")).toEqual(lamps);
    expect(await city.get("plinth/units?broker=broker&site=via-milano")).toEqual([]);
    expect(await city.get("plinth/units?broker=broker")).toEqual([
      { site: "via-roma", unit: "bench-1", kind: "bench", title: "bench", online: false },
      ...lamps,
    ]);
    expect(await city.get("plinth/units?broker=unknown")).toMatchObject({
      message: expect.stringContaining("Deploy once"),
    });
  });
});

describe("a street's flow", () => {
  it("configures every lamp, each with the lamps beside it", async () => {
    await city.clear();
    const lamps = ["lamp-1", "lamp-2", "lamp-3"];
    const units = lamps.map((unit, index) => ({
      site: "via-roma",
      unit,
      kind: streetlight.kind,
      settings: {
        ...factorySettings(streetlight),
        neighbours: [lamps[index - 1], lamps[index + 1]].filter((lamp) => lamp !== undefined),
      },
    }));
    await city.deploy(streetFlow(units, city.broker.url));
    await expect.poll(() => city.last("plinth/via-roma/lamp-3/settings/desired"), wait).toBeDefined();
    const neighbours = ["lamp-1", "lamp-2", "lamp-3"].map((unit) => {
      const message = city.last(`plinth/via-roma/${unit}/settings/desired`) as DesiredSettings;
      return message.settings.neighbours;
    });
    expect(neighbours).toEqual([["lamp-2"], ["lamp-1", "lamp-3"], ["lamp-2"]]);
  });
});

describe("starting Node-RED", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "plinth-start-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it("says that the port is taken", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const start = startNodeRed({ port, userDir: join(folder, "user") });
    await expect(start).rejects.toThrow(`port ${port} is taken`);
    await new Promise((resolve) => server.close(resolve));
  });

  it("names the node set that does not load", async () => {
    await cp(join(flowsFolder, "package.json"), join(folder, "package.json"));
    const start = startNodeRed({ port: 0, userDir: join(folder, "user"), packageDir: folder });
    await expect(start).rejects.toThrow(NodeRedError);
    await expect(start).rejects.toThrow(/streetlight.*build the package/);
  });

  it("leaves nothing running when its starter is killed", async () => {
    const root = fileURLToPath(new URL("../..", import.meta.url));
    const program = `
      import { startNodeRed } from "#sim/node-red.ts";
      const { url } = await startNodeRed({ port: 0, userDir: ${JSON.stringify(join(folder, "user"))}, packageDir: process.argv[1] });
      console.log(url);`;
    const built = await import("#test/node-red/package.ts").then(({ builtPackage }) => builtPackage());
    const starter = spawn(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "-e", program, built.folder],
      { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
    );
    const url = await new Promise<string>((resolve) =>
      starter.stdout.once("data", (data) => resolve(String(data).trim())),
    );
    expect((await fetch(url)).status).toBe(200);
    starter.kill("SIGKILL");
    const answers = () =>
      fetch(url).then(
        () => true,
        () => false,
      );
    await expect.poll(answers, wait).toBe(false);
    await built.remove();
  });
});
