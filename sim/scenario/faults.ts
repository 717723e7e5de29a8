import type { KindModel, SiteVerb } from "../kinds/model.ts";
import type { Street } from "../street/street.ts";
import { kernelVerbs } from "./kernel-verbs.ts";
import { partVerbs } from "./part-verbs.ts";
import { serialVerbs } from "./serial-verbs.ts";
import { type Fault, faultName, unitOf, type Verb } from "./verb.ts";
import { wireVerbs } from "./wire-verbs.ts";

/** What the process of a unit, the broker or the mains can have. */
const streetVerbs = {
  /** The process dies; its supervisor starts it again, after `for` at the earliest. */
  kill: {
    title: "Kill the process",
    needs: ["unit"],
    may: ["for"],
    begin: (street, fault) =>
      unitOf(street, fault).kill(Number.isFinite(fault.forMs) ? fault.forMs : undefined),
  },
  "broker-away": {
    title: "Broker away",
    needs: [],
    may: ["for"],
    begin: ({ network }) => void network.away(),
    end: ({ network }) => void network.back(),
  },
  /** The broker hangs: it takes everything and answers nothing. */
  "broker-stall": {
    title: "Broker hangs",
    needs: [],
    may: ["for"],
    lacking: ({ network }) => (network.stall ? undefined : "this broker cannot hang"),
    begin: ({ network }) => network.stall?.(),
    end: ({ network }) => network.resume?.(),
  },
  /** The next `count` acknowledgements of the broker are lost on the way. */
  "drop-puback": {
    title: "Lose the next acknowledgements of the broker",
    needs: ["count"],
    may: [],
    lacking: ({ network }) =>
      network.dropPuback
        ? undefined
        : "a real broker cannot be made to lose its acknowledgements: run the scenario in virtual time",
    begin: ({ network }, { count }) => network.dropPuback?.(count!),
  },
  /** The supply of the street fails. The world has known since it was made: see `outagesOf`. */
  "mains-outage": {
    title: "Mains outage",
    needs: [],
    may: ["for"],
    begin: (street) => street.mains(),
    end: (street) => street.mains(),
  },
} as const satisfies Readonly<Record<string, Verb>>;

/** Everything that can be done to any street in a scenario. */
export const faultVerbs = {
  ...partVerbs,
  ...wireVerbs,
  ...serialVerbs,
  ...kernelVerbs,
  ...streetVerbs,
} as const satisfies Readonly<Record<string, Verb>>;

export type FaultVerb = keyof typeof faultVerbs;

/** A verb of every street, or of a kind; undefined for a word that is neither. */
export function verbOf(name: string, model?: KindModel): Verb | undefined {
  if (Object.hasOwn(faultVerbs, name)) return faultVerbs[name as FaultVerb];
  const own = model?.verbs?.[name];
  return own && siteVerb(name, own);
}

function siteVerb(name: string, { title, lasts, by }: SiteVerb): Verb {
  const given = by === undefined ? [] : (["by"] as const);
  const mayBeLeftOut = by?.preset !== undefined;
  return {
    title,
    needs: ["unit", ...(mayBeLeftOut ? [] : given)],
    may: [...(lasts ? (["for"] as const) : []), ...(mayBeLeftOut ? given : [])],
    ...(by ? { by } : {}),
    begin: (street, fault) => unitOf(street, fault).site.begin!(name, fault.by ?? by?.preset ?? 0),
    ...(lasts ? { end: (street: Street, fault: Fault) => unitOf(street, fault).site.end!(name) } : {}),
  };
}

/** When the supply of a street is gone. */
export const outagesOf = (faults: readonly Fault[]) =>
  faults
    .filter(({ verb }) => verb === "mains-outage")
    .map(({ atMs, forMs }) => ({ offMs: atMs, onMs: atMs + forMs }))
    .sort((a, b) => a.offMs - b.offMs);

/** Sets the faults of a scenario on the street's clock. */
export function schedule(faults: readonly Fault[], street: Street): void {
  for (const fault of faults) {
    street.loop.at(fault.atMs, () => {
      street.note(faultName(fault));
      begin(fault, street);
    });
    if (Number.isFinite(fault.forMs)) street.loop.at(fault.atMs + fault.forMs, () => end(fault, street));
  }
}

const verbFor = (fault: Fault, street: Street): Verb => {
  const verb = verbOf(fault.verb, fault.unit === undefined ? undefined : street.unit(fault.unit).model);
  if (!verb) throw new RangeError(`nothing here can ${fault.verb}`);
  return verb;
};

/** Does to the street what the fault says. Throws where this world cannot have it. */
export function begin(fault: Fault, street: Street): void {
  const verb = verbFor(fault, street);
  const lacking = verb.lacking?.(street);
  if (lacking !== undefined) throw new RangeError(`${faultName(fault)}: ${lacking}`);
  verb.begin(street, fault);
}

/** Mends what `begin` broke. */
export function end(fault: Fault, street: Street): void {
  verbFor(fault, street).end?.(street, fault);
}
