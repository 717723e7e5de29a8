import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { UserError } from "../user-error.ts";
import { bundle } from "./bundle.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plinth-bundle-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** All that a unit brings along, used just enough to prove that it loaded. */
const entry = `
import i2c from "i2c-bus";
import five from "johnny-five";
import ModbusRTU from "modbus-serial";
import { MqttClient } from "mqtt";
import { Gpio } from "onoff";
import { SerialPort } from "serialport";

const opened = (run: () => unknown) => {
  try {
    run();
    return "opened";
  } catch (error) {
    return (error as Error).message;
  }
};
const noBus = opened(() => i2c.openSync(87).receiveByteSync(0x10));
const noBoard = opened(() => new five.Board({ repl: false }));
const loaded = [five.Led, ModbusRTU, MqttClient, Gpio, SerialPort].map((value) => typeof value);
void SerialPort.list().then((list: unknown[]) =>
  console.log(JSON.stringify({ url: import.meta.url, loaded, noBus, noBoard, listed: Array.isArray(list) })),
);
`;

it.each([false, true])("runs away from where it was built, addons and all (minified: %s)", async (minify) => {
  const out = join(folder, "unit");
  await bundle({ kind: "unit", entry, out, minify });
  const said = JSON.parse(
    execFileSync(process.execPath, [join(out, "unit.js")], { cwd: "/", encoding: "utf8" }),
  );
  expect(said).toMatchObject({
    url: `file://${out}/unit.js`,
    loaded: Array(5).fill("function"),
    listed: true,
  });
  expect(said.noBus).toContain("ENOENT");
  expect(said.noBoard).toContain("johnny-five asks for serialport, which is not in this bundle");
});

it.each(["i2c.node", "epoll.node", "serialport-bindings-cpp.node"])(
  "needs %s beside it, and nowhere else",
  async (addon) => {
    const out = join(folder, "unit");
    await bundle({ kind: "unit", entry, out });
    rmSync(join(out, addon));
    const { status, stderr } = spawnSync(process.execPath, [join(out, "unit.js")], { encoding: "utf8" });
    expect(status).not.toBe(0);
    expect(stderr).toContain(`Cannot find module './${addon}'`);
  },
);

it("gives the same bytes for the same input, wherever it is called and they go", async () => {
  await bundle({ kind: "unit", entry, out: join(folder, "a") });
  const elsewhere = `import { bundle } from ${JSON.stringify(new URL("bundle.ts", import.meta.url))};
await bundle({ kind: "unit", entry: ${JSON.stringify(entry)}, out: "deeper/b" });`;
  const tsx = import.meta.resolve("tsx/esm");
  execFileSync(process.execPath, ["--import", tsx, "--input-type=module", "-e", elsewhere], { cwd: folder });
  const names = readdirSync(join(folder, "a"));
  expect(names.sort()).toEqual(readdirSync(join(folder, "deeper/b")).sort());
  expect(names).toContain("i2c.node");
  for (const name of names)
    expect(readFileSync(join(folder, "a", name)).equals(readFileSync(join(folder, "deeper/b", name)))).toBe(
      true,
    );
});

it("lists every file beside the manifest with its SHA-256", async () => {
  const out = join(folder, "unit");
  const { manifest } = await bundle({ kind: "unit", entry, out });
  expect(JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"))).toEqual(manifest);
  expect([...Object.keys(manifest.files), "manifest.json"].sort()).toEqual(readdirSync(out).sort());
  for (const [name, { bytes, sha256 }] of Object.entries(manifest.files)) {
    const content = readFileSync(join(out, name));
    expect(content.length).toBe(bytes);
    expect(createHash("sha256").update(content).digest("hex")).toBe(sha256);
  }
  expect(manifest).toMatchObject({ kind: "unit", abi: process.versions.modules, platform: process.platform });
});

it("removes an older bundle, and nothing else", async () => {
  const out = join(folder, "unit");
  await bundle({ kind: "older", entry: "console.log(1);", out });
  await bundle({ kind: "unit", entry: "console.log(2);", out });
  expect(readdirSync(out).sort()).toEqual(["manifest.json", "package.json", "unit.js"]);

  const mine = join(folder, "mine");
  mkdirSync(mine);
  writeFileSync(join(mine, "letter.txt"), "dear");
  await expect(bundle({ kind: "unit", entry: "console.log(3);", out: mine })).rejects.toThrow(UserError);
  await expect(bundle({ kind: "unit", entry: "", out: join(mine, "letter.txt") })).rejects.toThrow(
    "not a folder",
  );
  expect(readdirSync(mine)).toEqual(["letter.txt"]);
});
