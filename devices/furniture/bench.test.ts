import type { TSchema } from "@sinclair/typebox";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { portMakes, portNames } from "./bench/ports.ts";
import { bench } from "./bench.ts";
import { factorySettings, sourcesOf } from "./vocabulary.ts";

const ajv = new Ajv({ strict: true, allErrors: true });
const fits = (schema: TSchema, value: unknown) => ajv.validate(schema, value);
const sources = sourcesOf(bench);

describe("the energy-meter bench", () => {
  it.each(Object.entries(bench.settings))(
    "has a factory value for %s that its own schema allows, and words for it",
    (_, { schema, title, help }) => {
      expect([fits(schema, schema.default), ajv.errorsText()]).toEqual([true, "No errors"]);
      expect(title).not.toBe("");
      expect(help).toMatch(/\.$/);
    },
  );

  it.each(Object.entries(bench.alarms))("tells whoever is sent for %s what to do", (_, alarm) => {
    expect(alarm.advice).toMatch(/^[A-Z].{15,}\.$/);
    expect(sources.has(alarm.source)).toBe(true);
  });

  it("has each of its factory parts at a place of its own that the part can have", () => {
    const places = Object.values(bench.roles).map(({ accepts, place }) => {
      const { connection } = accepts[0];
      expect(place.kind).toBe(connection.kind);
      if (connection.kind === "i2c" && place.kind === "i2c")
        expect(connection.addresses).toContain(place.address);
      return JSON.stringify(place);
    });
    expect(new Set(places).size).toBe(places.length);
  });

  it("meters every port soon enough to trip it: INA3221 twice a second or more, PZEM-004T each second", () => {
    const { portMeter, outletMeter } = bench.roles;
    expect(portMeter!.sampling!.faster!.every).toBeLessThanOrEqual(500);
    expect(outletMeter!.sampling!.faster!.every).toBeLessThanOrEqual(1_000);
  });

  it.each(portNames)("measures 150 %% of what %s is made for, and more", (name) => {
    const { current, power, ratedCurrentA, maxPowerW } = portMakes[name];
    const [role, channel] = current.split(".") as [string, string];
    const [, mostA] = bench.roles[role]!.accepts[0].channels[channel]!.range;
    expect(mostA).toBeGreaterThan(1.5 * ratedCurrentA);
    const [, watts] = bench.roles[role]!.accepts[0].channels[power.split(".")[1]!]!.range;
    expect(Math.min(watts, maxPowerW)).toBeGreaterThan(1.5 * ratedCurrentA * 12.8);
  });

  it.each(portNames)("leaves %s off in doubt, and holds its supply by the dead man's switch", (name) => {
    expect(bench.actuators[name]!.failSafe.value).toBe(0);
    expect(bench.deadMan!.guards).toContain(name);
  });

  it("leaves safety light and modem on in doubt, and the battery uncharged", () => {
    const { safetyLight, modem, chargePath } = bench.actuators;
    expect([safetyLight, modem, chargePath].map((one) => one!.failSafe.value)).toEqual([1, 1, 0]);
    // Normally closed contacts: nobody has to hold them.
    expect([safetyLight!.outputs(1), modem!.outputs(1)]).toEqual([{ lightOff: 0 }, { modemOff: 0 }]);
  });

  it("drives outputs that its switches have", () => {
    for (const { outputs, role } of Object.values(bench.actuators))
      for (const value of [0, 1])
        for (const [output, told] of Object.entries(outputs(value))) {
          expect(Object.keys(bench.roles[role]!.accepts[0].outputs!)).toContain(output);
          expect([0, 1]).toContain(told);
        }
  });

  it("has an alarm for each port and each cause, ember before all", () => {
    const names = Object.keys(bench.alarms);
    for (const name of portNames)
      for (const cause of ["OverCurrent", "OverTemperature", "MeterStale", "LoadSwitchFault"])
        expect(names).toContain(`${name}${cause}`);
    expect(bench.alarms.ember).toMatchObject({ severity: "critical", latched: true, for: 0 });
  });

  it("lets ports go first and the safety light last, as the factory ships it", () => {
    const { shedOrder, lastOrder, shedFrom, reserve, deepDischarge } = factorySettings(bench);
    expect([...(shedOrder as string[])].sort()).toEqual([...portNames].sort());
    expect(lastOrder).toEqual(["modem", "safetyLight"]);
    expect(Number(shedFrom)).toBeGreaterThan(Number(reserve));
    expect(Number(reserve)).toBeGreaterThan(Number(deepDischarge));
  });

  it("never lets a weight or a card's number leave", () => {
    const told = Object.values(bench.telemetry).map(({ source }) => source);
    for (const secret of ["seat.mass", "seat.zero", "cards.credential", "cards.card"]) {
      expect(sources.has(secret)).toBe(true);
      expect(told).not.toContain(secret);
    }
    expect(Object.keys(bench.shared)).toEqual([]);
  });
});
