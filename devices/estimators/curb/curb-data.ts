import * as Type from "@sinclair/typebox";
import { canonicalJson } from "../../wire.ts";
import type { Context, FieldValue, Happening } from "../estimator.ts";
import { type Weekday, type WeekWindow, weekdays } from "../week-windows.ts";
import { maySomebodyStand } from "./activity.ts";
import type { Policy } from "./policy.ts";
import { nameUuid, urlNamespace } from "./uuid.ts";

/**
 * What a kerb tells in the terms of the Curb Data Specification (CDS 1.0.1, openmobilityfoundation): events of the
 * Events API and policies of the Curbs API, with the fields that its prose requires of a sensor that knows zone and
 * space but not one vehicle from another.
 */
const curbEventTypes = [
  "park_start",
  "park_end",
  "scheduled_report",
  "comms_lost",
  "comms_restored",
  "decommissioned",
] as const;
export type CurbEventType = (typeof curbEventTypes)[number];

const uuid = (description: string) =>
  Type.String({
    pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
    description,
  });
const timestamp = (description: string) =>
  Type.Integer({ minimum: 0, description: `${description}, Unix ms` });
const words = (values: readonly string[]) => Type.Union(values.map((value) => Type.Literal(value)));

/** Events API, "Curb Event". */
export const curbEventFields: Readonly<Record<string, Type.TSchema>> = {
  event_id: uuid("of the event"),
  event_type: words(curbEventTypes),
  event_location: Type.Object({
    type: Type.Literal("Feature"),
    properties: Type.Object({ timestamp: timestamp("when the event occurred") }),
    geometry: Type.Object({
      type: Type.Literal("Point"),
      coordinates: Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }),
    }),
  }),
  event_time: timestamp("when it occurred"),
  event_publication_time: timestamp("when the unit told it"),
  event_session_id: Type.Optional(uuid("ties a park_start to its park_end")),
  curb_zone_id: Type.Optional(uuid("as the city registered it")),
  curb_area_ids: Type.Optional(Type.Array(uuid("as the city registered it"))),
  curb_space_id: Type.Optional(uuid("as the city registered it")),
  data_source_type: Type.Literal("in_ground"),
  data_source_operator_id: Type.Optional(uuid("of the operator, as the city knows it")),
  data_source_device_id: uuid("of the space's sensors"),
  data_source_device_name: Type.String(),
  sensor_status_is_commissioned: Type.Boolean(),
  sensor_status_is_online: Type.Boolean(),
  curb_occupants: Type.Optional(Type.Array(Type.Object({ type: Type.Literal("unspecified") }))),
};

/** Curbs API, "Policy", "Rule", "Rate" and "Time Span", with the places that it holds for. */
export const curbPolicyFields: Readonly<Record<string, Type.TSchema>> = {
  curb_policy_id: uuid("of exactly these rules at these times, published then"),
  published_date: timestamp("when the unit began to tell of it"),
  curb_zone_id: Type.Optional(uuid("as the city registered it")),
  curb_space_id: Type.Optional(uuid("as the city registered it")),
  space_number: Type.Integer({ minimum: 1 }),
  priority: Type.Integer({ minimum: 1 }),
  rules: Type.Array(Type.Object({}, { additionalProperties: true })),
  time_spans: Type.Array(Type.Object({}, { additionalProperties: true })),
};

/** Identifies the sensors of one space over all units: the CDS device. */
const spaceDeviceId = (device: string, space: number) =>
  nameUuid(urlNamespace, `plinth:${device}/space/${space}`);

/** What is told of one event, beside what follows from the space and the moment. */
export interface CurbEvent {
  readonly type: CurbEventType;
  readonly space: number;
  /** Counts the events of this space. */
  readonly number: number;
  readonly atWallMs: number;
  /** Of the session that it begins or ends; undefined where none is concerned, or its begin was never told. */
  readonly sessionId?: string | undefined;
  readonly isCommissioned: boolean;
  readonly isOnline: boolean;
  /** Vehicles in the zone; undefined where the event does not tell. */
  readonly occupants?: number;
}

/** Ties the begin of a session to its end. @param number counts the sessions of this space */
export const sessionIdOf = (device: string, space: number, number: number, beganWallMs: number) =>
  nameUuid(spaceDeviceId(device, space), `session ${number} at ${Math.round(beganWallMs)}`);

/** @param spaces how many the kerb has, @param wallMs now */
export function curbEvent(event: CurbEvent, spaces: number, context: Context, wallMs: number): Happening {
  const { type, space, number, sessionId, atWallMs, isCommissioned, isOnline, occupants } = event;
  const deviceId = spaceDeviceId(context.device, space);
  const eventTime = Math.round(atWallMs);
  return {
    event: "curbEvent",
    fields: {
      event_id: nameUuid(deviceId, `${type} ${number} at ${eventTime}`),
      event_type: type,
      event_location: {
        type: "Feature",
        properties: { timestamp: eventTime },
        geometry: { type: "Point", coordinates: coordinatesOf(space, spaces, context) },
      },
      event_time: eventTime,
      event_publication_time: Math.round(Math.max(wallMs, atWallMs)),
      ...(sessionId === undefined ? {} : { event_session_id: sessionId }),
      ...placeFields(space, context),
      ...(isParking(type) ? areaFields(context) : {}),
      data_source_type: "in_ground",
      ...operatorFields(context),
      data_source_device_id: deviceId,
      data_source_device_name: `${context.device} space ${space}`,
      sensor_status_is_commissioned: isCommissioned,
      sensor_status_is_online: isOnline,
      ...(occupants === undefined
        ? {}
        : { curb_occupants: Array.from({ length: occupants }, () => ({ type: "unspecified" })) }),
    },
  };
}

