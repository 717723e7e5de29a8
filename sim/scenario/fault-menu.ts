import type { Twin } from "../chips/twin.ts";
import type { ErrnoName } from "../ports/errno.ts";
import type { SimulatedUnit } from "../street/simulated-unit.ts";
import type { Street } from "../street/street.ts";
import { placeOf } from "./fault-list.ts";
import { faultVerbs, verbOf } from "./faults.ts";
import type { Amount, MenuFault } from "./menu-fault.ts";
import { type Fault, faultName, type Verb } from "./verb.ts";

const countMax = 1_000_000;

/** Of those that a device node may give, the ones that tell most. What else a scenario says is in the menu beside. */
const errnos: readonly ErrnoName[] = ["EIO", "EREMOTEIO", "ETIMEDOUT"];

/**
 * Everything that can be done to a street while one walks through it, by id: each verb of each part that its twin
 * has, for each of its channels where the verb is about one; the verbs of each unit's kind; those of the street.
 * @param said of a scenario: they are in the menu too
 */
export function faultMenu(street: Street, said: readonly Fault[] = []): ReadonlyMap<string, MenuFault> {
  const entry = entriesOf(street);
  const ofStreet = Object.entries(faultVerbs).flatMap(([name, verb]: [string, Verb]) =>
    verb.needs.includes("unit") ? [] : [entry(name, verb, {})],
  );
  const all = [...ofStreet, ...street.units.flatMap((unit) => ofUnit(unit, entry))];
  const menu = new Map(all.map((one) => [one.id, one]));
  for (const { verb, ...whose } of said) {
    const unit = whose.unit === undefined ? undefined : street.unit(whose.unit);
    const own = entry(verb, verbOf(verb, unit?.model)!, whose, unit?.twins.get(whose.role ?? ""));
    if (!menu.has(own.id)) menu.set(own.id, own);
  }
  return menu;
}

type Whose = Partial<Pick<Fault, "unit" | "role" | "channel" | "errno" | "call">>;

type Entry = (name: string, verb: Verb, whose: Whose, twin?: Twin) => MenuFault;

function ofUnit(unit: SimulatedUnit, entry: Entry): MenuFault[] {
  const names = [...Object.keys(faultVerbs), ...Object.keys(unit.model.verbs ?? {})];
  const verbs = names.map((name) => [name, verbOf(name, unit.model)!] as const);
  return verbs.flatMap(([name, verb]) => {
    if (!verb.needs.includes("unit")) return [];
    if (!verb.needs.includes("role")) return [entry(name, verb, { unit: unit.id })];
    return [...unit.twins].flatMap(([role, twin]) =>
      ofPart(verb, twin).map((more) => entry(name, verb, { unit: unit.id, role, ...more }, twin)),
    );
  });
}

/** What a verb is about at a part, beside the part. */
function ofPart(verb: Verb, twin: Twin): Whose[] {
  if (!(verb.suits?.(twin) ?? true)) return [];
  if (verb.needs.includes("errno"))
    return errnos.filter((errno) => verb.among!.errno!(twin).includes(errno)).map((errno) => ({ errno }));
  const whole = verb.needs.includes("channel") ? [] : [{}];
  if (!verb.needs.includes("channel") && !verb.may.includes("channel")) return whole;
  return [...whole, ...Object.keys(twin.part.channels).map((channel) => ({ channel }))];
}

const entriesOf =
  (street: Street): Entry =>
  (name, verb, { unit, role, channel, errno, call }, twin) => {
    const what = { verb: name, unit, role, channel, errno, call };
    const amount = amountOf(verb, channel, twin);
    const lacking = verb.lacking?.(street);
    return {
      id: faultName(what),
      title: verb.title,
      what,
      lasts: verb.end !== undefined,
      ...(amount ? { amount } : {}),
      ...(lacking === undefined ? {} : { lacking }),
      place: placeOf({ fault: name, ...(unit ? { unit } : {}), ...(role ? { role } : {}) }),
    };
  };

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
