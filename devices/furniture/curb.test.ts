import type { TSchema } from "@sinclair/typebox";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { freshMs } from "../estimators/curb/lock-clearance.ts";
import { policiesOf } from "../estimators/curb/policy.ts";
import { isPlausible } from "../sample.ts";
import { commandsOf } from "./commands.ts";
import { curb } from "./curb.ts";
import { type Furniture, factorySettings, sized, sourcesOf } from "./vocabulary.ts";

const ajv = new Ajv({ strict: true, allErrors: true });
const fits = (schema: TSchema, value: unknown) => ajv.validate(schema, value);
const sizes = Array.from({ length: 12 }, (_, index) => index + 1);
const whole = sized(curb, 12);
const sources = sourcesOf(whole);

describe("the dynamic curb", () => {
  it("comes with 1 to 12 spaces, each with what belongs to it", () => {
    expect([curb.size!.min, curb.size!.max, curb.size!.preset]).toEqual([1, 12, 4]);
    for (const spaces of sizes) {
      const { roles, actuators, telemetry } = sized(curb, spaces);
      const count = (named: Readonly<Record<string, unknown>>, pattern: RegExp) =>
        Object.keys(named).filter((name) => pattern.test(name)).length;
      expect([count(roles, /^magnetometer\d/), count(actuators, /^light\d/)]).toEqual([spaces, spaces]);
      expect(count(telemetry, /^occupied\d/)).toBe(spaces);
      expect("light2" in roles).toBe(spaces > 8);
      expect("multiplexer2" in roles).toBe(spaces > 8);
    }
  });

  it.each(Object.entries(whole.settings))(
    "has a factory value for %s that its own schema allows, and words for it",
    (_, { schema, title, help }) => {
      expect([fits(schema, schema.default), ajv.errorsText()]).toEqual([true, "No errors"]);
      expect(title).not.toBe("");
      expect(help).toMatch(/\.$/);
    },
  );

  it("reads its factory policies whole", () => {
    const { policy } = factorySettings(curb) as { policy: readonly unknown[] };
    expect(policiesOf({ policy })).toHaveLength(policy.length);
  });

  it.each(Object.entries(whole.alarms))("tells whoever is sent for %s what to do", (_, alarm) => {
    expect(alarm.advice).toMatch(/^[A-Z].{15,}\.$/);
    expect(isPlausible(sources.get(alarm.source)!, alarm.limit)).toBe(true);
  });

  it.each(sizes)("has a place of its own for each factory part of %d spaces", (spaces) => {
    const places = Object.values(sized(curb, spaces).roles).map(({ accepts, place }) => {
      const { connection } = accepts[0];
      expect(place.kind).toBe(connection.kind);
      if (connection.kind === "i2c" && place.kind === "i2c")
        expect(connection.addresses).toContain(place.address);
      return JSON.stringify(place);
    });
    expect(new Set(places).size).toBe(places.length);
  });

  it("has lidars at other spaces than the served one only where they are asked for", () => {
    const optional = Object.entries(whole.roles).filter(([, role]) => role.optional);
    expect(optional.map(([name]) => name)).toEqual([
      ...sizes.slice(1).map((space) => `lidar${space}`),
      "card",
    ]);
  });

  it("drives outputs that its parts have, within their range, for every value", () => {
    for (const { quantity, role, outputs } of Object.values(whole.actuators)) {
      const part = whole.roles[role]!.accepts[0];
      for (let value = quantity.min; value <= Math.min(quantity.max, 32); value++)
        for (const [name, level] of Object.entries(outputs(value))) {
          const [min, max] = part.outputs![name]!.range;
          expect(level >= min && level <= max).toBe(true);
        }
    }
  });

  it("lights each space by a module of its own", () => {
    const modules = sizes.map((space) => {
      const { role, outputs } = whole.actuators[`light${space}`]!;
      return `${role} ${Object.keys(outputs(1)).join(" ")}`;
    });
    expect(new Set(modules).size).toBe(12);
    expect(modules[8]).toBe("light2 red1 green1 blue1");
  });

  it("never drives both relays of its lock's motor", () => {
    const { outputs } = whole.actuators.lock!;
    for (const motion of [-1, -0.9, -0.2, 0, 0.3, 1, Number.NaN]) {
      const { raise, lower } = outputs(motion);
      expect(raise! + lower!).toBeLessThanOrEqual(1);
    }
    expect([outputs(1), outputs(-1), outputs(0)]).toEqual([
      { raise: 1, lower: 0 },
      { raise: 0, lower: 1 },
      { raise: 0, lower: 0 },
    ]);
  });

  it("fails dark, strict, still and without power", () => {
    const { lock, contactor, chargingCurrent, light1, sign } = whole.actuators;
    expect([lock, contactor, chargingCurrent, light1].map((one) => one!.failSafe.value)).toEqual([
      0, 0, 0, 0,
    ]);
    expect(sign!.failSafe.value).toBe(10);
    expect(whole.deadMan!.guards).toEqual(["lock", "contactor"]);
    // A MAX6369 that is strapped as ours waits for a second at least.
    expect(whole.deadMan!.every).toBeLessThan(500);
  });

  it("reads the sensors over its lock three times while one reading counts as fresh", () => {
    for (const role of ["magnetometer1", "lidar1", "motor"])
      expect(whole.roles[role]!.sampling!.faster!.every * 3).toBeLessThanOrEqual(freshMs);
  });

  it("takes command arguments that JSON can say, for the spaces that it has", () => {
    for (const { args, title, help } of Object.values(commandsOf(curb))) {
      for (const schema of Object.values(args)) expect(() => ajv.compile(schema)).not.toThrow();
      expect([title === "", help.endsWith(".")]).toEqual([false, true]);
    }
    const { space } = curb.commands.reserve!.args as Record<string, TSchema>;
    expect([0, 1, 4, 5, 1.5].map((value) => fits(space!, value))).toEqual([false, true, true, false, false]);
  });

  it("has cards as 12 hexadecimal digits and identifiers as UUIDs, and nothing else", () => {
    const { permits, curbZoneId } = curb.settings as Furniture["settings"];
    expect(fits(permits!.schema, ["00a1b2c3d4e5"])).toBe(true);
    for (const wrong of ["00A1B2C3D4E5", "00a1b2c3d4", "AB 123 CD"])
      expect(fits(permits!.schema, [wrong])).toBe(false);
    expect(fits(curbZoneId!.schema, ["02885f6f-ef93-441b-9e74-487279380656"])).toBe(true);
    expect(fits(curbZoneId!.schema, ["zone 5"])).toBe(false);
  });

  it("promises not to know anybody: no field that could be a plate or a vehicle's name leaves", () => {
    expect(curb.privacy.personalData).toBe("none");
    const fields = Object.keys(curb.events.curbEvent!.fields);
    for (const identifying of ["vehicle_id", "vehicle_license_plate", "vehicle_permit_number"])
      expect(fields).not.toContain(identifying);
    const told = Object.values(curb.telemetry).map(({ source }) => source);
    expect(told.filter((source) => source.startsWith("card."))).toEqual([]);
  });
});
