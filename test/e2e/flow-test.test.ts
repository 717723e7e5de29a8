import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** `plinth flow test`: a flow in a real Node-RED against simulated units, as an integrator's CI runs it. */
const flow = "flows/examples/Dim a street by night.json";
const scenario = "sim/scenarios/flow-night-dimming.yaml";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-flow-test-"));
});
afterAll(() => rm(folder, { recursive: true }));

function plinth(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile("node", ["scripts/plinth.mjs", "flow", "test", ...args], (error, stdout, stderr) =>
      resolve({ status: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });
}

describe("plinth flow test", () => {
  it("passes a flow whose units take what it asks, and whose nodes get what they must", async () => {
    const { status, stdout, stderr } = await plinth(flow, scenario);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("✔ via-roma/lamp-1 applied");
    expect(stdout).toMatch(/✔ "What the lamps report" got \d+ messages with .*"holdTime":300/);
    expect(stdout).toContain("✔ streetlight.darkSeconds is 0");
  });

  it("fails a flow whose button does something else, and one that throws, and says how to repeat it", async () => {
    const other = join(folder, "other.json");
    const text = (await readFile(flow, "utf8")).replace('\\"holdTime\\":300', '\\"holdTime\\":200');
    const throwing = { id: "thrower", type: "function", func: "throw new Error('no');", wires: [[]] };
    const nodes = JSON.parse(text) as { name?: string; wires?: string[][] }[];
    nodes.find(({ name }) => name === "Market night")!.wires![0]!.push("thrower");
    await writeFile(other, JSON.stringify([...nodes, { ...throwing, z: "b1f0c6a2d3e40001", x: 9, y: 9 }]));
    const { status, stdout, stderr } = await plinth(other, scenario, "--json");
    expect(status).toBe(1);
    const outcome = JSON.parse(stdout);
    expect(outcome.expectations.map(({ met }: { met: boolean }) => met)).toEqual([false, true, true]);
    expect(outcome.errors).toEqual([expect.stringContaining("Error: no")]);
    expect(stderr).toContain(`Again: npx plinth flow test ${other} ${scenario} --seed 21`);
  });
});
