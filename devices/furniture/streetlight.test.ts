import type { TSchema } from "@sinclair/typebox";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { profilePoint } from "../estimators/dimming-profile.ts";
import { isPlausible } from "../sample.ts";
import { commandsOf } from "./commands.ts";
import { streetlight } from "./streetlight.ts";
import { sourcesOf } from "./vocabulary.ts";

const ajv = new Ajv({ strict: true, allErrors: true });
const fits = (schema: TSchema, value: unknown) => ajv.validate(schema, value);
const sources = sourcesOf(streetlight);

describe("the streetlight", () => {
  it.each(Object.entries(streetlight.settings))(
    "has a factory value for %s that its own schema allows, and words for it",
    (_, { schema, title, help }) => {
      expect([fits(schema, schema.default), ajv.errorsText()]).toEqual([true, "No errors"]);
      expect(title).not.toBe("");
      expect(help).toMatch(/\.$/);
    },
  );

  it.each(Object.entries(streetlight.alarms))(
    "tells whoever is sent for %s what to do, and looks where there is something to see",
    (_, alarm) => {
      expect(alarm.title).not.toBe("");
      expect(alarm.advice).toMatch(/^[A-Z].{15,}\.$/);
      const quantity = sources.get(alarm.source)!;
      expect(isPlausible(quantity, alarm.limit)).toBe(true);
      expect(alarm.hysteresis ?? 0).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(alarm.for)).toBe(true);
    },
  );

  it.each(Object.entries(streetlight.telemetry))(
    "reports %s from a source that exists, some time",
    (_, point) => {
      expect(sources.has(point.source)).toBe(true);
      expect(point.every !== undefined || point.deadband !== undefined).toBe(true);
      // Meter records outlive everything: only what counts up may be one.
      const counts = ["active energy", "burning time"].includes(sources.get(point.source)!.name);
      expect(point.recordClass === "meter").toBe(counts);
    },
  );

  it("has each of its factory parts at a place of its own that the part can have", () => {
    const places = Object.values(streetlight.roles).map(({ accepts, place }) => {
      const { connection } = accepts[0];
      expect(place.kind).toBe(connection.kind);
      if (connection.kind === "i2c" && place.kind === "i2c")
        expect(connection.addresses).toContain(place.address);
      return JSON.stringify(place);
    });
    expect(new Set(places).size).toBe(places.length);
  });

  it("drives outputs that its lamp has, within their range, at any level", () => {
    const { outputs, role } = streetlight.actuators.lamp!;
    const part = streetlight.roles[role]!.accepts[0];
    for (let level = 0; level <= 100; level += 0.5)
      for (const [name, value] of Object.entries(outputs(level))) {
        const [min, max] = part.outputs![name]!.range;
        expect(value >= min && value <= max).toBe(true);
      }
    expect([outputs(0).enable, outputs(0.1).enable, outputs(100)]).toEqual([0, 1, { level: 100, enable: 1 }]);
  });

  it("fails towards light", () => {
    expect(streetlight.actuators.lamp!.failSafe.value).toBe(100);
  });

  it("takes command arguments that JSON can say, in closed ranges", () => {
    for (const { args, title, help } of Object.values(commandsOf(streetlight))) {
      for (const schema of Object.values(args)) expect(() => ajv.compile(schema)).not.toThrow();
      expect([title === "", help.endsWith(".")]).toEqual([false, true]);
    }
    const { level, duration } = streetlight.commands.setLevel!.args as Record<string, TSchema>;
    expect([-1, 0, 100, 101].map((value) => fits(level!, value))).toEqual([false, true, true, false]);
    expect([0, 1, 86_400, 86_401].map((value) => fits(duration!, value))).toEqual([false, true, true, false]);
  });

  it("promises not to know anybody", () => {
    expect(streetlight.privacy.personalData).toBe("none");
    expect(streetlight.privacy.senses.length).toBeGreaterThan(0);
  });

  describe("in its profile", () => {
    const point = (from: string) => [{ from, level: 50 }];
    const { schema } = streetlight.settings.profile!;

    it.each(["00:00", "23:59", "09:30", "sunset", "sunrise", "sunset+00:30", "sunrise-12:59"])(
      "takes %s, and its controller reads it",
      (from) => {
        expect(fits(schema, point(from))).toBe(true);
        expect(profilePoint(from, 50)).toMatchObject({ from, level: 50 });
      },
    );

    it.each([
      "24:00",
      "7:30",
      "12:60",
      "noon",
      "sunset+13:00",
      "sunset+59:59",
      "sunset+0:30",
      "sunset 00:30",
      "",
      "22:00 ",
    ])("refuses %s", (from) => {
      expect(fits(schema, point(from))).toBe(false);
    });

    it("takes 1 to 24 points of 0 to 100 %, and nothing besides", () => {
      expect(fits(schema, [])).toBe(false);
      expect(fits(schema, Array(24).fill(point("22:00")[0]))).toBe(true);
      expect(fits(schema, Array(25).fill(point("22:00")[0]))).toBe(false);
      for (const level of [-0.1, 100.1, "50", null])
        expect(fits(schema, [{ from: "22:00", level }])).toBe(false);
      expect(fits(schema, [{ from: "22:00", level: 50, until: "23:00" }])).toBe(false);
    });
  });
});
