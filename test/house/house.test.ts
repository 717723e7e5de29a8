import { describe, expect, it } from "vitest";
import { exemptions, repeatable, unused } from "./calls.ts";
import { behindPorts, byName, oneWay, pure, shaken, shipped } from "./imports.ts";
import { codeOf, folderOf, folders, type Source, sources } from "./sources.ts";
import { finished, named, running, short } from "./text.ts";

/** A rule answers with what is wrong in a file. Each has samples that it must catch, and one that it must let pass. */
interface Rule {
  readonly name: string;
  readonly check: (source: Source) => string[];
  readonly bad: readonly Source[];
  readonly good: Source;
}

const file = (path: string, text: string): Source => ({ path, text });

const rules: readonly Rule[] = [
  {
    name: "imports point one way",
    check: oneWay,
    bad: [
      file("devices/a.ts", 'import { x } from "#firmware/x.ts";'),
      file("devices/a.ts", 'import type { X } from "../sim/x.ts";'),
      file("firmware/a.ts", 'import {\n  x,\n  y,\n} from "#sim/x.ts";'),
      file("firmware/a.ts", 'const x = await import("#test/x.ts");'),
      file("firmware/a.ts", 'import "#scripts/x.ts";'),
      file("flows/a.ts", 'export * from "#firmware/x.ts";'),
      file("sim/a.ts", 'export { x } from "#flows/x.ts";'),
    ],
    good: file("sim/a.ts", 'import { x } from "#firmware/x.ts";\nimport { y } from "#devices/y.ts";'),
  },
  {
    name: "imports across folders go by name",
    check: byName,
    bad: [file("sim/ports/a.ts", 'import { x } from "../../devices/x.ts";')],
    good: file("sim/ports/a.ts", 'import { x } from "../x.ts";\nimport { y } from "#devices/y.ts";'),
  },
  {
    name: "only adapters know hardware and network libraries",
    check: behindPorts,
    bad: [
      file("firmware/unit.ts", 'import { Gpio } from "onoff";'),
      file("sim/a.ts", 'import type { IClientOptions } from "mqtt";'),
      file("devices/meters/a.ts", 'import ModbusRTU from "modbus-serial";'),
      file("scripts/a.ts", 'const i2c = require("i2c-bus");'),
    ],
    good: file("firmware/ports/gpio.ts", 'import { Gpio } from "onoff";'),
  },
  {
    name: "devices is pure",
    check: pure,
    bad: [
      file("devices/a.ts", 'import { join } from "node:path";'),
      file("devices/a.ts", 'import fs from "fs/promises";'),
    ],
    good: file("firmware/a.ts", 'import { join } from "node:path";'),
  },
  {
    name: "a board gets dependencies only",
    check: shipped,
    bad: [
      file("firmware/a.ts", 'import { Aedes } from "aedes";'),
      file("devices/a.ts", 'import { Observer } from "astronomy-engine";'),
    ],
    good: file("devices/a.ts", 'import * as Type from "@sinclair/typebox";'),
  },
  {
    name: "a board gets of typebox what it uses",
    check: shaken,
    bad: [file("devices/a.ts", 'import { type TSchema, Type } from "@sinclair/typebox";')],
    good: file("devices/a.ts", 'import * as Type from "@sinclair/typebox";'),
  },
  {
    name: "time and chance can be repeated",
    check: repeatable,
    bad: [
      file("firmware/a.ts", "setTimeout(() => {}, 5);"),
      file("firmware/a.ts", "const tick = setInterval(run, 5);"),
      file("sim/a.ts", "const at = Date.now();"),
      file("sim/a.ts", "const at = new Date();"),
      file("devices/a.ts", "const at = performance.now();"),
      file("scripts/a.ts", "process.exit(1);"),
      file("sim/a.test.ts", "const value = Math.random();"),
    ],
    good: file("sim/a.ts", '/** Not setTimeout. */\nconst name = "Date.now"; // Math.random\nnew Date(5);'),
  },
  {
    name: "files fit a sitting",
    check: short,
    bad: [file("sim/a.ts", "x;\n".repeat(501))],
    good: file("sim/a.ts", "x;\n".repeat(500)),
  },
  {
    name: "no check is turned off and nothing put off",
    check: finished,
    bad: [
      file("sim/a.ts", "// @ts-expect-error wrong\nx();"),
      file("sim/a.ts", "// biome-ignore lint: why"),
      file("sim/a.ts", "// TODO later"),
    ],
    good: file("sim/a.ts", "const todo = [];"),
  },
  {
    name: "every test runs",
    check: running,
    bad: [
      file("sim/a.test.ts", 'it.skip("x", () => {});'),
      file("sim/a.test.ts", 'describe.only("x", () => {});'),
      file("sim/a.test.ts", 'it.concurrent.todo("x");'),
    ],
    good: file("sim/a.test.ts", 'it.skipIf(board === undefined)("x", () => {});'),
  },
  {
    name: "names say what a file holds",
    check: named,
    bad: [
      file("sim/utils.ts", ""),
      file("sim/common/a.ts", ""),
      file("sim/device-manager.ts", ""),
      file("sim/test-helper.ts", ""),
    ],
    good: file("sim/library.ts", ""),
  },
];

const all = sources();

it("reads the source of every top-level folder", () => {
  expect(all.length).toBeGreaterThan(50);
  expect(new Set(all.map(({ path }) => folderOf(path)))).toEqual(new Set(present()));
});

/** flows/ has TypeScript from the first node on. */
const present = () =>
  folders.filter((folder) => folder !== "flows" || all.some(({ path }) => path.startsWith("flows/")));

describe.each(rules)("$name", ({ check, bad, good }) => {
  it.each(bad.map((source) => [source.path, JSON.stringify(source.text).slice(0, 60), source]))(
    "catches %s: %s",
    (_path, _text, source) => {
      expect(check(source as Source)).not.toEqual([]);
    },
  );

  it("lets a good one pass", () => {
    expect(check(good)).toEqual([]);
  });

  it("holds everywhere", () => {
    const violations = all.flatMap((source) => check(source).map((what) => `${source.path}: ${what}`));
    expect(violations).toEqual([]);
  });
});

it("exempts only what needs it, each with a reason", () => {
  expect(unused(all)).toEqual([]);
  expect(exemptions.filter(({ reason }) => reason === "")).toEqual([]);
  expect(unused([])).toHaveLength(exemptions.length);
});

it("sees code without comments and strings", () => {
  expect(codeOf('a; // b\n/* c\n d */ e("f // g"); h')).toBe('a; \n\n e(""); h');
});
