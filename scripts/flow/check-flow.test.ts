import { readdir, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { checkFlow } from "./check-flow.ts";
import { readFlow } from "./flow-file.ts";
import { coreTypes } from "./node-types.ts";
import { ownTypes } from "./wanted.ts";

const types = new Set([...(await coreTypes()), ...ownTypes]);

const broker = { id: "b", type: "mqtt-broker", broker: "127.0.0.1", port: "1883" };
const site = { id: "s", type: "plinth-site", broker: "b", site: "via-roma" };
const lamp = (more: object = {}) => ({ id: "l", type: "streetlight", site: "s", unit: "lamp-1", ...more });
const via = { z: "t", wires: [] };

/** Severity, node, field and words of each finding. */
function told(nodes: readonly object[], units?: ReadonlyMap<string, string>) {
  const text = JSON.stringify(nodes, undefined, 1);
  const findings = checkFlow(readFlow(text, "flows.json"), { types, units });
  return findings.map(({ severity, node, field, found }) => `${severity} ${node} ${field}: ${found}`);
}

describe("a flow's nodes that set units", () => {
  it("are fine when a unit would take what they ask", () => {
    expect(told([broker, site, lamp({ holdTime: "90" })])).toEqual([]);
  });

  it.each([
    ["a value out of range", [broker, site, lamp({ holdTime: 3 })], "error l holdTime: Hold time is 3"],
    [
      "a point of a profile that is no time",
      [broker, site, lamp({ profile: [{ from: "25:00", level: 20 }] })],
      'error l profile/0/from: Dimming profile/0/from is "25:00"',
    ],
    ["no site", [broker, lamp({ site: "" })], "error l site: names no site"],
    [
      "a site that is not there",
      [broker, lamp({ site: "x" })],
      "error l site: names x, which is no site here",
    ],
    ["a site without name", [broker, { ...site, site: "" }, lamp()], "error s site: has no name"],
    ["a site without broker", [{ ...site, broker: "" }, lamp()], "error s broker: names no broker"],
    [
      "a broker that is switched off",
      [{ ...broker, d: true }, site, lamp()],
      "error s broker: names b, which is no broker here",
    ],
    [
      "a broker without address",
      [{ ...broker, broker: "" }, site, lamp()],
      "error b broker: a broker without address",
    ],
    ["a unit without name", [broker, site, lamp({ unit: "" })], "error l unit: names no unit"],
    ["a name that is none", [broker, site, lamp({ unit: "Lamp 1" })], "error l unit: names Lamp 1"],
    [
      "a unit that another node sets",
      [broker, site, lamp(), lamp({ id: "m" })],
      'error m unit: lamp-1 is set by streetlight "lamp-1" (l) already',
    ],
    [
      "a lamp that is its own neighbour",
      [broker, site, lamp({ neighbours: ["lamp-1"] })],
      "error l neighbours/0: Neighbours names the unit itself",
    ],
    [
      "a neighbour that nobody sets",
      [broker, site, lamp({ neighbours: ["lamp-9"] })],
      "notice l neighbours/0: Neighbours names lamp-9, which this flow does not set",
    ],
    [
      "a broker reached in clear",
      [{ ...broker, broker: "mqtt.city.example" }, site, lamp()],
      "warning b usetls: mqtt.city.example is reached without TLS: settings and commands travel in clear",
    ],
  ])("tell %s", (_, nodes, finding) => {
    expect(told(nodes)).toEqual([finding]);
  });

  it("are held to the units that there are, by kind", () => {
    const units = new Map([
      ["via-roma/lamp-2", "streetlight"],
      ["via-roma/lamp-1", "bench"],
    ]);
    expect(told([broker, site, lamp()], units)).toEqual(["error l unit: via-roma/lamp-1 is a bench"]);
    expect(told([broker, site, lamp({ unit: "lamp-7" })], units)).toEqual([
      "error l unit: via-roma/lamp-7 is unknown",
    ]);
    expect(told([broker, site, lamp({ unit: "lamp-2", neighbours: ["lamp-3"] })], units)).toEqual([
      "error l neighbours/0: Neighbours names lamp-3, which is unknown",
    ]);
  });

  it("are left alone when they or their tab are switched off", () => {
    const tab = { id: "t", type: "tab", label: "Off", disabled: true };
    expect(told([tab, broker, site, lamp({ z: "t", holdTime: 3 })])).toEqual([]);
    expect(told([broker, site, lamp({ d: true, holdTime: 3 })])).toEqual([]);
  });
});

describe("a flow's nodes that hear and command units", () => {
  const hear = (more: object) => ({
    id: "i",
    type: "furniture in",
    site: "s",
    kind: "",
    unit: "",
    tells: "",
    ...more,
  });
  const command = (more: object) => ({
    ...{ id: "c", type: "furniture command", site: "s", kind: "bench", unit: "bench-1" },
    ...{ command: "setPort", args: { port: "pad", on: true, duration: 60 }, timeToLive: 30 },
    ...more,
  });
  const units = new Map([["via-roma/bench-1", "bench"]]);

  it.each([
    ["a filter of anything", hear({})],
    ["a filter of a kind's measurement", hear({ kind: "floor", tells: "measurement:steps#OnTile" })],
    ["a command", command({})],
    ["a command whose unit and arguments come with the message", command({ unit: "", args: {} })],
    ["an argument that the form leaves empty", command({ args: { port: "pad", on: true, duration: "" } })],
  ])("are fine with %s", (_, node) => {
    expect(told([broker, site, node], units)).toEqual([]);
  });

  it.each([
    ["no site", hear({ site: "" }), "error i site: names no site"],
    ["a name that is none", hear({ unit: "Bench 1" }), "error i unit: names Bench 1"],
    [
      "a unit of another kind",
      hear({ kind: "curb", unit: "bench-1" }),
      "error i unit: via-roma/bench-1 is a bench",
    ],
    ["an unknown unit", command({ unit: "bench-9" }), "error c unit: via-roma/bench-9 is unknown"],
    [
      "something that nobody tells",
      hear({ kind: "bench", tells: "measurement:steps" }),
      "error i tells: a bench tells no measurement steps",
    ],
    ["no command", command({ command: "" }), "error c command: a bench takes no command"],
    [
      "an argument out of range",
      command({ args: { port: "sauna", on: true } }),
      'error c args/port: Switch a port: port is "sauna"',
    ],
    [
      "a time to live out of range",
      command({ timeToLive: 0 }),
      "error c timeToLive: Switch a port: timeToLive is 0",
    ],
  ])("tell %s", (_, node, finding) => {
    expect(told([broker, site, node], units)).toEqual([finding]);
  });
});

describe("a flow's other nodes", () => {
  const fun = (func: string, wires: string[][] = []) => ({ id: "f", type: "function", func, wires });

  it.each([
    [
      "a pin driven by a flow",
      [{ id: "p", type: "rpi-gpio out", pin: "18" }],
      [
        "error p type: rpi-gpio out drives hardware itself: nothing keeps it from doing so",
        "warning p type: rpi-gpio out is neither Node-RED's own nor Plinth's: what it does is not known here",
      ],
    ],
    [
      "a program that drives pins",
      [{ id: "e", type: "exec", command: "gpioset gpiochip0 17=1", timer: "5" }],
      ["error e command: gpioset gpiochip0 17=1 drives hardware itself"],
    ],
    [
      "a command sent past its node",
      [broker, { id: "o", type: "mqtt out", broker: "b", topic: "plinth/via-roma/bench-1/command" }],
      [
        "error o topic: plinth/via-roma/bench-1/command gets commands that nobody numbers and that never expire",
      ],
    ],
    [
      "settings sent past their node",
      [broker, { id: "o", type: "mqtt out", broker: "b", topic: "plinth/via-roma/bench-1/settings/desired" }],
      ["error o topic: plinth/via-roma/bench-1/settings/desired gets settings past the unit's node"],
    ],
    [
      "a command that carries out what comes from the web",
      [
        broker,
        site,
        { id: "h", type: "http in", name: "open", wires: [["c"]] },
        {
          ...{ id: "c", type: "furniture command", site: "s", kind: "bench", unit: "bench-1" },
          ...{ command: "resumePort", args: { port: "pad" }, wires: [[]] },
        },
      ],
      ['warning c : carries out whatever comes from http in "open"'],
    ],
    [
      "a program that may hang",
      [{ id: "e", type: "exec", command: "ping -c 1 city", timer: "" }],
      ["warning e timer: runs a program that may never end"],
    ],
    [
      "a queue without end",
      [{ id: "d", type: "delay", pauseType: "rate", drop: false }],
      ["warning d drop: keeps every message that comes too fast, without end"],
    ],
    [
      "code that blocks",
      [fun("const end = Date.now() + 1;\nwhile (Date.now() < end) {}")],
      ["error f func: line 2 of its code: a loop that waits for time to pass"],
    ],
    [
      "a ring",
      [
        { id: "a", type: "change", wires: [["b"]] },
        { id: "b", type: "json", wires: [["a"]] },
      ],
      ["error a wires: a message goes round: change a → json b → change a"],
    ],
    [
      "a ring in which a function decides",
      [fun("return msg;", [["f"]])],
      ["warning f wires: a message goes round: function f → function f"],
    ],
    [
      "a wire to nobody",
      [fun("return msg;", [["z"]])],
      ["error f wires/0/0: a wire to z, which is not in the file"],
    ],
    [
      "a node without broker",
      [{ id: "i", type: "mqtt in", broker: "", topic: "a", wires: [] }],
      ["error i broker: names no broker"],
    ],
  ])("tell %s", (_, nodes, findings) => {
    expect(told(nodes)).toEqual(findings);
  });

  it.each([
    [
      "a ring with a pause",
      [
        { id: "a", type: "change", wires: [["d"]] },
        { id: "d", type: "delay", pauseType: "delay", wires: [["a"]] },
      ],
    ],
    [
      "a command from the web that a switch lets pass",
      [
        broker,
        site,
        { id: "h", type: "http in", wires: [["w"]] },
        { id: "w", type: "switch", wires: [["c"]] },
        {
          ...{ id: "c", type: "furniture command", site: "s", kind: "bench", unit: "bench-1" },
          ...{ command: "resumePort", args: { port: "pad" }, wires: [[]] },
        },
      ],
    ],
    [
      "a subflow",
      [
        { id: "g", type: "subflow", name: "g" },
        { ...via, id: "h", type: "subflow:g" },
      ],
    ],
  ])("take %s", (_, nodes) => {
    expect(told(nodes)).toEqual([]);
  });
});

describe("what is no flow", () => {
  it.each([
    ["no JSON", "[{]", /line 1: .*expected YAML/s],
    ["no list", '{"id":"a"}', /the file .*expected/],
    ["a node without type", '[\n{"id":"a"}\n]', /line 2: 0\/type is missing/],
    ["two of one id", '[{"id":"a","type":"x"},\n{"id":"a","type":"x"}]', /line 2: 1\/id is a a second time/],
  ])("is refused with its line: %s", (_, text, message) => {
    expect(() => readFlow(text, "flows.json")).toThrow(message);
  });
});

it("finds nothing to mend in the example flows", async () => {
  const folder = new URL("../../flows/examples/", import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  expect(names.length).toBeGreaterThanOrEqual(4);
  for (const name of names) {
    const flow = readFlow(await readFile(new URL(name, folder), "utf8"), name);
    expect(
      checkFlow(flow, { types }).filter(({ severity }) => severity !== "notice"),
      name,
    ).toEqual([]);
  }
});

it("knows the node types of the Node-RED that is installed", () => {
  for (const type of ["inject", "function", "mqtt in", "mqtt-broker", "http in", "exec", "tls-config"])
    expect(types).toContain(type);
});
