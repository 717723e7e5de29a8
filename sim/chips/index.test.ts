import { expect, it } from "vitest";
import { pca9685 } from "#devices/chips/pca9685.ts";
import { veml7700 } from "#devices/chips/veml7700.ts";
import { twinsOf } from "./index.ts";

it("finds the twin of each part, once, by its id", async () => {
  const twins = await twinsOf([pca9685, veml7700, pca9685]);
  expect([...twins].map(([id, twin]) => [id, twin.part])).toEqual([
    ["pca9685", pca9685],
    ["veml7700", veml7700],
  ]);
});

it("tells which file a part without a twin lacks", async () => {
  await expect(twinsOf([{ ...pca9685, id: "nose42" }])).rejects.toThrow(
    "nose42 has no twin: it would be sim/chips/nose42.ts",
  );
});
