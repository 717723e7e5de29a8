import type { TSchema } from "@sinclair/typebox";
import type { Alarm, Setting } from "#devices/furniture/vocabulary.ts";
import type { Channel, Connection, Place } from "#devices/part.ts";
import { hexAddress } from "#devices/plan/wiring.ts";

/** `15 min`, `2 s`, `250 ms`: in the largest unit that leaves a whole number. */
export function spanText(ms: number): string {
  const units = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["min", 60_000],
    ["s", 1_000],
  ] as const;
  const [unit, size] = units.find(([, size]) => ms >= size && ms % size === 0) ?? ["ms", 1];
  return `${ms / size} ${unit}`;
}

export function connectionText(connection: Connection): string {
  switch (connection.kind) {
    case "i2c":
      return `I2C, ${connection.addresses.map(hexAddress).join(", ")}`;
    case "serial": {
      const { baudRate, dataBits = 8, parity = "none", stopBits = 1 } = connection.speed;
      return `serial, ${baudRate} baud ${dataBits}${parity[0]!.toUpperCase()}${stopBits}`;
    }
    case "gpio":
      return `one GPIO line${connection.activeLow ? ", active low" : ""}`;
  }
}

export function placeText(place: Place): string {
  switch (place.kind) {
    case "i2c": {
      const behind = place.behind
        ? `, behind ${hexAddress(place.behind.address)} channel ${place.behind.channel}`
        : "";
      return `i2c-${place.bus} ${hexAddress(place.address)}${behind}`;
    }
    case "serial":
      return place.unit === undefined ? place.path : `${place.path} unit ${place.unit}`;
    case "gpio":
      return `${place.chip} line ${place.offset}`;
  }
}

export const unitText = (unit: string) => (unit === "1" ? "" : unit);

export const rangeText = ({ range: [min, max], quantity }: Channel) =>
  `${shortNumber(min)} to ${shortNumber(max)} ${unitText(quantity.unit)}`.trim();

export const shortNumber = (value: number) => String(Number(value.toPrecision(6)));

/** What a JSON Schema of the declarations allows. */
export function schemaText(schema: TSchema): string {
  if (schema.description) return schema.description;
  if (Array.isArray(schema.anyOf)) return schema.anyOf.map(schemaText).join(", ");
  if ("const" in schema) return String(schema.const);
  if (schema.type === "array") return `list of ${schema.items ? schemaText(schema.items) : "anything"}`;
  if (schema.type === "object")
    return `{ ${Object.entries(schema.properties ?? {})
      .map(([name, inner]) => `${name}: ${schemaText(inner as TSchema)}`)
      .join("; ")} }`;
  if (schema.minimum !== undefined && schema.maximum !== undefined)
    return `${schema.minimum} to ${schema.maximum}`;
  if (schema.minimum !== undefined) return `from ${schema.minimum}`;
  if (schema.maximum !== undefined) return `up to ${schema.maximum}`;
  return schema.type === "boolean" ? "true or false" : String(schema.type ?? "anything");
}

export const defaultText = ({ schema }: Setting) => JSON.stringify(schema.default);

export function conditionText({ source, when, limit, for: forMs, hysteresis, latched }: Alarm): string {
  const words = [`${source} ${when} ${limit}`];
  if (forMs > 0) words.push(`for ${spanText(forMs)}`);
  if (hysteresis !== undefined) words.push(`clears ${hysteresis} back`);
  if (latched) words.push("stays until acknowledged");
  return words.join(", ");
}
