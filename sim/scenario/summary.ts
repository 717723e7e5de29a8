import type { LampTruth } from "../street/night-watch.ts";
import type { PresenceScore } from "../street/presence-judge.ts";
import type { RecordScore } from "../street/record-judge.ts";
import type { Street } from "../street/street.ts";
import { type ExpectationResult, judge } from "./expectations.ts";
import type { Scenario } from "./scenario.ts";

/** What happened, before anybody judges it. */
export interface Findings {
  readonly scenario: string;
  readonly title: string;
  readonly seed: number;
  readonly units: number;
  readonly virtualSeconds: number;
  readonly wallSeconds: number;
  readonly energyWh: number;
  /** What the same lamps would have taken at full level from sunset to sunrise. */
  readonly energyAlwaysFullWh: number;
  /** Of that; null in a run without night. */
  readonly energyShare: number | null;
  /** Over all lamps; and the longest time on end of any one. */
  readonly darkSeconds: number;
  readonly longestDarkSeconds: number;
  /** Lamp-minutes by level in percent, of all lamps together. */
  readonly minutesAtLevel: Readonly<Record<string, number>>;
  readonly presence: PresenceScore & { readonly missedShare: number };
  readonly records: RecordScore & {
    /** Copies that the city dropped. */
    readonly duplicated: number;
  };
  readonly faults: readonly string[];
}

export interface Summary extends Findings {
  readonly expectations: readonly ExpectationResult[];
  /** SHA-256 over every logged event with its virtual time: equal for equal seeds. */
  readonly digest: string;
}

/** What one lamp did until the end of the scenario. */
export interface Night {
  readonly energyWh: number;
  readonly lamp: LampTruth;
  readonly presence: PresenceScore;
}

/** The lamps of a street as they stand now, and what the same night would have taken at full level. */
export function nightOf(street: Street): {
  readonly nights: readonly Night[];
  readonly energyAlwaysFullWh: number;
} {
  const nights = street.units.map((unit) => ({
    energyWh: unit.luminaire.energyWh,
    lamp: street.watch.of(unit.luminaire),
    presence: street.presence(unit),
  }));
  return { nights, energyAlwaysFullWh: street.watch.energyAlwaysFullWh };
}

/** Draws up what happened, and holds it against what was expected. @param night as of the end of the scenario */
export async function summarise(
  scenario: Scenario,
  seed: number,
  street: Street,
  { nights, energyAlwaysFullWh }: ReturnType<typeof nightOf>,
  wallSeconds: number,
): Promise<Summary> {
  const lamps = nights.map(({ lamp }) => lamp);
  const energyWh = sum(nights.map((night) => night.energyWh));
  const findings: Findings = {
    scenario: scenario.name,
    title: scenario.title,
    seed,
    units: street.units.length,
    virtualSeconds: scenario.durationMs / 1_000,
    wallSeconds,
    energyWh: round(energyWh, 3),
    energyAlwaysFullWh: round(energyAlwaysFullWh, 3),
    energyShare: energyAlwaysFullWh > 0 ? round(energyWh / energyAlwaysFullWh, 4) : null,
    darkSeconds: round(sum(lamps.map(({ darkSeconds }) => darkSeconds)), 3),
    longestDarkSeconds: round(Math.max(...lamps.map(({ longestDarkSeconds }) => longestDarkSeconds)), 3),
    minutesAtLevel: levels(lamps.map(({ minutesAtLevel }) => minutesAtLevel)),
    presence: presenceOf(nights.map(({ presence }) => presence)),
    records: await recordsOf(street),
    faults: street.faults,
  };
  const expectations = judge(scenario.expectations, findings);
  return { ...findings, expectations, digest: street.digest };
}

function presenceOf(scores: readonly PresenceScore[]): Findings["presence"] {
  const { actual, seen, missed, false: wrong, falseSeconds } = total(scores);
  const missedShare = actual === 0 ? 0 : round(missed / actual, 4);
  return { actual, seen, missed, missedShare, false: wrong, falseSeconds: round(falseSeconds, 3) };
}

async function recordsOf(street: Street): Promise<Findings["records"]> {
  const scores: RecordScore[] = [];
  for (const unit of street.units) scores.push(await street.records(unit));
  return { ...total(scores), duplicated: street.ingest.tally().duplicated };
}

/** Field by field. */
function total<Score extends object>(scores: readonly Score[]): { readonly [Field in keyof Score]: number } {
  const fields = Object.keys(scores[0]!) as (keyof Score)[];
  const sums = fields.map((field) => [field, sum(scores.map((score) => Number(score[field])))]);
  return Object.fromEntries(sums) as { [Field in keyof Score]: number };
}

function levels(lamps: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const lamp of lamps)
    for (const [level, minutes] of Object.entries(lamp)) total[level] = (total[level] ?? 0) + minutes;
  const sorted = Object.entries(total).sort(([a], [b]) => Number(a) - Number(b));
  return Object.fromEntries(sorted.map(([level, minutes]) => [level, round(minutes, 1)]));
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const round = (value: number, decimals: number) => Math.round(value * 10 ** decimals) / 10 ** decimals;
