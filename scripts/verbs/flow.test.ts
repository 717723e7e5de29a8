import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { systemClock } from "#firmware/ports/clock.ts";
import { mqttLinkPort } from "#firmware/ports/mqtt.ts";
import { startBroker } from "#sim/broker.ts";
import { main } from "../cli.ts";
import { root } from "../root.ts";

const folder = mkdtempSync(join(tmpdir(), "plinth-flow-"));
afterAll(() => rmSync(folder, { recursive: true }));

const example = join(root, "flows/examples/Dim a street by night.json");

/** What it prints, and its exit code. */
async function flow(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((text: string) => void out.push(`${text}\n`));
  const error = vi.spyOn(console, "error").mockImplementation((text: string) => void err.push(`${text}\n`));
  const status = await main(["flow", ...args]);
  log.mockRestore();
  error.mockRestore();
  return { status, stdout: out.join(""), stderr: err.join("") };
}

function written(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content, undefined, 2));
  return file;
}

const lamp = (more: object) => [
  { id: "b", type: "mqtt-broker", broker: "127.0.0.1", port: "1883" },
  { id: "s", type: "plinth-site", broker: "b", site: "via-roma" },
  { id: "l", type: "streetlight", site: "s", unit: "lamp-1", ...more },
];

describe("plinth flow check", () => {
  it("exits with 0 for a flow that its units would take", async () => {
    expect(await flow("check", example)).toEqual({
      status: 0,
      stdout: "0 errors, 0 warnings, 0 notices\n",
      stderr: "",
    });
  });

  it("names file, line, node and field, says what to do, and exits with 1", async () => {
    const file = written("bad.json", lamp({ holdTime: 3 }));
    const { status, stdout, stderr } = await flow("check", file);
    expect(status).toBe(1);
    expect(stdout).toBe(`${file}:19: error: streetlight "lamp-1": Hold time is 3 [setting]
  expected  5 to 1800 s
  at        l holdTime
  do        give 5 to 1800 s

1 error, 0 warnings, 0 notices
`);
    expect(stderr).toBe(`error: ${file}: 1 to be mended before it is deployed\n`);
  });

  it("says the same to a program", async () => {
    const file = written("bad.json", lamp({ holdTime: 3 }));
    const { status, stdout } = await flow("check", file, "--json");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      file,
      findings: [{ severity: "error", rule: "setting", node: "l", field: "holdTime", line: 19 }],
    });
  });

  it("lets warnings pass, unless it is strict", async () => {
    const [broker, ...others] = lamp({});
    const file = written("clear.json", [{ ...broker, broker: "mqtt.city.example" }, ...others]);
    expect((await flow("check", file)).status).toBe(0);
    expect((await flow("check", file, "--strict")).status).toBe(1);
  });

  it("knows the units of a scenario and of unit files", async () => {
    const scenario = join(root, "sim/scenarios/street.yaml");
    const { status, stdout } = await flow("check", written("lamp.json", lamp({})), "--units", scenario);
    expect(status).toBe(1);
    expect(stdout).toContain('streetlight "lamp-1": via-roma/lamp-1 is unknown [unit]');
    const unit = written("unit.yaml", "unit: lamp-1\nsite: via-roma\nkind: streetlight\n");
    expect((await flow("check", written("lamp.json", lamp({})), "--units", scenario, unit)).status).toBe(0);
  });

  it("asks a broker which units have described themselves", async () => {
    const broker = await startBroker({ port: 0 });
    const will = { topic: "test", payload: "" };
    const link = mqttLinkPort({ url: broker.url, clock: systemClock() }).open("test", will);
    await expect.poll(() => link.connected).toBe(true);
    const description = JSON.stringify({ unit: "lamp-1", site: "via-roma", kind: "bench", title: "Bench" });
    await link.publish("plinth/via-roma/lamp-1/description", description, { retain: true });
    const { status, stdout } = await flow("check", written("lamp.json", lamp({})), "--broker", broker.url);
    expect([status, stdout]).toEqual([1, expect.stringContaining("via-roma/lamp-1 is a bench")]);
    await link.close();
    await broker.close();
  });

  it.each([
    ["a missing file", ["nowhere.json"], 2, "nowhere.json cannot be read (ENOENT)"],
    ["no JSON", [written("broken.json", "[{")], 2, "line 1:"],
    ["no flow", [written("object.json", "{}")], 2, "the file is {}; expected a list"],
    ["a broker that is no URL", [example, "--broker", "here"], 2, "--broker is here"],
    ["a broker that is not there", [example, "--broker", "mqtt://127.0.0.1:9"], 3, "no broker answers at"],
  ])("says in a line what is wrong with %s", async (_, args, code, words) => {
    const { status, stdout, stderr } = await flow("check", ...args);
    expect([status, stdout]).toEqual([code, ""]);
    expect(stderr).toContain(words);
  });
});

