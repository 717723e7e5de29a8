import { beforeAll, describe, expect, it } from "vitest";
import type { Street } from "../street/street.ts";
import { faultContext, faultRefusals } from "./fault-list.ts";
import { faultMenu, faultOf } from "./fault-menu.ts";
import { begin, end } from "./faults.ts";
import { layOut } from "./lay-out.ts";
import { readScenario, type Scenario } from "./scenario.ts";

const text = `
scenario: all-kinds
title: One of each kind
seed: 1
start: 2025-11-22 17:00
duration: 1 h
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
street:
  furniture:
    - { kind: streetlight, units: 1, spacing: 30 }
    - { kind: bench, at: [10] }
    - { kind: floor, at: [20], size: 4 }
    - { kind: curb, at: [50], size: 2 }
`;

let scenario: Scenario;
let street: Street;
beforeAll(async () => {
  scenario = await readScenario(text, "all-kinds.yaml");
  street = await layOut(scenario, 1, { version: "0.0.0", outages: [] });
});

describe("the fault menu", () => {
  it("has for every part of every unit that it can be unplugged, stick and brown out", () => {
    const menu = faultMenu(street);
    let parts = 0;
    for (const { id, twins } of street.units)
      for (const role of twins.keys()) {
        parts += 1;
        for (const verb of ["unplug", "stick", "brown-out"])
          expect(menu.has(`${id} ${role} ${verb}`)).toBe(true);
      }
    expect(parts).toBeGreaterThan(20);
  });

  it("has what only some parts can do for these alone", () => {
    const ids = [...faultMenu(street).keys()];
    // The VEML7700 is on I2C and has no checksum (Vishay 84286); the HC-SR501 is one wire.
    expect(ids).toContain("lamp-01 light hold-bus");
    expect(ids).not.toContain("lamp-01 light short");
    expect(ids).toContain("lamp-01 motion short");
    expect(ids).not.toContain("lamp-01 motion hold-bus");
    expect(ids).toContain("lamp-01 clock lose-battery");
    expect(ids).not.toContain("lamp-01 light lose-battery");
  });

  it("has the verbs of each kind at its units, and those of the street once", () => {
    const menu = faultMenu(street);
    for (const { id, model } of street.units)
      for (const [verb, { title, lasts }] of Object.entries(model.verbs ?? {}))
        expect(menu.get(`${id} ${verb}`)).toMatchObject({ title, lasts });
    const ofStreet = [...menu.values()].filter(({ what }) => what.unit === undefined);
    expect(ofStreet.map(({ id }) => id).sort()).toEqual([
      "broker-away",
      "broker-stall",
      "drop-puback",
      "mains-outage",
    ]);
  });

  it("says of an amount its unit and its range", () => {
    const menu = faultMenu(street);
    // The BME280 measures -40 to 85 °C (Bosch BST-BME280-DS001, 1): 125 K wide.
    expect(menu.get("lamp-01 climate temperature drift")!.amount).toMatchObject({
      unit: "°C",
      min: -125,
      max: 125,
    });
    expect(menu.get("drop-puback")!.amount).toMatchObject({ min: 1, isWhole: true });
    expect(menu.get("lamp-01 light unplug")!.amount).toBeUndefined();
  });

  it("holds nothing that a scenario could not say", async () => {
    const { startUnixMs: startMs, location } = scenario;
    const times = { timeZone: location.timeZone, startMs, endMs: startMs + 3_600_000 };
    const context = await faultContext(scenario.units, times);
    for (const choice of faultMenu(street).values()) {
      const { verb, atMs: _, forMs: __, ...fields } = faultOf(choice, 0);
      const said = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
      expect(faultRefusals({ at: "17:05", fault: verb, ...said }, choice.id, context)).toEqual([]);
    }
  });

  it("begins and ends whatever it holds", () => {
    for (const choice of faultMenu(street).values()) {
      const fault = faultOf(choice, street.loop.now);
      begin(fault, street);
      end(fault, street);
    }
    for (const { id, twins } of street.units)
      for (const [role, twin] of twins)
        for (const channel of Object.keys(twin.part.channels))
          expect(Number.isFinite(twin.sensed(channel)), `${id} ${role} ${channel}`).toBe(true);
  });
});
