/** Reads what comes from the broker: anybody may have sent it, so nothing is believed before it was looked at. */
import type { Description, DesiredSettings, ReportedSettings, Status } from "../../devices/wire.ts";

type Json = Readonly<Record<string, unknown>>;

/** @returns undefined for an empty message, which is how a retained one is deleted, and for anything but an object. */
export function readObject(payload: Uint8Array): Json | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(payload));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

const isText = (value: unknown): value is string => typeof value === "string";
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null;

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
