import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { globalLineNumber } from "./gpiochip.ts";

describe("the number of a GPIO line", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "plinth-gpio-"));
    for (const file of ["export", "unexport"]) writeFileSync(join(root, file), "");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const chip = (label: string, base: number, lines: number) => {
    const folder = join(root, `gpiochip${base}`);
    mkdirSync(folder);
    for (const [file, text] of Object.entries({ label, base, ngpio: lines }))
      writeFileSync(join(folder, file), `${text}\n`);
  };

  // raspberrypi/linux #6084: base 512 on kernel 6.6, 0 before; 54 lines of a BCM2835, 58 of a BCM2711.
  it.each([
    ["pinctrl-bcm2835", 0, 54, 17],
    ["pinctrl-bcm2711", 512, 58, 529],
    ["pinctrl-rp1", 569, 54, 586],
  ])("is the base of %s plus the offset", (label, base, lines, number) => {
    chip("raspberrypi-exp-gpio", 900, 8);
    chip(label, base, lines);
    expect(globalLineNumber({ chip: label, offset: 17 }, root)).toBe(number);
  });

  it("lists the chips when there is none of that label", () => {
    chip("pinctrl-bcm2711", 512, 58);
    chip("raspberrypi-exp-gpio", 570, 8);
    const open = () => globalLineNumber({ chip: "pinctrl-rp1", offset: 1 }, root);
    expect(open).toThrow(/bus on pinctrl-rp1:1.*pinctrl-bcm2711, raspberrypi-exp-gpio|exp-gpio, pinctrl/);
  });

  it("gives the range of a chip's lines", () => {
    chip("pinctrl-bcm2711", 512, 58);
    for (const offset of [58, -1, 1.5])
      expect(() => globalLineNumber({ chip: "pinctrl-bcm2711", offset }, root)).toThrow(/lines 0 to 57/);
  });

  it("does not choose between two chips of one label", () => {
    chip("mcp2221_gpio", 512, 4);
    chip("mcp2221_gpio", 516, 4);
    expect(() => globalLineNumber({ chip: "mcp2221_gpio", offset: 0 }, root)).toThrow(/two GPIO chips/);
  });

  it("names the kernel option when there is no GPIO tree", () => {
    const open = () => globalLineNumber({ chip: "pinctrl-bcm2711", offset: 0 }, join(root, "missing"));
    expect(open).toThrow(/CONFIG_GPIO_SYSFS/);
  });
});
