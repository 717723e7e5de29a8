import type { Connection } from "#devices/part.ts";
import { gpioChip } from "./chip-gpio.ts";
import { i2cChip } from "./chip-i2c.ts";
import { serialChip } from "./chip-serial.ts";
import type { ChipTexts, NewChip } from "./chip-words.ts";
import type { Skeleton } from "./written.ts";

const templates: Readonly<Record<Connection["kind"], (chip: NewChip) => ChipTexts>> = {
  i2c: i2cChip,
  serial: serialChip,
  gpio: gpioChip,
};

/** The files of a new part on a port of that kind. */
export function chipSkeletons(bus: Connection["kind"], chip: NewChip): readonly Skeleton[] {
  const { driver, test, twin } = templates[bus](chip);
  const { id } = chip.name;
  return [
    { path: `devices/chips/${id}.ts`, text: driver },
    { path: `devices/chips/${id}.test.ts`, text: test },
    { path: `sim/chips/${id}.ts`, text: twin },
  ];
}
