import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PortError } from "#devices/ports/error.ts";
import { type LineAddress, lineName } from "#devices/ports/gpio.ts";

interface Chip {
  readonly label: string;
  readonly base: number;
  readonly lines: number;
}

/**
 * The number under which the kernel's GPIO sysfs tree knows a line: the base of the chip with that label, plus
 * the offset (Linux, Documentation/admin-guide/gpio/sysfs.rst). Bases differ between kernels: 512 and up
 * since 6.6 (raspberrypi/linux #6084).
 *
 * @param root of the tree, usually `/sys/class/gpio`.
 * @throws PortError `bus` without the tree, without such a chip or line, and when two chips bear the label.
 */
export function globalLineNumber(line: LineAddress, root: string): number {
  const fail = (detail: string, cause?: unknown) =>
    new PortError("bus", { port: lineName(line), operation: "open", detail, cause });
  const all = chips(root, fail);
  const [chip, twin] = all.filter(({ label }) => label === line.chip);
  if (!chip) throw fail(`no GPIO chip is labelled so: there is ${labels(all)}`);
  if (twin)
    throw fail(`two GPIO chips are labelled so, at ${chip.base} and ${twin.base}: which one is unsure`);
  if (!Number.isInteger(line.offset) || line.offset < 0 || line.offset >= chip.lines)
    throw fail(`${chip.label} has lines 0 to ${chip.lines - 1}`);
  return chip.base + line.offset;
}

function chips(root: string, fail: (detail: string, cause?: unknown) => PortError): Chip[] {
  try {
    return readdirSync(root)
      .filter((name) => name.startsWith("gpiochip"))
      .map((name) => {
        const attribute = (file: string) => readFileSync(join(root, name, file), "utf8").trim();
        return {
          label: attribute("label"),
          base: Number(attribute("base")),
          lines: Number(attribute("ngpio")),
        };
      });
  } catch (cause) {
    throw fail(
      `cannot read ${root}: has the kernel CONFIG_GPIO_SYSFS, and is this a board with GPIO?`,
      cause,
    );
  }
}

const labels = (all: readonly Chip[]) => all.map(({ label }) => label).join(", ") || "none";
