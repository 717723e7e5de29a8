import * as Type from "@sinclair/typebox";
import { commandsOf } from "../../devices/furniture/commands.ts";
import { type Furniture, sourcesOf } from "../../devices/furniture/vocabulary.ts";
import { plainSchema } from "../node/schema.ts";
import type { Argument, Kind, Order, Telling } from "../node/vocabulary.ts";

/** What a kind tells and takes, in its largest size: a smaller unit tells less, and refuses what it does not have. */
export function kindOf(declaration: Furniture): Kind {
  const largest = declaration.size?.of(declaration.size.max) ?? declaration;
  const tellings = tellingsOf(largest);
  return {
    kind: declaration.kind,
    title: declaration.title,
    tellings: declaration.size ? gathered(tellings) : tellings,
    orders: Object.entries(commandsOf(largest)).map(([name, { title, help, args }]): Order => {
      const { required = [] } = Type.Object(args);
      const described = Object.entries(args).map(([arg, schema]) =>
        argumentOf(`${declaration.kind}.${name}`, arg, schema, !required.includes(arg)),
      );
      return { name, title, help, args: described };
    }),
  };
}

function tellingsOf(declaration: Furniture): readonly Telling[] {
  const { telemetry, events, alarms, actuators } = declaration;
  const sources = sourcesOf(declaration);
  return [
    ...Object.entries(telemetry).map(([name, { title, source }]): Telling => {
      const { unit, name: quantity } = sources.get(source)!;
      return { type: "measurement", name, title, unit, quantity };
    }),
    ...Object.entries(events).map(([name, { title }]): Telling => ({ type: "event", name, title })),
    ...Object.entries(alarms).map(
      ([name, { title, severity, advice }]): Telling => ({ type: "alarm", name, title, severity, advice }),
    ),
    ...Object.entries(actuators).map(
      ([name, { title, quantity }]): Telling => ({ type: "actuator", name, title, unit: quantity.unit }),
    ),
  ];
}

/** Puts what is told of each tile or space under one name, `occupied#` for `occupied1` and on. */
function gathered(tellings: readonly Telling[]): readonly Telling[] {
  const families = new Map<string, Telling[]>();
  for (const telling of tellings) {
    const family = `${telling.type}:${pattern(telling.name)}`;
    families.set(family, [...(families.get(family) ?? []), telling]);
  }
  return [...families.values()].map((members) => {
    const [first] = members;
    const { name, title, advice } = first!;
    return members.length === 1
      ? first!
      : {
          ...first!,
          name: pattern(name),
          title: pattern(title),
          numbers: members.length,
          ...(advice ? { advice: pattern(advice) } : {}),
        };
  });
}

const pattern = (text: string) => text.replace(/\d+/, "#");

/** Of a number, the schema's description is its unit of measure, and after a semicolon a note. */
function argumentOf(where: string, name: string, schema: object, optional: boolean): Argument {
  const { description = "", ...plain } = plainSchema(schema, `${where}/${name}`);
  const isNumber = plain.type === "number" || plain.type === "integer";
  const [unit = "", note = ""] = isNumber ? description.split(/; */) : ["", description];
  return { name, title: titleOf(name), unit, note, optional, schema: plain };
}

/** `Charging current` for `chargingCurrent`: arguments are declared without titles. */
const titleOf = (name: string) =>
  name.charAt(0).toUpperCase() + name.slice(1).replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
