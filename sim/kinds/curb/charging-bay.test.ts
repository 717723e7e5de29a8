import { describe, expect, it } from "vitest";
import { EventLoop } from "../../loop.ts";
import { random } from "../../world/random.ts";
import { makeVehicle } from "../../world/vehicles.ts";
import { ChargingBay } from "./charging-bay.ts";
import type { Stay } from "./parking.ts";

const hourMs = 3_600_000;

function rig(wantsWh: number) {
  const loop = new EventLoop(0);
  const supply = { amperes: 16, isLive: true };
  let asked = 0;
  const bay = new ChargingBay(
    loop,
    { offeredA: () => supply.amperes, isLive: () => supply.isLive, volts: () => 230 },
    () => asked++,
  );
  const stay: Stay = {
    vehicle: makeVehicle(1, "car", random(1, "car")),
    ...{ stopMs: 0, goMs: 3 * hourMs, inMs: 9_000, outMs: 4_000, offsetM: 0, yM: 1.1, wantsWh },
  };
  bay.arrive(stay);
  return { loop, bay, supply, asked: () => asked };
}

describe("a charging bay", () => {
  it("charges a car that is plugged in, at 16 A and 230 V, until it has what it wants", async () => {
    const { loop, bay } = rig(2_000);
    expect(bay.vehicleState).toBe(1);
    await loop.runUntil(60_000);
    expect([bay.vehicleState, Math.round(bay.powerW)]).toEqual([3, Math.round(16 * 230 * 0.99)]);
    await loop.runUntil(2.5 * hourMs);
    expect(bay.vehicleState).toBe(2);
    expect(bay.powerW).toBe(0);
    expect(bay.energyWh).toBeGreaterThan(1_999);
    expect(bay.energyWh).toBeLessThan(2_010);
    await loop.runUntil(3 * hourMs);
    expect([bay.vehicleState, bay.sessions]).toEqual([1, 1]);
  });

  it("takes what is offered, and nothing from an open contactor; whoever meters is asked before", async () => {
    const { loop, bay, supply, asked } = rig(20_000);
    await loop.runUntil(60_000);
    supply.amperes = 6;
    const before = asked();
    bay.update();
    expect(bay.powerW).toBeCloseTo(6 * 230 * 0.99, 6);
    expect(asked()).toBe(before + 1);
    supply.isLive = false;
    bay.update();
    expect(bay.powerW).toBe(0);
    const { energyWh } = bay;
    await loop.runUntil(hourMs);
    expect(bay.energyWh).toBe(energyWh);
  });

  it("counts the time for which an inlet is live with nobody connected", async () => {
    const { loop, bay } = rig(20_000);
    // Live from the start, and the car is plugged in after 45 s.
    await loop.runUntil(60_000);
    expect(bay.wrongSeconds).toBeGreaterThan(30);
    expect(bay.wrongSeconds).toBeLessThanOrEqual(50);
  });
});
