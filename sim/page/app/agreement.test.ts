import { expect, it } from "vitest";
import * as quantities from "#devices/quantities.ts";
import { differs } from "./agreement.ts";

const { temperature, illuminance, truth, count, voltage, level } = quantities;
const of = ({ unit, decimals }: quantities.Quantity, value?: number) =>
  value === undefined ? { unit, decimals } : { value, unit, decimals };

it.each([
  ["a freezing night told as warm", of(temperature, 1.5), 0, true],
  ["a tenth of a degree at 0 °C", of(temperature, 0.1), 0, false],
  ["starlight under a lamp's stray light", of(illuminance, 0.4), 0.001, false],
  ["dusk told as noon", of(illuminance, 20_000), 12, true],
  ["a photocell with a fifth too much", of(illuminance, 1_200), 1_000, false],
  ["somebody who is not there", of(truth, 1), false, true],
  ["nobody, though somebody is there", of(truth, 0), true, true],
  ["somebody who is there", of(truth, 1), true, false],
  ["six of five", of(count, 6), 5, true],
  ["1001 of 1000", of(count, 1_001), 1_000, false],
  ["a supply that sags", of(voltage, 4.6), 5.08, true],
  ["mains within their bounds", of(voltage, 236), 230, false],
  ["a lamp that burns though it should not", of(level, 0), 100, true],
  ["nothing measured", of(temperature), 20, false],
] as const)("%s", (_, measured, actual, expected) => {
  expect(differs(measured, actual)).toBe(expected);
});
