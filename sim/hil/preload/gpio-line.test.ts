import { constants } from "node:os";
import { beforeEach, describe, expect, it } from "vitest";
import { VirtualLine } from "../../ports/gpio.ts";
import { ExportedLine, lineAttributes, parsedNumber } from "./gpio-line.ts";

const { EINVAL, EIO, EPERM } = constants.errno;

/** Linux, Documentation/admin-guide/gpio/sysfs.rst and drivers/gpio/gpiolib-sysfs.c. */
describe("an exported line", () => {
  let wire: VirtualLine;
  let line: ExportedLine;
  let edges: number;

  beforeEach(() => {
    wire = new VirtualLine();
    edges = 0;
    line = new ExportedLine(wire, () => edges++);
  });

  const shown = () => lineAttributes.map((attribute) => line.show(attribute));

  it("begins as an input without interrupts", () => {
    expect(shown()).toEqual(["in\n", "0\n", "none\n", "0\n"]);
    wire.drive(1);
    expect([line.show("value"), edges]).toEqual(["1\n", 0]);
  });

  it.each([
    ["out", 0],
    ["low", 0],
    ["high", 1],
  ])("direction %s drives the voltage %d, whatever active_low", (direction, voltage) => {
    for (const activeLow of [0, 1]) {
      line.store("active_low", `${activeLow}`);
      line.store("direction", "in");
      expect(line.store("direction", `${direction}\n`)).toBe(0);
      expect([wire.level, line.show("value")]).toEqual([voltage, `${voltage ^ activeLow}\n`]);
    }
    expect(line.show("direction")).toBe("out\n");
  });

  it("writes and reads logical levels; any number but 0 is 1", () => {
    line.store("direction", "out");
    line.store("active_low", "1");
    for (const [text, voltage] of [
      ["1", 0],
      ["0\n", 1],
      ["0x10", 0],
      ["-1", 0],
    ] as const) {
      expect(line.store("value", text)).toBe(0);
      expect(wire.level).toBe(voltage);
    }
  });

  it("refuses what the kernel refuses", () => {
    expect(line.store("value", "1")).toBe(EPERM);
    expect(line.store("direction", "up")).toBe(EINVAL);
    expect(line.store("edge", "sideways")).toBe(EINVAL);
    expect(line.store("active_low", "yes")).toBe(EINVAL);
    line.store("edge", "both");
    expect(line.store("direction", "high")).toBe(EIO);
    line.store("edge", "none");
    line.store("direction", "out");
    expect(line.store("value", "")).toBe(EINVAL);
    expect(line.store("edge", "rising")).toBe(EIO);
    expect(shown()).toEqual(["out\n", "0\n", "none\n", "0\n"]);
  });

  it.each([
    ["none", 0, [0, 0]],
    ["rising", 0, [1, 0]],
    ["falling", 0, [0, 1]],
    ["both", 0, [1, 1]],
    ["rising", 1, [0, 1]],
    ["falling", 1, [1, 0]],
  ])(
    "edge %s with active_low %d interrupts at the rise and fall of the voltage: %o",
    (edge, activeLow, counts) => {
      line.store("active_low", `${activeLow}`);
      line.store("edge", edge);
      wire.drive(1);
      const rises = edges;
      wire.drive(1);
      wire.drive(0);
      expect([rises, edges - rises]).toEqual(counts);
    },
  );

  it("lets go of the wire when it is unexported, and hears no edge any more", () => {
    line.store("edge", "both");
    line.unexport();
    wire.drive(1);
    expect(edges).toBe(0);
    wire.drive(undefined);
    const output = new ExportedLine(wire, () => {});
    output.store("direction", "high");
    expect(wire.level).toBe(1);
    output.unexport();
    expect(wire.level).toBe(0);
  });
});

// Linux, lib/kstrtox.c: the base is told by the text, and one newline may end it.
it.each([
  ["17", 17],
  ["17\n", 17],
  ["+3", 3],
  ["-2", -2],
  ["0x1F", 31],
  ["010", 8],
  ["0", 0],
  ["", undefined],
  ["\n", undefined],
  ["17\n\n", undefined],
  [" 17", undefined],
  ["17 ", undefined],
  ["08", undefined],
  ["gpio17", undefined],
])("reads the number %j as the kernel does: %j", (text, number) => {
  expect(parsedNumber(text)).toBe(number);
});
