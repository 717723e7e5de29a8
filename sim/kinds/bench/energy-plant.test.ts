import { describe, expect, it } from "vitest";
import { EventLoop } from "../../loop.ts";
import { createWorld } from "../../world/street.ts";
import { EnergyPlant, plant as make, type PlantLoad } from "./energy-plant.ts";

const noonMs = Date.parse("2026-06-21T13:30+02:00");
const hourMs = 3_600_000;

function rig(charge: number, load: Partial<PlantLoad> = {}, startMs = noonMs) {
  const loop = new EventLoop(startMs);
  const world = createWorld({
    seed: 1,
    location: { latitude: 45.07, longitude: 7.69, timeZone: "Europe/Rome" },
    startUnixMs: startMs,
    lengthM: 30,
    weather: {
      at: () => ({
        temperatureC: 20,
        relativeHumidityPercent: 50,
        pressurePa: 101_325,
        cloudCover: 0,
        windSpeedMps: 2,
        precipitationMmPerHour: 0,
      }),
    },
  });
  const protection: boolean[] = [];
  const all: PlantLoad = {
    directW: 0,
    outletW: 0,
    isLightOn: false,
    isModemOn: true,
    isChargePathClosed: true,
    ...load,
  };
  const plant = new EnergyPlant(
    loop,
    world,
    () => all,
    (isOn) => protection.push(isOn),
  );
  plant.battery.put(charge);
  plant.settle();
  const pass = async (hours: number, stepMs = 60_000) => {
    const endMs = loop.now + hours * hourMs;
    while (loop.now < endMs) {
      await loop.runUntil(loop.now + stepMs);
      plant.advance();
      plant.settle();
    }
  };
  return { plant, pass, protection, loop };
}

describe("the energy plant of a bench", () => {
  it("harvests of a clear June noon what two flat panels of 100 W give: 150 to 200 W", () => {
    const { plant } = rig(0.5);
    expect(plant.irradiance(noonMs)).toBeGreaterThan(850);
    expect(plant.irradiance(noonMs)).toBeLessThan(1_100);
    expect(plant.harvestW).toBeGreaterThan(140);
    expect(plant.harvestW).toBeLessThan(200);
  });

  it("takes no more than there is room for, and keeps the loads fed", () => {
    const { plant } = rig(1, { directW: 20 });
    expect(plant.harvestW).toBeCloseTo(20 + make.controllerW + make.inverterIdleW + make.modemW, 6);
    expect(plant.battery.amperes).toBeCloseTo(0, 6);
  });

  it("harvests nothing while the path to the battery is open, or the panel is covered", () => {
    expect(rig(0.5, { isChargePathClosed: false }).plant.harvestW).toBe(0);
    const { plant } = rig(0.5);
    plant.cover = 1;
    plant.settle();
    expect(plant.harvestW).toBe(0);
  });

  it("empties at night by what hangs on it, and is cut off before it is harmed", async () => {
    const midnightMs = Date.parse("2026-06-21T23:00+02:00");
    const { plant, pass, protection } = rig(0.05, { directW: 96.5 }, midnightMs);
    const before = plant.battery.charge;
    await pass(0.25);
    // 100 W at 12.3 to 12.8 V for a quarter of an hour are 2 Ah of 100.
    expect(before - plant.battery.charge).toBeGreaterThan(0.019);
    expect(before - plant.battery.charge).toBeLessThan(0.022);
    await pass(1);
    expect([plant.isOn, protection, plant.battery.charge > 0]).toEqual([false, [false], true]);
  });

  it("comes back when the sun has charged it a little", async () => {
    const { plant, pass, protection } = rig(0.005, { isChargePathClosed: false });
    expect(plant.isOn).toBe(false);
    await pass(0.5);
    expect([plant.isOn, protection]).toEqual([true, [false, true]]);
  });

  it("has a cabinet that follows the air with hours of delay", async () => {
    const { plant, pass } = rig(0.5);
    expect(plant.cabinetC).toBe(23);
    await pass(1);
    expect(plant.cabinetC).toBeCloseTo(23, 6);
  });
});
