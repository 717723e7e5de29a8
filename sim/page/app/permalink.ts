/** What a link to the page holds: a street, a moment of it, and the unit whose panel is open. */
export interface Permalink {
  readonly street?: {
    readonly scenario: string;
    readonly seed: number;
    readonly startMs: number;
    readonly momentMs: number;
  };
  readonly unit?: string;
}

/** As the fragment of the page's address: `#scenario=street&seed=1&start=…&at=…&unit=lamp-02`, with times in UTC. */
export function toFragment({ street, unit }: Permalink): string {
  const fields = new URLSearchParams();
  if (street) {
    fields.set("scenario", street.scenario);
    fields.set("seed", String(street.seed));
    fields.set("start", iso(street.startMs));
    fields.set("at", iso(street.momentMs));
  }
  if (unit !== undefined) fields.set("unit", unit);
  return fields.size > 0 ? `#${fields}` : "";
}

const iso = (unixMs: number) => new Date(Math.round(unixMs)).toISOString();

/** RangeError, in one line, when the address names a street but not all of it. */
export function fromFragment(fragment: string): Permalink {
  const fields = new URLSearchParams(fragment.replace(/^#/, ""));
  const unit = fields.get("unit");
  const whose = unit ? { unit } : {};
  const names = ["scenario", "seed", "start", "at"];
  if (!names.some((name) => fields.has(name))) return whose;
  const missing = names.find((name) => !fields.get(name));
  if (missing) throw new RangeError(`The link has no "${missing}": copy the whole of it.`);
  const [scenario, seed, start, at] = names.map((name) => fields.get(name)!) as [
    string,
    string,
    string,
    string,
  ];
  if (!/^\d+$/.test(seed))
    throw new RangeError(`The seed of the link is "${seed}": expected a whole number.`);
  return {
    street: {
      scenario,
      seed: Number(seed),
      startMs: unixMs("start", start),
      momentMs: unixMs("at", at),
    },
    ...whose,
  };
}

function unixMs(name: string, text: string): number {
  const parsed = Date.parse(text);
  if (!Number.isFinite(parsed))
    throw new RangeError(
      `"${name}" of the link is "${text}": expected a time such as 2025-12-21T16:00:00.000Z.`,
    );
  return parsed;
}
