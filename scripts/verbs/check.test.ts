import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { main } from "../cli.ts";
import { root } from "../root.ts";

const folder = mkdtempSync(join(tmpdir(), "plinth-check-"));
afterAll(() => rmSync(folder, { recursive: true }));

const example = join(root, "deploy/unit.yaml");

/** What it prints, and its exit code. */
async function check(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((text: string) => void out.push(`${text}\n`));
  const error = vi.spyOn(console, "error").mockImplementation((text: string) => void err.push(`${text}\n`));
  const status = await main(["check", ...args]);
  log.mockRestore();
  error.mockRestore();
  return { status, stdout: out.join(""), stderr: err.join("") };
}

function unitFile(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe("plinth check", () => {
  it("draws the wiring of a unit that can be built, and exits with 0", async () => {
    const { status, stdout, stderr } = await check(example);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("i2c-1\n├─ 0x10  light: Vishay veml7700\n");
    expect(stdout).toContain("config.txt  dtparam=i2c_arm=on");
    expect(stdout).toMatch(/0 errors, 0 warnings, 0 notices\n$/);
  });

  it("tells errors with line, expectation and fix, and exits with 1", async () => {
    const text = readFileSync(example, "utf8").replace(
      "climate: { address: 0x77 }",
      "supply: { address: 0x40 }",
    );
    const file = unitFile("clash.yaml", text);
    const { status, stdout, stderr } = await check(file);
    expect(status).toBe(1);
    const line = text.split("\n").findIndex((words) => words.includes("supply:")) + 1;
    expect(stdout).toContain(
      `${file}:${line}: error: supply (ina226) answers at 0x40 of i2c-1, where lamp (pca9685)`,
    );
    expect(stdout).toContain("  do        strap supply (ina226) to 0x41, ");
    expect(stderr).toBe(`error: ${file}: 1 to be mended before it is wired\n`);
  });

  it("lets warnings pass, unless it is strict", async () => {
    const text = readFileSync(example, "utf8").replace("/dev/ttyUSB0", "/dev/ttyAMA3");
    const file = unitFile("level.yaml", text);
    expect((await check(file)).status).toBe(0);
    expect((await check(file, "--strict")).status).toBe(1);
  });

  it("speaks JSON", async () => {
    const { status, stdout } = await check(example, "--json", "--board", "raspberry-pi-5");
    expect(status).toBe(1);
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({
      file: example,
      kind: "streetlight",
      unit: "lamp-01",
      board: "raspberry-pi-5",
    });
    expect(told.findings.map(({ rule }: { rule: string }) => rule)).toEqual([
      "gpio-chip-absent",
      "gpio-chip-absent",
    ]);
    expect(told.parts).toContainEqual({
      role: "climate",
      part: "bme280",
      place: { kind: "i2c", bus: 1, address: 0x77 },
    });
    expect(told.pins).toContainEqual({ line: 2, use: "I2C1" });
  });

  it.each([
    ["a file that is not there", () => [join(folder, "none.yaml")], /cannot be read \(ENOENT\)/],
    [
      "what is no YAML",
      () => [unitFile("broken.yaml", "unit: [\n")],
      /broken\.yaml cannot be used:\n {2}line 2: /,
    ],
    [
      "a board that does not exist",
      () => [example, "--board", "abacus"],
      /there is no board "abacus"\nBoards: rasp/,
    ],
  ])("answers %s with exit code 2", async (_what, args, words) => {
    const { status, stdout, stderr } = await check(...args());
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/\bat .*\.ts:/);
  });
});
