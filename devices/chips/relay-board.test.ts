import { beforeEach, describe, expect, it } from "vitest";
import { twin as relayBoardTwin } from "#sim/chips/relay-board.ts";
import type { Twin } from "#sim/chips/twin.ts";
import { Bench } from "#test/bench/bench.ts";
import type { Driver } from "../part.ts";
import { relayBoard, relayWiring } from "./relay-board.ts";

const place = { kind: "i2c", bus: 1, address: 0x20 } as const;
const coils = Object.keys(relayWiring.outputs);

describe("the relay board of a kerb", () => {
  let bench: Bench;
  let twin: Twin;
  let driver: Driver;

  beforeEach(async () => {
    bench = new Bench();
    twin = bench.solder(relayBoardTwin, place);
    driver = await bench.start(relayBoard, place);
  });

  const on = () => coils.filter((coil) => twin.output!(coil) === 1);

  it("begins with all coils off, and drives each by itself", async () => {
    expect(on()).toEqual([]);
    for (const coil of coils) {
      await bench.outcome(driver.apply!({ [coil]: 1 }));
      expect(on()).toEqual([coil]);
      await bench.outcome(driver.apply!({ [coil]: 0 }));
    }
  });

  it("switches raise and lower in one write, so that they are never both on", async () => {
    await bench.outcome(driver.apply!({ raise: 1, lower: 0 }));
    const seen: string[][] = [];
    twin.onOutput!(() => seen.push(on()));
    await bench.outcome(driver.apply!({ raise: 0, lower: 1 }));
    expect(on()).toEqual(["lower"]);
    expect(seen.some((coilsOn) => coilsOn.length > 1)).toBe(false);
  });

  it("drops all coils in a brown-out, and says so", async () => {
    await bench.outcome(driver.apply!({ contactor: 1 }));
    twin.brownOut();
    expect(on()).toEqual([]);
    await expect(bench.outcome(driver.sample())).rejects.toMatchObject({ kind: "not-ready" });
  });
});
