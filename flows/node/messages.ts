/** Reads what comes from the broker: anybody may have sent it, so nothing is believed before it was looked at. */
import type {
  CommandResult,
  Description,
  DesiredSettings,
  ReportedSettings,
  Status,
  WireRecord,
} from "../../devices/wire.ts";

type Json = Readonly<Record<string, unknown>>;

/** Four times the longest description of any kind; what is longer is not looked at. */
const payloadBytesMax = 262_144;

/** @returns undefined for an empty message, which is how a retained one is deleted, and for anything but an object. */
export function readObject(payload: Uint8Array): Json | undefined {
  if (payload.length > payloadBytesMax) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(payload));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

const isText = (value: unknown): value is string => typeof value === "string";
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null;
const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isNumberOrNull = (value: unknown) => value === null || isNumber(value);

export function readStatus(message: Json | undefined): Status | undefined {
  const known = message?.state === "online" || message?.state === "offline";
  return known ? (message as unknown as Status) : undefined;
}

export function readDesired(message: Json | undefined): DesiredSettings | undefined {
  const whole = message && isText(message.revision) && isObject(message.settings);
  return whole ? (message as unknown as DesiredSettings) : undefined;
}

export function readReported(message: Json | undefined): ReportedSettings | undefined {
  const { revision, state, refusals, inForce } = message ?? {};
  const whole =
    isText(revision) &&
    (state === "applied" || state === "refused") &&
    Array.isArray(refusals) &&
    refusals.every((refusal) => isObject(refusal) && isText(refusal.field) && isText(refusal.problem)) &&
    isObject(inForce);
  return whole ? (message as unknown as ReportedSettings) : undefined;
}

export function readDescription(message: Json | undefined): Description | undefined {
  const { unit, site, kind, title } = message ?? {};
  return [unit, site, kind, title].every(isText) ? (message as unknown as Description) : undefined;
}

export function readResult(message: Json | undefined): CommandResult | undefined {
  const { id, state, refusals, flight } = message ?? {};
  const whole =
    (flight === undefined || (isObject(flight) && isFlight(flight))) &&
    isNumber(id) &&
    (state === "accepted" || state === "refused") &&
    Array.isArray(refusals) &&
    refusals.every((refusal) => isObject(refusal) && isText(refusal.field) && isText(refusal.problem));
  return whole ? (message as unknown as CommandResult) : undefined;
}

const isFlight = ({ file, bytes, from, until, lostEvents, kept }: Json) =>
  isText(file) &&
  [bytes, lostEvents].every(isNumber) &&
  [from, until].every(isNumberOrNull) &&
  Array.isArray(kept) &&
  kept.every(isText);

/** @param device `site/unit` of the topic: brokers authorise by topic, so nobody speaks for another unit */
export function readRecord(message: Json | undefined, device: string): WireRecord | undefined {
  const { epoch, sequence, time, body } = message ?? {};
  const whole =
    message?.device === device &&
    isText(epoch) &&
    Number.isSafeInteger(sequence) &&
    isObject(time) &&
    isNumberOrNull(time.wall) &&
    [time.uptime, time.boot].every(isNumber) &&
    isText(time.clock) &&
    isObject(body) &&
    isBody(body);
  return whole ? (message as unknown as WireRecord) : undefined;
}

function isBody({ type, name, value, unit, quality, state, severity, role, fields, code, text }: Json) {
  switch (type) {
    case "measurement":
      return [name, unit, quality].every(isText) && isNumberOrNull(value);
    case "alarm":
      return [name, state, severity].every(isText) && isNumberOrNull(value);
    case "event":
      return isText(name) && isObject(fields);
    case "actuator":
      return [name, unit, code, text].every(isText) && isNumber(value);
    case "part":
      return [role, state].every(isText);
    default:
      return false;
  }
}
