import { describe, expect, it } from "vitest";
import { ChargingDevice, devices } from "./device.ts";

const hourMs = 3_600_000;
/** 10 Wh at 10 W without loss: 80 % after 0.8 h, then 100 % − 20 % · e^(−t / 0.2 h). */
const make = { name: "phone", capacityWh: 10, chargeW: 10, efficiency: 1 } as const;

describe("a device that charges", () => {
  it("takes constant power up to 80 %, then less and less, by the closed form", () => {
    const device = new ChargingDevice(make, 0, 0);
    device.supply(true, 0);
    expect([device.powerAt(0), device.chargeAt(0.4 * hourMs), device.powerAt(0.79 * hourMs)]).toEqual([
      10, 0.4, 10,
    ]);
    expect(device.chargeAt(1 * hourMs)).toBeCloseTo(1 - 0.2 * Math.exp(-1), 9);
    expect(device.powerAt(1 * hourMs)).toBeCloseTo(10 * Math.exp(-1), 9);
  });

  it("puts into its battery what it takes, by numeric integration", () => {
    const device = new ChargingDevice(devices.phone, 0.3, 0);
    device.supply(true, 0);
    let wh = 0;
    for (let atMs = 0; atMs < hourMs; atMs += 1_000) wh += device.powerAt(atMs + 500) / 3_600;
    const stored = (device.chargeAt(hourMs) - 0.3) * devices.phone.capacityWh;
    expect(wh * devices.phone.efficiency).toBeCloseTo(stored, 3);
  });

  it("ends at a twentieth of its power, and says when", () => {
    const device = new ChargingDevice(make, 0.8, 0);
    device.supply(true, 0);
    // ln(20) · 0.2 h
    expect(device.fullAtMs! / hourMs).toBeCloseTo(0.599, 3);
    expect(device.powerAt(device.fullAtMs! - 1)).toBeCloseTo(0.5, 3);
    expect(device.powerAt(device.fullAtMs!)).toBe(0.1);
  });

  it("takes nothing from a dead port, and goes on where it was", () => {
    const device = new ChargingDevice(make, 0, 0);
    expect(device.powerAt(hourMs)).toBe(0);
    device.supply(true, hourMs);
    device.supply(false, 1.5 * hourMs);
    expect([device.chargeAt(9 * hourMs), device.fullAtMs]).toEqual([0.5, undefined]);
    device.supply(true, 9 * hourMs);
    expect(device.chargeAt(9.1 * hourMs)).toBeCloseTo(0.6, 9);
  });
});
