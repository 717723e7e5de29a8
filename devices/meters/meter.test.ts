import { describe, expect, it } from "vitest";
import { twin as evseTwin } from "#sim/chips/evse-din.ts";
import { twin as pzemTwin } from "#sim/chips/pzem004t.ts";
import { twin as sdm230Twin } from "#sim/chips/sdm230.ts";
import { twin as sdm630Twin } from "#sim/chips/sdm630.ts";
import { Bench } from "#test/bench/bench.ts";
import { evseDin } from "../chips/evse-din.ts";
import { pzem004t } from "../chips/pzem004t.ts";
import { sdm230 } from "../chips/sdm230.ts";
import { sdm630 } from "../chips/sdm630.ts";

/** One pair of wires, as in a curb: each part was given an address and the speed of the others. */
const path = "/dev/ttyUSB0";
const at = (unit: number) => ({ kind: "serial", path, unit, baudRate: 9_600 }) as const;

async function setUp() {
  const bench = new Bench();
  const twins = {
    single: bench.solder(sdm230Twin, at(1)),
    three: bench.solder(sdm630Twin, at(2)),
    outlet: bench.solder(pzemTwin, at(3)),
    charger: bench.solder(evseTwin, at(4)),
  };
  twins.single.set("voltage", 229);
  twins.three.set("voltage1", 231);
  twins.outlet.set("voltage", 232);
  twins.charger.set("vehicleState", 2);
  const drivers = {
    single: await bench.start(sdm230, at(1)),
    three: await bench.start(sdm630, at(2)),
    outlet: await bench.start(pzem004t, at(3)),
    charger: await bench.start(evseDin, at(4)),
  };
  const sample = () =>
    bench.outcome(
      Promise.all(
        [drivers.single, drivers.three, drivers.outlet, drivers.charger].map(async (driver) => {
          const reading: Readonly<Record<string, number>> = await driver.sample();
          return reading.voltage ?? reading.voltage1 ?? reading.vehicleState;
        }),
      ),
    );
  return { bench, twins, drivers, sample };
}

describe("several on one line", () => {
  it("are each read as if they were alone, all at once", async () => {
    const { drivers, bench, twins, sample } = await setUp();
    expect(await sample()).toEqual([229, 231, 232, 2]);
    const [readings] = await bench.outcome(Promise.all([sample(), drivers.charger.apply!({ current: 16 })]));
    expect(readings).toEqual([229, 231, 232, 2]);
    expect(twins.charger.output("current")).toBe(16);
  });

  it.each(["unplug", "silence", "garbage"] as const)("do not mind one that has %s", async (fault) => {
    const { bench, twins, drivers, sample } = await setUp();
    twins.three[fault]();
    expect((await bench.refusal(drivers.three.sample())).address).toBe(2);
    const others = [drivers.single, drivers.outlet].map((driver) => driver.sample());
    expect((await bench.outcome(Promise.all(others))).map(({ voltage }) => voltage)).toEqual([229, 232]);
    twins.three.mend();
    expect(await sample()).toEqual([229, 231, 232, 2]);
  });

  it("spoil each other's answers when two have one address", async () => {
    const { bench, drivers } = await setUp();
    bench.solder(sdm230Twin, at(1));
    expect(await bench.refusal(drivers.single.sample())).toMatchObject({ kind: "checksum", address: 1 });
    expect((await bench.outcome(drivers.outlet.sample())).voltage).toBe(232);
  });

  it("miss one that is at another speed, and it alone", async () => {
    const { bench, sample } = await setUp();
    bench.solder(sdm230Twin, { kind: "serial", path, unit: 9 });
    const lost = await bench.open(sdm230, at(9));
    expect(await bench.refusal(lost.probe())).toMatchObject({ kind: "timeout", address: 9 });
    expect(await sample()).toEqual([229, 231, 232, 2]);
  });
});
