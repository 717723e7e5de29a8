import type { Twin } from "../chips/twin.ts";
import type { SimulatedUnit } from "../street/simulated-unit.ts";
import type { Street } from "../street/street.ts";
import { placeOf } from "./fault-list.ts";
import { type Fault, faultName, faultVerbs, type Verb, verbOf } from "./faults.ts";
import type { Amount, MenuFault } from "./menu-fault.ts";

const countMax = 1_000_000;

/**
 * Everything that can be done to a street while one walks through it, by id: each verb of each part that its twin
 * has, for each of its channels where the verb is about one; the verbs of each unit's kind; those of the street.
 */
export function faultMenu(street: Street): ReadonlyMap<string, MenuFault> {
  const ofStreet = Object.entries(faultVerbs).flatMap(([name, verb]: [string, Verb]) =>
    verb.needs.includes("unit") ? [] : [entry(name, verb, {})],
  );
  const all = [...ofStreet, ...street.units.flatMap(ofUnit)];
  return new Map(all.map((one) => [one.id, one]));
}

function ofUnit(unit: SimulatedUnit): MenuFault[] {
  const names = [...Object.keys(faultVerbs), ...Object.keys(unit.model.verbs ?? {})];
  const verbs = names.map((name) => [name, verbOf(name, unit.model)!] as const);
  return verbs.flatMap(([name, verb]) => {
    if (!verb.needs.includes("unit")) return [];
    if (!verb.needs.includes("role")) return [entry(name, verb, { unit: unit.id })];
    return [...unit.twins].flatMap(([role, twin]) => ofPart(name, verb, { unit: unit.id, role }, twin));
  });
}

interface Whose {
  readonly unit?: string;
  readonly role?: string;
  readonly channel?: string;
}

function ofPart(name: string, verb: Verb, whose: Whose, twin: Twin): MenuFault[] {
  if (!(verb.suits?.(twin) ?? true)) return [];
  const whole = verb.needs.includes("channel") ? [] : [entry(name, verb, whose, twin)];
  if (!verb.needs.includes("channel") && !verb.may.includes("channel")) return whole;
  const channels = Object.keys(twin.part.channels);
  return [...whole, ...channels.map((channel) => entry(name, verb, { ...whose, channel }, twin))];
}

function entry(name: string, verb: Verb, { unit, role, channel }: Whose, twin?: Twin): MenuFault {
  const what = { verb: name, unit, role, channel };
  const amount = amountOf(verb, channel, twin);
  return {
    id: faultName({ ...what, atMs: 0, forMs: 0, by: undefined }),
    title: verb.title,
    what,
    lasts: verb.end !== undefined,
    ...(amount ? { amount } : {}),
    place: placeOf({ fault: name, ...(unit ? { unit } : {}), ...(role ? { role } : {}) }),
  };
}

function amountOf(verb: Verb, channel: string | undefined, twin: Twin | undefined): Amount | undefined {
  if (verb.needs.includes("count"))
    return { title: "how many", unit: "1", min: 1, max: countMax, preset: 1, isWhole: true };
  if (verb.by) {
    const { title, unit, min, max, preset = min } = verb.by;
    return { title, unit, min, max, preset, isWhole: false };
  }
  if (!verb.needs.includes("by") || channel === undefined) return undefined;
  // No offset beyond the part's whole range makes a difference: what it reports is clipped there.
  const { range, quantity } = twin!.part.channels[channel]!;
  const widthOf = range[1] - range[0];
  const preset = Number((widthOf / 10).toPrecision(2));
  return { title: "by", unit: quantity.unit, min: -widthOf, max: widthOf, preset, isWhole: false };
}

/** The fault itself, at an instant. @param amount in the unit that the menu says; its preset when not given */
export function faultOf({ what, amount }: MenuFault, atMs: number, given = amount?.preset): Fault {
  const isCount = amount?.isWhole === true;
  return {
    ...what,
    atMs,
    forMs: Number.POSITIVE_INFINITY,
    by: isCount ? undefined : given,
    count: isCount ? given : undefined,
  };
}