/** Whether an event begins or ends a session. */
export const isParking = (type: CurbEventType) => type === "park_start" || type === "park_end";

/** The policy that holds for a space from now on. @param publishedWallMs when it was told first, Unix ms */
export function curbPolicy(
  policy: Policy,
  space: number,
  publishedWallMs: number,
  context: Context,
): Happening {
  const { priority, activity, userClasses, ratePerHour } = policy;
  // Costs are whole coins, and what nobody may do costs nothing.
  const rate = maySomebodyStand(activity) ? Math.round(ratePerHour) : 0;
  const rule: Record<string, FieldValue> = {
    activity,
    ...maxStay(policy),
    ...(userClasses.length === 0 ? {} : { user_classes: userClasses }),
    ...(rate === 0 ? {} : { rate: [{ rate, rate_unit: "hour" }] }),
  };
  const content = {
    published_date: Math.round(publishedWallMs),
    priority,
    rules: [rule],
    time_spans: timeSpans(policy),
  };
  return {
    event: "curbPolicy",
    fields: {
      // Two policies of one identifier must be identical: it follows from what they say.
      curb_policy_id: nameUuid(urlNamespace, `plinth:policy:${canonicalJson(content)}`),
      ...placeFields(space, context),
      space_number: space,
      ...content,
    },
  };
}

/** A whole number, of minutes if it can be. */
function maxStay({ maxStayMinutes }: Policy): Readonly<Record<string, FieldValue>> {
  if (maxStayMinutes === undefined) return {};
  if (Number.isInteger(maxStayMinutes)) return { max_stay: maxStayMinutes, max_stay_unit: "minute" };
  return { max_stay: Math.round(maxStayMinutes * 60), max_stay_unit: "second" };
}

/** A time span of CDS is within one day: what goes on after midnight is a second one, on the days after. */
function timeSpans({ days, from, to }: WeekWindow): readonly Readonly<Record<string, FieldValue>>[] {
  const daysAfter = days.map((day) => weekdays[(weekdays.indexOf(day) + 1) % weekdays.length]!);
  const span = (on: readonly Weekday[], start: string, end: string) => ({
    ...{ days_of_week: on, time_of_day_start: start },
    // Unspecified, it ends at midnight; there is no 24:00.
    ...(end === "24:00" ? {} : { time_of_day_end: end }),
  });
  if (from === "24:00") return [span(daysAfter, "00:00", to)];
  if (to > from) return [span(days, from, to)];
  const first = span(days, from, "24:00");
  return to === "00:00" ? [first] : [first, span(daysAfter, "00:00", to)];
}

/** The areas that the city has around the kerb, if any. */
function areaFields({ settings: { curbAreaIds } }: Context): Readonly<Record<string, FieldValue>> {
  return Array.isArray(curbAreaIds) && curbAreaIds.length > 0 ? { curb_area_ids: curbAreaIds } : {};
}

function operatorFields({ settings }: Context): Readonly<Record<string, FieldValue>> {
  const id = textAt(settings.operatorId, 0);
  return id === undefined ? {} : { data_source_operator_id: id };
}

/** The city's names of the place, where it gave any. */
function placeFields(space: number, { settings }: Context): Readonly<Record<string, FieldValue>> {
  const zone = textAt(settings.curbZoneId, 0);
  const id = textAt(settings.curbSpaceIds, space - 1);
  return {
    ...(zone === undefined ? {} : { curb_zone_id: zone }),
    ...(id === undefined ? {} : { curb_space_id: id }),
  };
}

function textAt(list: unknown, index: number): string | undefined {
  const text: unknown = Array.isArray(list) ? list[index] : undefined;
  return typeof text === "string" ? text : undefined;
}

/** Mean length of a degree of latitude, m. */
const metresPerDegree = 111_195;

/** Longitude and latitude of the middle of a space. The unit stands at the middle of its kerb. */
function coordinatesOf(space: number, spaces: number, context: Context): readonly [number, number] {
  const { latitude, longitude, settings } = context;
  const { spaceLength = 6, bearing = 0 } = settings as { spaceLength?: number; bearing?: number };
  const alongM = (space - (spaces + 1) / 2) * spaceLength;
  const radians = (bearing * Math.PI) / 180;
  const north = (alongM * Math.cos(radians)) / metresPerDegree;
  const east = (alongM * Math.sin(radians)) / (metresPerDegree * Math.cos((latitude * Math.PI) / 180));
  return [round7(longitude + east), round7(latitude + north)];
}

/** A centimetre. */
const round7 = (degrees: number) => Math.round(degrees * 1e7) / 1e7;
