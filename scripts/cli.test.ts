import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { main } from "./cli.ts";
import { root } from "./root.ts";

const plinth = (...args: string[]) =>
  spawnSync(process.execPath, [join(root, "scripts/plinth.mjs"), ...args], { cwd: "/", encoding: "utf8" });

/** Verbs by their files; what has a dash supports a verb. */
const verbs = readdirSync(join(root, "scripts/verbs"))
  .filter((file) => /^[a-z]+\.ts$/.test(file))
  .map((file) => file.slice(0, -".ts".length));

it("has a help for every verb, with an example and the exit codes", async () => {
  expect(verbs.length).toBeGreaterThanOrEqual(2);
  for (const verb of verbs) {
    let stdout = "";
    const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      stdout += text;
      return true;
    });
    const status = await main([verb, "--help"]).finally(() => write.mockRestore());
    expect([verb, status]).toEqual([verb, 0]);
    expect(stdout).toMatch(/Examples?:\n {2}(npx )?plinth /);
    expect(stdout).toContain("Exit codes:");
  }
});

it.each([
  ["a verb that does not exist", ["biuld"], "unknown command 'biuld'"],
  ["a flag that does not exist", ["build", "--frob"], "unknown option '--frob'"],
  ["a missing argument", ["build"], "missing required argument 'kind'"],
])("answers %s with one line and exit code 2", (_what, args, text) => {
  const { status, stdout, stderr } = plinth(...args);
  expect(status).toBe(2);
  expect(stdout).toBe("");
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(stderr).toContain(text);
});

it("tells the kinds when asked for one that does not exist", () => {
  const { status, stderr } = plinth("build", "lighthouse");
  expect(stderr).toMatch(/^error: there is no kind "lighthouse"\nKinds: [a-z, -]+\n$/);
  expect(stderr).toContain("streetlight");
  expect(status).toBe(2);
});

it.each([
  ["docs", ["docs"]],
  ["a benchmark", ["bench", "sample", "--quick"]],
])("writes no %s where a file is, and says so before it begins", async (_what, args) => {
  const said: string[] = [];
  const spy = vi.spyOn(console, "error").mockImplementation((text: string) => void said.push(text));
  const status = await main([...args, "--out", join(root, "package.json")]).finally(() => spy.mockRestore());
  expect(said[0]).toMatch(/^error: .*package\.json is not a folder to write to \(EEXIST\)$/);
  expect([status, said.length]).toEqual([2, 2]);
});

it("tells its version", () => {
  expect(plinth("--version").stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
