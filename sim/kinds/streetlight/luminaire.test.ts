import { describe, expect, it } from "vitest";
import { pca9685 } from "#devices/chips/pca9685.ts";
import { Bench } from "#test/bench/bench.ts";
import { twin as pca9685Twin } from "../../chips/pca9685.ts";
import { fullPowerW, Luminaire, powerAt } from "./luminaire.ts";

const place = { kind: "i2c", bus: 1, address: 0x40 } as const;
const hourMs = 3_600_000;

async function rig(isPowered: () => boolean = () => true) {
  const bench = new Bench();
  const twin = bench.solder(pca9685Twin, place);
  const luminaire = new Luminaire(bench.loop, twin, isPowered);
  return { bench, twin, luminaire, driver: await bench.start(pca9685, place) };
}

describe("a luminaire", () => {
  it("takes 60 W at full level, 3 W and its LEDs' share below, 0.3 W when switched off", () => {
    expect(fullPowerW).toBe(60);
    expect([100, 50, 10, 1, 0].map(powerAt)).toEqual([60, 31.5, 8.7, 3.57, 0.3]);
  });

  it("burns at full level while nobody drives it", async () => {
    const bench = new Bench();
    const luminaire = new Luminaire(bench.loop, bench.solder(pca9685Twin, place), () => true);
    expect(luminaire.levelPercent).toBe(100);
    await bench.pass(hourMs);
    expect(luminaire.energyWh).toBeCloseTo(60, 9);
  });

  it("counts energy in closed form over levels", async () => {
    const { bench, luminaire, driver } = await rig();
    const settled = luminaire.energyWh;
    const startMs = bench.loop.now;
    await bench.outcome(driver.apply!({ level: 50, enable: 1 }));
    await bench.pass(startMs + hourMs - bench.loop.now);
    // 12 bits of PWM over 9 V of control range: level within 0.03 %.
    expect(luminaire.levelPercent).toBeCloseTo(50, 1);
    expect(luminaire.energyWh - settled).toBeCloseTo(31.5, 1);
    await bench.outcome(driver.apply!({ level: 0, enable: 0 }));
    const off = luminaire.energyWh;
    await bench.pass(10 * hourMs);
    expect(luminaire.levelPercent).toBe(0);
    expect(luminaire.energyWh - off).toBeCloseTo(3, 2);
  });

  it("is dark and takes nothing without mains, and forgets nothing of before", async () => {
    let isPowered = true;
    const { bench, luminaire } = await rig(() => isPowered);
    await bench.pass(hourMs);
    const before = luminaire.energyWh;
    isPowered = false;
    luminaire.update();
    expect([luminaire.levelPercent, luminaire.powerW]).toEqual([0, 0]);
    expect(luminaire.energyWh).toBe(before);
    await bench.pass(hourMs);
    isPowered = true;
    luminaire.update();
    expect(luminaire.energyWh).toBe(before);
    expect(luminaire.powerW).toBeGreaterThan(0);
  });

  it("counts the hours in which it burned, at whatever level", async () => {
    let isPowered = true;
    const { bench, luminaire, driver } = await rig(() => isPowered);
    const settled = luminaire.burningHours;
    await bench.outcome(driver.apply!({ level: 20, enable: 1 }));
    await bench.pass(2 * hourMs);
    await bench.outcome(driver.apply!({ level: 0, enable: 0 }));
    await bench.pass(3 * hourMs);
    await bench.outcome(driver.apply!({ level: 100, enable: 1 }));
    await bench.pass(hourMs);
    isPowered = false;
    luminaire.update();
    await bench.pass(hourMs);
    expect(luminaire.burningHours - settled).toBeCloseTo(3, 3);
  });

  it("tells of a change just before it, and only of changes", async () => {
    const { bench, luminaire, driver } = await rig();
    await bench.outcome(driver.apply!({ level: 80, enable: 1 }));
    const levels: number[] = [];
    luminaire.onChange(() => levels.push(Math.round(luminaire.levelPercent)));
    await bench.outcome(driver.apply!({ level: 80, enable: 1 }));
    expect(levels).toEqual([]);
    await bench.outcome(driver.apply!({ level: 20, enable: 1 }));
    expect(levels[0]).toBe(80);
    expect(Math.round(luminaire.levelPercent)).toBe(20);
  });
});