describe("plinth flow diff", () => {
  it("tells in words what changes, and exits with 0", async () => {
    const [before, after] = [written("a.json", lamp({})), written("b.json", lamp({ holdTime: 90 }))];
    expect(await flow("diff", before, after)).toEqual({
      status: 0,
      stdout: "lamp-1 (streetlight, via-roma)\n  Hold time: 45 s → 90 s\n",
      stderr: "",
    });
    expect(JSON.parse((await flow("diff", before, after, "--json")).stdout)).toMatchObject({
      units: [{ unit: "lamp-1", change: "changed", settings: [{ name: "holdTime", before: 45, after: 90 }] }],
    });
  });

  it("refuses a flow that units would refuse, with its line", async () => {
    const bad = written("bad.json", lamp({ holdTime: 3 }));
    const { status, stderr } = await flow("diff", example, bad);
    expect(status).toBe(2);
    expect(stderr).toContain(`${bad}:19: Hold time is 3; expected 5 to 1800 s`);
  });
});

describe("plinth flow test", () => {
  const scenario = readFileSync(join(root, "sim/scenarios/flow-night-dimming.yaml"), "utf8");

  it.each([
    ["a button that is not there", ["node: Market night", "node: Fair"], 'means a node "Fair"'],
    ["a button that is none", ["node: Market night", "node: Why"], 'presses "Why", which is no inject node'],
    [
      "a unit that the street lacks",
      ["lamp-1, lamp-2", "lamp-1, lamp-3"],
      "sets the streetlight via-roma/lamp-2",
    ],
    [
      "too few names",
      ["names: [lamp-1, lamp-2]", "names: [lamp-1]"],
      "names has 1 names; expected 2, one for each",
    ],
    ["a time outside", ['at: "21:50"', 'at: "23:50"'], "line 14: flow/press/0/at"],
    ["bounds that nothing meets", ["min: 2", "min: 2, max: 1"], "flow/expect/1 has min 2 and max 1"],
  ] as const)("refuses %s before anything starts", async (_, [before, after], words) => {
    expect(scenario).toContain(before);
    const file = written("scenario.yaml", scenario.replace(before, after));
    const { status, stdout, stderr } = await flow("test", example, file);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(words);
  });

  it("refuses a flow with nodes that are not here", async () => {
    const file = written("strange.json", [...lamp({}), { id: "x", type: "ui_gauge" }]);
    const { status, stderr } = await flow("test", file, join(root, "sim/scenarios/flow-night-dimming.yaml"));
    expect([status, stderr]).toEqual([2, expect.stringContaining("needs nodes of type ui_gauge")]);
  });

  it("is what `plinth run` points to for a scenario that is about a flow", async () => {
    const errors = vi.spyOn(console, "error").mockImplementation(() => {});
    expect(await main(["run", join(root, "sim/scenarios/flow-night-dimming.yaml")])).toBe(2);
    expect(errors).toHaveBeenLastCalledWith(expect.stringContaining("plinth flow test <flows.json>"));
    errors.mockRestore();
  });
});
