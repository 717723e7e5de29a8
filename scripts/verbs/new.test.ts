import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { main } from "../cli.ts";
import { root } from "../root.ts";

const tree = mkdtempSync(join(tmpdir(), "plinth-new-"));
afterAll(() => rmSync(tree, { recursive: true }));

/** What it prints, and its exit code. */
async function plinthNew(...args: string[]) {
  const lines: string[] = [];
  const listen = (text: string) => void lines.push(text);
  const spies = [
    vi.spyOn(console, "log").mockImplementation(listen),
    vi.spyOn(console, "error").mockImplementation(listen),
    vi.spyOn(process.stderr, "write").mockImplementation((text) => lines.push(String(text)) > 0),
  ];
  const status = await main(["new", ...args, ...(args.includes("--into") ? [] : ["--into", tree])]);
  for (const spy of spies) spy.mockRestore();
  return { status, said: lines.join("\n") };
}

/** Every file below a folder of the tree, with what it says. */
function files(): ReadonlyMap<string, string> {
  const found = readdirSync(tree, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    found.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(tree.length + 1), readFileSync(path, "utf8")];
    }),
  );
}

function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
}

const parts = [
  { id: "sht45", options: ["--address", "0x44,0x45", "--maker", "Sensirion", "--title", "humidity sensor"] },
  { id: "xy-9000", options: ["--bus", "serial", "--datasheet", "XY-9000 manual"] },
  { id: "reed-7", options: ["--bus", "gpio"] },
];
const filesOf = (id: string) => [
  `devices/chips/${id}.test.ts`,
  `devices/chips/${id}.ts`,
  `sim/chips/${id}.ts`,
];
const filesOfKind = [
  "devices/furniture/bus-stop.test.ts",
  "devices/furniture/bus-stop.ts",
  "sim/kinds/bus-stop/model.ts",
];
const catalogue = "devices/furniture/index.ts";

/** Runs a program of node_modules in the tree. */
const run = (program: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(root, "node_modules", program), ...args], {
    cwd: tree,
    encoding: "utf8",
  });

beforeAll(async () => {
  for (const path of [
    "devices",
    "firmware",
    "sim",
    "test/bench",
    "test/sweep",
    "package.json",
    "tsconfig.json",
    "biome.json",
  ])
    cpSync(join(root, path), join(tree, path), { recursive: true });
  const before = files();
  for (const { id, options } of parts) {
    const untouched = files();
    expect((await plinthNew("chip", id, ...options)).status).toBe(0);
    expect(changed(untouched, files())).toEqual(filesOf(id).sort());
  }
  const untouched = files();
  expect((await plinthNew("kind", "bus-stop")).status).toBe(0);
  expect(changed(untouched, files())).toEqual([catalogue, ...filesOfKind].sort());
  expect(changed(before, files())).toHaveLength(3 * parts.length + 4);
  symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
}, 120_000);

const all = [...parts.flatMap(({ id }) => filesOf(id)), ...filesOfKind, catalogue];

