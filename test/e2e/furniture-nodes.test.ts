import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { bench, streetlight } from "#devices/furniture/index.ts";
import { factorySettings } from "#devices/furniture/vocabulary.ts";
import { type DesiredSettings, unitTopics } from "#devices/wire.ts";
import type { FlowNode } from "#sim/node-red.ts";
import { City } from "#test/node-red/city.ts";
import { LiveUnit, site } from "#test/node-red/live-unit.ts";

/** Node-RED's nodes at units whose firmware runs, over a real broker. */
let city: City;
let lamp: LiveUnit;
beforeAll(async () => {
  city = await City.start();
  lamp = await LiveUnit.start(streetlight, "lamp-1", city.broker.url);
});
afterAll(async () => {
  await lamp.close();
  await city.close();
});
afterEach(() => city.clearFlows());

const wait = { timeout: 20_000, interval: 50 };
const topics = unitTopics(site, "lamp-1");
const place = (): readonly FlowNode[] => [
  { id: "tab", type: "tab", label: "Test" },
  city.brokerNode,
  { ...city.siteNode, site },
];
/** Publishes whole messages, so that the test sees them. */
const tap = (topic: string): readonly FlowNode[] => [
  {
    id: `wrap-${topic}`,
    type: "function",
    z: "tab",
    func: `const { _msgid, ...told } = msg; return { topic: "flow/${topic}", payload: told };`,
    outputs: 1,
    libs: [],
    wires: [[`out-${topic}`]],
  },
  { id: `out-${topic}`, type: "mqtt out", z: "tab", topic: "", qos: "1", broker: "broker", wires: [] },
];
const told = (topic: string) => city.all(`flow/${topic}`) as Record<string, unknown>[];

