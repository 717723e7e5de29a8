import type { TSchema } from "@sinclair/typebox";
import type { Refusal } from "#devices/wire.ts";
import { check } from "./check.ts";

export interface Parsed {
  readonly value: unknown;
  /** Undefined when the value fits the schema. */
  readonly refusals: readonly Refusal[] | undefined;
}

/** Depth beyond which no message of ours goes: nothing deeper is looked at. */
const depthMax = 8;

/** Of a message that is wrong all over, so many reasons are told: the answer must not dwarf the question. */
const refusalsMax = 32;
const fieldMax = 128;

/** A message from the network: measured, decoded, parsed and checked, in that order. Never throws. */
export function parseMessage(payload: Uint8Array, bytesMax: number, schema: TSchema): Parsed {
  if (payload.length > bytesMax) return refuse("", `has ${payload.length} bytes`, `at most ${bytesMax}`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch (error) {
    return refuse("", `is not JSON: ${withoutQuote(error)}`, "a JSON object in UTF-8");
  }
  if (isDeeper(value, depthMax)) return refuse("", "is nested too deeply", `at most ${depthMax} levels`);
  const refusals = check(schema, value);
  return { value, refusals: refusals.length > 0 ? bounded(refusals) : undefined };
}

/** Where it goes wrong, without the piece of the message that V8 quotes: it may tell who somebody is. */
const withoutQuote = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).replace(/, (\.\.\.)?".* is not valid JSON$/s, "");

function refuse(field: string, problem: string, expected: string): Parsed {
  return { value: undefined, refusals: [{ field, problem, expected }] };
}

/** Unknown names are the sender's, and may be as long as the message: `fieldMax` of one is told. */
function bounded(refusals: readonly Refusal[]): Refusal[] {
  const told = refusals.slice(0, refusalsMax).map((one) => ({ ...one, field: one.field.slice(0, fieldMax) }));
  const more = refusals.length - told.length;
  if (more > 0) told.push({ field: "", problem: `has ${more} more faults`, expected: "none" });
  return told;
}

function isDeeper(value: unknown, depth: number): boolean {
  if (value === null || typeof value !== "object") return false;
  return depth === 0 || Object.values(value).some((inner) => isDeeper(inner, depth - 1));
}
