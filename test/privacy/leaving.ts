import { alarmsOf } from "#devices/furniture/alarms.ts";
import { type Furniture, privacyField } from "#devices/furniture/vocabulary.ts";
import type { RecordBody, WireRecord } from "#devices/wire.ts";

/** What a message on each topic of a unit may be made of, where the format says it and no kind adds to it. */
const formats: Readonly<Record<string, readonly string[]>> = {
  status: ["state", "version", "boot", "since"],
  health: ["parts", "outbox", "storage"],
  "settings/reported": ["revision", "state", "refusals", "inForce"],
  "command/result": ["id", "state", "refusals"],
};
const recordKeys = ["device", "epoch", "sequence", "time", "body"];
const bodyKeys: Readonly<Record<RecordBody["type"], readonly string[]>> = {
  measurement: ["type", "name", "value", "unit", "quality"],
  alarm: ["type", "name", "state", "severity", "value"],
  part: ["type", "role", "state", "fault"],
  event: ["type", "name", "fields", "chain"],
  actuator: ["type", "name", "value", "unit", "code", "text"],
};

/**
 * Fields of one message that the privacy line of its unit's kind does not name, and that are no part of a format.
 * @param topic below the unit's own: `record/event`, `shared/presence`
 */
export function untoldFields(declaration: Furniture, topic: string, payload: unknown): string[] {
  const { senses, ofFurniture } = declaration.privacy;
  const named = new Set([...senses.flatMap(({ fields }) => fields), ...ofFurniture]);
  const unnamed = (fields: readonly string[]) => fields.filter((field) => !named.has(privacyField(field)));
  const [kind, name = ""] = topic.split("/");
  // What the unit is able to say, derived from the declaration before anything was sensed.
  if (topic === "description") return [];
  if (kind === "shared") return unnamed([name]);
  const format = formats[topic];
  if (format) return beyond(payload, format, topic);
  if (kind !== "record") return [`the topic ${topic}`];
  const { body } = payload as WireRecord;
  const stray = [
    ...beyond(payload, recordKeys, topic),
    ...beyond(body, bodyKeys[body.type] ?? [], body.type),
  ];
  return [...stray, ...unnamed(fieldsOf(body)), ...unknownAlarm(declaration, body)];
}

function fieldsOf(body: RecordBody): string[] {
  if (body.type === "measurement" || body.type === "actuator") return [body.name];
  if (body.type === "event") return Object.keys(body.fields).map((field) => `${body.name}.${field}`);
  return [];
}

const unknownAlarm = (declaration: Furniture, body: RecordBody) =>
  body.type === "alarm" && !Object.hasOwn(alarmsOf(declaration), body.name) ? [`alarm ${body.name}`] : [];

const beyond = (value: unknown, keys: readonly string[], where: string) =>
  Object.keys(value as object)
    .filter((key) => !keys.includes(key))
    .map((key) => `${where}: ${key}`);