describe("furniture in", () => {
  const hears = (form: Record<string, string> = {}): FlowNode => ({
    ...{ id: "in", type: "furniture in", z: "tab", site: "site", wires: [["wrap-told"]] },
    ...{ kind: "", unit: "", tells: "", number: "", ...form },
  });

  it("hands on what a lamp tells, as its help says", async () => {
    await city.deploy([...place(), hears({ kind: "streetlight", tells: "measurement" }), ...tap("told")]);
    await expect.poll(() => city.shown("in"), wait).toMatchObject({ fill: "green", shape: "dot" });
    await lamp.off();
    await lamp.on();
    await expect.poll(() => told("told").length, wait).toBeGreaterThan(0);
    for (const message of told("told"))
      expect(message).toMatchObject({
        topic: expect.stringMatching(/^pier\/lamp-1\//),
        type: "measurement",
        unitOfMeasure: expect.any(String),
        quantity: expect.any(String),
        quality: expect.any(String),
        ...{ site, unit: "lamp-1", kind: "streetlight", late: expect.any(Boolean) },
        record: { sequence: expect.any(Number), epoch: expect.any(String) },
      });
    await expect.poll(() => city.shown("in")?.text, wait).toMatch(/^lamp-1 .* · 1 units$/);
  });

  it("tells that a unit goes and comes back", async () => {
    await city.deploy([...place(), hears({ tells: "status" }), ...tap("came")].map(renamed("told", "came")));
    await expect.poll(() => told("came").map(({ payload }) => payload), wait).toEqual(["online"]);
    await lamp.off();
    await lamp.on();
    await expect
      .poll(() => told("came").map(({ payload }) => payload), wait)
      .toEqual(["online", "offline", "online"]);
  });

  it("goes on after a megabyte of nothing, and says so", async () => {
    await city.deploy([...place(), hears({ tells: "alarm" }), ...tap("told")]);
    await expect.poll(() => city.shown("in")?.text, wait).toContain("1 units");
    await city.publish(topics.record("alarm"), "x".repeat(1 << 20));
    await city.publish(topics.record("alarm"), { device: "pier/lamp-1", body: 5 });
    await expect.poll(() => city.shown("in")?.text, wait).toContain("2 not understood");
    await city.forget(topics.record("alarm"));
  });
});

const renamed =
  (from: string, to: string) =>
  (node: FlowNode): FlowNode =>
    JSON.parse(JSON.stringify(node).replaceAll(`wrap-${from}`, `wrap-${to}`)) as FlowNode;

describe("furniture command", () => {
  const commands = (form: Record<string, unknown> = {}): FlowNode => ({
    ...{ id: "command", type: "furniture command", z: "tab", site: "site", wires: [["wrap-result"]] },
    ...{ kind: "streetlight", unit: "lamp-1", command: "setLevel", timeToLive: 5 },
    args: { level: 35, duration: 60 },
    ...form,
  });
  const button = (id: string, payload?: object): FlowNode => ({
    ...{ id, type: "inject", z: "tab", props: [{ p: "payload" }], wires: [["command"]] },
    ...(payload
      ? { payload: JSON.stringify(payload), payloadType: "json" }
      : { payload: "", payloadType: "date" }),
  });
  const flow = (form?: Record<string, unknown>) => [
    ...place(),
    commands(form),
    button("go"),
    button("brighter", { level: 90 }),
    button("wrong", { level: 120 }),
    ...tap("result"),
  ];
  const last = () => told("result").at(-1);

  it("sends the arguments of the form, those of a message over them, and tells that the lamp took them", async () => {
    await city.deploy(flow());
    await expect.poll(() => city.shown("command")?.text, wait).toBe("lamp-1 online");
    await city.inject("go");
    await expect.poll(last, wait).toMatchObject({
      topic: "pier/lamp-1/setLevel",
      ...{ payload: "accepted", reason: "", refusals: [], unit: "lamp-1", kind: "streetlight" },
      args: { level: 35, duration: 60 },
    });
    expect(lamp.bench.clock.wall()).toBeDefined();
    const first = last()?.id as number;
    await city.inject("brighter");
    await expect.poll(() => last()?.args, wait).toEqual({ level: 90, duration: 60 });
    expect(last()?.id).toBeGreaterThan(first);
    await expect
      .poll(() => city.shown("command"), wait)
      .toMatchObject({ fill: "green", text: "Set level: accepted" });
  });

  it("refuses here what is out of range, and tells what the lamp itself refused", async () => {
    await city.deploy(flow());
    await expect.poll(() => city.shown("command")?.text, wait).toBe("lamp-1 online");
    const before = city.all(topics.command).length;
    await city.inject("wrong");
    await expect
      .poll(last, wait)
      .toMatchObject({ payload: "refused", id: null, reason: "level is 120, expected 0 to 100 %" });
    expect(city.all(topics.command)).toHaveLength(before);

    const ahead = { id: Date.now() + 3_600_000, expires: Date.now() + 60_000, command: "resume", args: {} };
    await city.send(topics.command, ahead);
    await expect
      .poll(() => city.last(topics.result), wait)
      .toMatchObject({ id: ahead.id, state: "accepted" });
    await city.inject("go");
    await expect.poll(last, wait).toMatchObject({
      payload: "refused",
      reason: expect.stringMatching(/^id is \d+, expected more than \d+, the last one taken$/),
    });
    await expect
      .poll(() => city.shown("command"), wait)
      .toMatchObject({ fill: "red", text: expect.stringContaining("refused: id is") });
  });

  it("says at once that a lamp is away, and after the time to live that nobody answered", async () => {
    await city.deploy(flow({ timeToLive: 1 }));
    await lamp.off();
    await expect
      .poll(() => city.shown("command"), wait)
      .toMatchObject({ fill: "yellow", shape: "ring", text: "lamp-1 offline" });
    await city.inject("go");
    await expect
      .poll(() => city.statuses("command").map(({ text }) => text), wait)
      .toContain("Set level: sent, lamp-1 offline");
    await expect.poll(last, wait).toMatchObject({ payload: "timed out", reason: "no answer within 1 s" });
    await lamp.on();
    await expect.poll(() => city.shown("command")?.text, wait).toBe("lamp-1 online");
    expect(await city.retained(topics.command)).toBe(false);
    expect(told("result").at(-1)).toMatchObject({ payload: "timed out" });
  });

  it("knows what is retained though another node has asked for it before", async () => {
    const other = { ...commands(), id: "other" };
    await city.deploy([...flow(), other]);
    await expect.poll(() => city.shown("command")?.text, wait).toBe("lamp-1 online");
    await expect.poll(() => city.shown("other")?.text, wait).toBe("lamp-1 online");
    const before = city.statuses("other").length;
    await city.deploy([...flow(), { ...other, timeToLive: 6 }], "nodes");
    await expect.poll(() => city.statuses("other").length, wait).toBeGreaterThan(before);
    await expect.poll(() => city.shown("other")?.text, wait).toBe("lamp-1 online");
    expect(await city.get(`plinth/units?broker=broker&site=${site}&kind=streetlight`)).toMatchObject([
      { unit: "lamp-1", online: true },
    ]);
  });

  it("refuses a unit of another kind", async () => {
    await city.deploy(flow({ kind: "bench", command: "resetPort", args: { port: "pad" } }));
    await expect.poll(() => city.shown("command")?.text, wait).toBe("lamp-1 online");
    await city.inject("go");
    await expect.poll(last, wait).toMatchObject({
      payload: "refused",
      reason: "unit is a streetlight, expected bench",
    });
  });
});

describe("the settings of a running lamp", () => {
  const settings = (more: Record<string, unknown> = {}): readonly FlowNode[] => [
    ...place(),
    {
      ...{ id: "lamp", type: "streetlight", z: "tab", site: "site", unit: "lamp-1", wires: [[]] },
      ...factorySettings(streetlight),
      ...more,
    },
  ];
  const inForce = () =>
    (city.last(topics.reported) as { inForce: { settings: Record<string, unknown> } } | undefined)?.inForce
      .settings.holdTime;
  const shown = (text: RegExp) => expect.poll(() => city.shown("lamp")?.text, wait).toMatch(text);

  it("are undone by deploying the former flow", async () => {
    await city.deploy(settings({ holdTime: 60 }));
    await expect.poll(inForce, wait).toBe(60);
    const former = city.last(topics.desired);
    await city.deploy(settings({ holdTime: 90 }));
    await expect.poll(inForce, wait).toBe(90);
    await shown(/^applied/);
    await city.deploy(settings({ holdTime: 60 }));
    await expect.poll(inForce, wait).toBe(60);
    expect(city.last(topics.desired)).toEqual(former);
    await shown(/^applied/);
  });

  it("stay in force when the node is removed, and come back with it without being sent", async () => {
    await city.deploy(settings({ holdTime: 75 }));
    await expect.poll(inForce, wait).toBe(75);
    await city.deploy([...place()]);
    await city.quiet();
    expect(inForce()).toBe(75);
    const sent = city.all(topics.desired).length;
    await city.deploy(settings({ holdTime: 75 }));
    await shown(/^applied/);
    expect(city.all(topics.desired)).toHaveLength(sent);
  });

  it("reach a new unit of the same name, which has never heard of any", async () => {
    await city.deploy(settings({ holdTime: 80 }));
    await expect.poll(inForce, wait).toBe(80);
    await shown(/^applied/);
    const sent = city.all(topics.desired).length;
    await lamp.off();
    await shown(/, offline$/);
    await lamp.exchange();
    await shown(/^applied \w+$/);
    await expect.poll(inForce, wait).toBe(80);
    expect(city.all(topics.desired)).toHaveLength(sent);
  });

  it("are refused whole by a unit of another kind under that name, and the node says what it is", async () => {
    await city.deploy(settings({ holdTime: 85 }));
    await expect.poll(inForce, wait).toBe(85);
    await lamp.off();
    const other = await LiveUnit.start(bench, "lamp-1", city.broker.url);
    await expect
      .poll(() => city.shown("lamp"), wait)
      .toMatchObject({ fill: "red", text: "this unit is a bench" });
    await expect
      .poll(() => city.last(topics.reported), wait)
      .toMatchObject({
        state: "refused",
        inForce: { revision: "factory" },
      });
    await other.close();
    await lamp.on();
    await shown(/^applied/);
  });

  describe("and a second Node-RED on the broker", () => {
    let second: City;
    beforeAll(async () => {
      second = await City.start({ broker: city.broker });
    });
    afterAll(() => second.close());

    it("is the one that deployed last; the other says so, and does not fight", async () => {
      await city.deploy(settings({ holdTime: 50 }));
      await expect.poll(inForce, wait).toBe(50);
      await second.deploy(settings({ holdTime: 55 }));
      await expect.poll(inForce, wait).toBe(55);
      const { revision } = city.last(topics.desired) as DesiredSettings;
      await shown(new RegExp(`^replaced by ${revision.slice(0, 7)}$`));
      await expect.poll(() => second.shown("lamp")?.text, wait).toMatch(/^applied/);

      const sent = city.all(topics.desired).length;
      await city.broker.stop();
      await shown(/^no broker$/);
      await city.broker.start();
      await shown(/^replaced by/);
      await expect.poll(() => second.shown("lamp")?.text, wait).toMatch(/^applied/);
      await city.quiet();
      const heard = city.all(topics.desired) as DesiredSettings[];
      expect(new Set(heard.slice(sent).map((desired) => desired.revision))).toEqual(new Set([revision]));
      expect(inForce()).toBe(55);

      await city.restart();
      await shown(/^replaced by/);
      expect(inForce()).toBe(55);

      await city.deploy(settings({ holdTime: 50 }));
      await expect.poll(inForce, wait).toBe(50);
      await expect.poll(() => second.shown("lamp")?.text, wait).toMatch(/^replaced by/);
      await second.deploy([]);
    });
  });
});