describe("what plinth new writes", () => {
  it("is one line of the catalogue, in its order", () => {
    const lines = (text: string) => text.trimEnd().split("\n");
    const [before, after] = [root, tree].map((folder) =>
      lines(readFileSync(join(folder, catalogue), "utf8")),
    );
    const added = after!.filter((line) => !before!.includes(line));
    expect(added).toEqual(['export { busStop } from "./bus-stop.ts";']);
    expect(after!.slice(1)).toEqual(after!.slice(1).toSorted());
  });

  it("type-checks", () => {
    writeFileSync(
      join(tree, "tsconfig.new.json"),
      JSON.stringify({ extends: "./tsconfig.json", include: [], files: all.map((path) => `./${path}`) }),
    );
    const { stdout } = run("typescript/bin/tsc", "-p", "tsconfig.new.json");
    expect(stdout.split("\n").filter((line) => all.some((path) => line.startsWith(path)))).toEqual([]);
    expect(stdout).not.toMatch(/error TS(?:18003|5\d{3}|6053)/);
  }, 120_000);

  it("lints, and is formatted as the rest is", () => {
    const { status, stderr } = run("@biomejs/biome/bin/biome", "ci", "--vcs-enabled=false", ...all);
    expect([status, stderr]).toEqual([0, ""]);
  }, 60_000);

  it("fails its tests, each saying what to do; the sweep takes the parts in", () => {
    const report = join(tree, "report.json");
    run(
      "vitest/vitest.mjs",
      "run",
      ...["--reporter=json", `--outputFile=${report}`, "-t", "sht45|xy-9000|reed-7|bus stop"],
      ...[
        "devices/chips/sht45",
        "devices/chips/xy-9000",
        "devices/chips/reed-7",
        "devices/furniture/bus-stop",
      ],
      "test/sweep/sweep.test.ts",
    );
    const { testResults } = JSON.parse(readFileSync(report, "utf8")) as {
      testResults: { name: string; assertionResults: Assertion[] }[];
    };
    const byName = new Map(
      testResults
        .flatMap(({ assertionResults }) => assertionResults)
        .map((one) => [one.fullName.replaceAll("'", ""), one]),
    );
    const verdicts = [...byName]
      .filter(([name]) => /^the (?!sweep)/.test(name))
      .map(([name, { status, failureMessages }]) => [
        name,
        status === "passed"
          ? "passed"
          : failureMessages[0]!
              .replace(/^AssertionError: /, "")
              .split(/[:,;\n]/)[0]!
              .trim(),
      ]);
    expect(Object.fromEntries(verdicts)).toEqual({
      "the sht45 knows what tells it from every other part": "look up in sht45 datasheet what tells the part",
      "the sht45 agrees with the datasheet, row by row":
        "copy at least three rows from sht45 datasheet into `rows` of devices/chips/sht45.test.ts",
      "the sht45 measures what is around its twin": "PortError",
      "the sht45 says so when it was reset": "PortError",
      "the sht45 says what it asks of its supply": "look up supply voltage and current in sht45 datasheet",
      "the xy-9000 knows how a frame begins": "look up in XY-9000 manual how a frame begins",
      "the xy-9000 agrees with the datasheet, row by row":
        "copy at least three rows from XY-9000 manual into `rows` of devices/chips/xy-9000.test.ts",
      "the xy-9000 takes no frame with a wrong bit for one":
        "the rows of the test before this one are what it tries",
      "the xy-9000 measures what is around its twin": "PortError",
      "the xy-9000 says what it asks of its supply": "look up supply voltage and current in XY-9000 manual",
      "the reed-7 agrees with the datasheet on both levels":
        "copy what the output is in either state from reed-7 datasheet into `rows` of devices/chips/reed-7.test.ts",
      "the reed-7 follows its twin": "passed",
      "the reed-7 says what it asks of its supply": "look up supply voltage and current in reed-7 datasheet",
      "the declaration of a bus stop names the parts that make it one":
        "write what it has beside the example into `roles` of devices/furniture/bus-stop.ts",
      "the declaration of a bus stop can be set": "write what differs from street to street into `settings`",
      "the declaration of a bus stop calls somebody when something is wrong":
        "write into `alarms` when somebody has to come",
    });
    for (const { id } of parts)
      expect(byName.get(`the sweep ${id} has a twin, and its files bear its name`)?.status).toBe("passed");
    expect(byName.get("sht45 measures temperature across its range")?.failureMessages[0]).toMatch(
      /wrong-device .*read Id/,
    );
  }, 120_000);
});

interface Assertion {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

describe("plinth new", () => {
  it.each([
    [
      "a part that is there",
      ["chip", "veml7700", "--address", "0x10"],
      /devices\/chips\/veml7700\.ts is there already/,
    ],
    [
      "a part whose twin's name is taken",
      ["chip", "gpio-twin", "--bus", "gpio"],
      /sim\/chips\/gpio-twin\.ts is there/,
    ],
    ["a kind that is there", ["kind", "streetlight"], /streetlight\.ts is there already/],
    [
      "capitals",
      ["chip", "SHT45", "--address", "0x44"],
      /"SHT45" is no name of a part\nExpected a part number/,
    ],
    ["a path", ["chip", "../sht45", "--address", "0x44"], /is no name of a part/],
    ["two hyphens", ["chip", "sht--45", "--address", "0x44"], /is no name of a part/],
    ["a word of the language", ["kind", "switch"], /"switch" is no name of a kind/],
    ["no address on I2C", ["chip", "sht46"], /has an address\nGive it: --address 0x44/],
    [
      "an address on a serial line",
      ["chip", "sht46", "--bus", "serial", "--address", "0x44"],
      /has no I2C address/,
    ],
    [
      "an address that is none",
      ["chip", "sht46", "--address", "0x80"],
      /Expected different addresses from 0x08 to 0x77/,
    ],
    ["a bus that is none", ["chip", "sht46", "--bus", "spi"], /Allowed choices are i2c, serial, gpio/],
    [
      "a title that ends its string",
      ["chip", "sht46", "--address", "0x44", "--title", 'a "part"'],
      /without quotes/,
    ],
    [
      "a maker that ends its comment",
      ["chip", "sht46", "--address", "0x44", "--maker", "a */ b"],
      /--maker is/,
    ],
  ])("refuses %s, and writes nothing", async (_what, args, words) => {
    const before = files();
    const { status, said } = await plinthNew(...args);
    expect([status, changed(before, files())]).toEqual([2, []]);
    expect(said).toMatch(words);
  });

  it("wants a tree that is one", async () => {
    const { status, said } = await plinthNew("kind", "kiosk", "--into", tmpdir());
    expect(status).toBe(2);
    expect(said).toMatch(/is not there/);
  });
});
