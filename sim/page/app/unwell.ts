import type { PartState } from "../view.ts";

/** What the states mean in which a unit has to do without a part; it is no failure that one is being set up. */
const meanings: Readonly<Partial<Record<PartState["state"], string>>> = {
  failing: "failing, and tried again",
  quarantined: "quarantined: left alone, but tried again now and then",
};

type Parts = Readonly<Record<string, Pick<PartState, "title" | "state" | "fault">>>;

export interface UnwellPart {
  /** Of its role. */
  readonly title: string;
  /** What became of it, and why. */
  readonly words: string;
}

const unwell = (parts: Parts) =>
  Object.entries(parts).filter(([, { state }]) => meanings[state] !== undefined);

/** Parts that a unit has to do without, by role. */
export const unwellParts = (parts: Parts): (readonly [role: string, part: UnwellPart])[] =>
  unwell(parts).map(([role, { title, state, fault }]) => [
    role,
    { title, words: fault === undefined ? meanings[state]! : `${meanings[state]}. ${fault}` },
  ]);

/** The same in as little room as a card has. `Ambient light: failing`; nothing when all is well. */
export function unwellFlag(parts: Parts): string {
  const all = unwell(parts);
  if (all.length > 1) return `${all.length} parts fail`;
  // A role's title goes on after a comma: where the part looks, what it can.
  return all.map(([, { title, state }]) => `${title.split(",")[0]}: ${state}`).join("");
}
