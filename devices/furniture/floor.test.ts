import type { TSchema } from "@sinclair/typebox";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { hours, minutes } from "../duration.ts";
import { boards } from "../plan/boards.ts";
import { planOf } from "../plan/plan.ts";
import { isPlausible } from "../sample.ts";
import { aggregatePeriod, tilePeriod } from "./floor/telemetry.ts";
import { floor } from "./floor.ts";
import { type Furniture, sized, sourcesOf, toldActuators } from "./vocabulary.ts";

const ajv = new Ajv({ strict: true, allErrors: true });
const fits = (schema: TSchema, value: unknown) => ajv.validate(schema, value);
const sizes = [2, 3, 8, 16];

describe("the kinetic floor", () => {
  it.each(Object.entries(floor.settings))(
    "has a factory value for %s that its own schema allows, and words for it",
    (_, { schema, title, help, unit }) => {
      expect([fits(schema, schema.default), ajv.errorsText()]).toEqual([true, "No errors"]);
      expect(title).not.toBe("");
      expect(help).toMatch(/\.$/);
      expect(unit).toBeDefined();
    },
  );

  it.each(Object.entries(floor.alarms))(
    "tells whoever is sent for %s what to do, and looks where there is something to see",
    (_, alarm) => {
      expect(alarm.advice).toMatch(/^[A-Z].{15,}\.$/);
      expect(isPlausible(sourcesOf(floor).get(alarm.source)!, alarm.limit)).toBe(true);
    },
  );

  it.each(sizes)("of %i tiles has a stream, a counter and a place of its own for each", (tiles) => {
    const declaration = sized(floor, tiles);
    const roles = Object.entries(declaration.roles).filter(([, { stream }]) => stream !== undefined);
    expect(roles.map(([role]) => role)).toEqual(Array.from({ length: tiles }, (_, at) => `tile${at + 1}`));
    const places = Object.values(declaration.roles).map(({ place }) => JSON.stringify(place));
    expect(new Set(places).size).toBe(places.length);
    for (const [, { accepts, place }] of roles) {
      const { connection } = accepts[0];
      expect(
        connection.kind === "i2c" && place.kind === "i2c" && connection.addresses.includes(place.address),
      ).toBe(true);
      expect(place.kind === "i2c" && declaration.fastBuses!.includes(place.bus)).toBe(true);
    }
    const counters = Object.values(declaration.telemetry).filter(({ source }) =>
      /^footfall\.steps\d+$/.test(source),
    );
    expect(counters.length).toBe(tiles);
  });

  it.each(sizes)(
    "of %i tiles is wired to a Raspberry Pi 4 as it leaves the factory, with nothing in the way",
    (tiles) => {
      const declaration = sized(floor, tiles);
      const fitted = Object.entries(declaration.roles).map(([role, { accepts, place }]) => ({
        role,
        part: accepts[0],
        place,
      }));
      const { findings } = planOf(fitted, boards[0], declaration);
      expect(findings.filter(({ severity }) => severity !== "notice")).toEqual([]);
    },
  );

  it("is made once for each size", () => {
    const { of, ...size } = floor.size!;
    expect(of(5)).toBe(of(5));
    expect(of(8)).toBe(floor);
    expect(size).toMatchObject({ name: "tiles", min: 4, max: 16, preset: 8 });
  });

  it("dumps and goes dark when nobody decides", () => {
    const { dump, edge } = floor.actuators;
    expect([dump!.failSafe.value, edge!.failSafe.value]).toEqual([1, 0]);
    expect(dump!.outputs(1)).toEqual({ dumpOff: 0 });
    expect(dump!.outputs(0)).toEqual({ dumpOff: 1 });
  });

  it.each([0, 1, 37.5, 100])("lights its edge at %d %% with outputs that the part has", (percent) => {
    const { edge } = floor.actuators;
    const outputs = edge!.outputs(percent);
    const part = floor.roles.edge!.accepts[0];
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(part.outputs!).sort());
    for (const value of Object.values(outputs)) expect(value >= 0 && value <= 100).toBe(true);
  });
});

/** Sources that follow from the presence of people. */
const ofPeople = (declaration: Furniture) => (source: string) =>
  source.startsWith("footfall.") || declaration.roles[source.split(".")[0]!]?.stream !== undefined;

describe("what people do", () => {
  it.each(sizes)("leaves a unit of %i tiles only as sums and means over a quarter of an hour", (tiles) => {
    const declaration = sized(floor, tiles);
    expect(aggregatePeriod).toBeGreaterThanOrEqual(minutes(15));
    expect(tilePeriod).toBeGreaterThanOrEqual(hours(24));
    const told = Object.entries(declaration.telemetry).filter(([, { source }]) =>
      ofPeople(declaration)(source),
    );
    expect(told.length).toBeGreaterThan(tiles);
    for (const [name, { every, deadband, source }] of told) {
      const period = name.endsWith("OnTile") ? tilePeriod : aggregatePeriod;
      expect([name, every, deadband]).toEqual([name, period, undefined]);
      // Neither a single step nor what one weighs.
      expect(source).toMatch(/^footfall\./);
    }
    expect(Object.keys(declaration.events)).toEqual([]);
    expect(Object.keys(declaration.shared)).toEqual([]);
    // Of what it drives, only what does not follow from who walks there.
    const isOfPeople = ofPeople(declaration);
    for (const name of toldActuators(declaration)) {
      const { controller, permit } = declaration.actuators[name]!;
      expect([...controller.inputs, ...permit.inputs].filter(isOfPeople)).toEqual([]);
    }
  });

  it("is in the privacy line, field by field", () => {
    const sensed = floor.privacy.senses.flatMap(({ fields }) => fields);
    const told = Object.entries(floor.telemetry)
      .filter(([, { source }]) => ofPeople(floor)(source))
      .map(([name]) => name.replace(/\d+/g, ""));
    for (const name of told) expect(sensed).toContain(name);
  });
});
