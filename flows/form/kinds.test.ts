import { describe, expect, it } from "vitest";
import { commandsOf } from "../../devices/furniture/commands.ts";
import * as catalogue from "../../devices/furniture/index.ts";
import { sourcesOf } from "../../devices/furniture/vocabulary.ts";
import { refusals } from "../node/schema.ts";
import { type TellingType, tellingOf } from "../node/vocabulary.ts";
import { kindOf } from "./kinds.ts";

describe.each(Object.values(catalogue))("what is known of a $kind", (declaration) => {
  const kind = kindOf(declaration);
  const sizes = declaration.size
    ? [declaration.size.min, declaration.size.max].map((size) => declaration.size!.of(size))
    : [declaration];

  it.each(sizes.map((sized) => [Object.keys(sized.roles).length, sized] as const))(
    "covers all that a unit of %d roles tells, with title and unit of measure",
    (_roles, sized) => {
      const sources = sourcesOf(sized);
      const told: readonly (readonly [TellingType, Readonly<Record<string, { title: string }>>])[] = [
        ["measurement", sized.telemetry],
        ["event", sized.events],
        ["alarm", sized.alarms],
        ["actuator", sized.actuators],
      ];
      for (const [type, declared] of told)
        for (const [name, { title }] of Object.entries(declared)) {
          const telling = tellingOf(kind, type, name);
          expect(telling?.title.replace("#", name.replace(/\D/g, ""))).toBe(title);
        }
      for (const [name, { source }] of Object.entries(sized.telemetry)) {
        const { unit, name: quantity } = sources.get(source)!;
        expect(tellingOf(kind, "measurement", name)).toMatchObject({ unit, quantity });
      }
    },
  );

  it("knows each command with its arguments, and the unit of measure of each number", () => {
    expect(kind.orders.map(({ name }) => name)).toEqual(Object.keys(commandsOf(declaration)));
    for (const { name, args } of kind.orders)
      expect(args.map((arg) => arg.name)).toEqual(Object.keys(commandsOf(declaration)[name]!.args));
    const durations = kind.orders.flatMap(({ args }) => args).filter(({ name }) => name === "duration");
    for (const { unit } of durations) expect(["s", "seconds"]).toContain(unit);
  });
});

it("puts the spaces of a kerb under one name, up to the largest kerb", () => {
  const overstays = kindOf(catalogue.curb).tellings.filter(({ name }) => name.startsWith("overstay"));
  expect(overstays).toMatchObject([
    { type: "measurement", name: "overstay#", title: "Overstay in space #", numbers: 12 },
    { type: "alarm", name: "overstay#", title: "Overstay in space #", numbers: 12 },
  ]);
});

it("takes a space that only a larger kerb has: the unit itself knows its size", () => {
  const reserve = kindOf(catalogue.curb).orders.find(({ name }) => name === "reserve");
  const space = reserve?.args.find(({ name }) => name === "space");
  expect([12, 13].map((value) => refusals(space?.schema ?? {}, value, "").length)).toEqual([0, 1]);
});
