import type { Street } from "../street/street.ts";
import type { Expectation, Scenario } from "./scenario.ts";

export interface Summary {
  readonly scenario: string;
  readonly title: string;
  readonly seed: number;
  readonly units: number;
  readonly virtualSeconds: number;
  readonly wallSeconds: number;
  readonly energyWh: number;
  /** What the same lamps would have taken at full level from sunset to sunrise. */
  readonly energyAlwaysFullWh: number;
  readonly energyShare: number;
  /** Over all lamps; and the longest time on end of any one. */
  readonly darkSeconds: number;
  readonly longestDarkSeconds: number;
  /** Lamp-minutes by level in percent, of all lamps together. */
  readonly minutesAtLevel: Readonly<Record<string, number>>;
  readonly presence: {
    readonly actual: number;
    readonly seen: number;
    readonly missed: number;
    readonly missedShare: number;
    readonly false: number;
  };
  readonly records: {
    /** Durable at a unit. */
    readonly made: number;
    /** Stored in the city, each once. */
    readonly delivered: number;
    /** Still at a unit when the run ended. */
    readonly waiting: number;
    /** Left out on purpose: a newer state of the same thing replaced it before it was sent. */
    readonly superseded: number;
    readonly lost: number;
    readonly duplicated: number;
  };
  readonly faults: readonly string[];
  readonly expectations: readonly ExpectationResult[];
  /** SHA-256 over every logged event with its virtual time: equal for equal seeds. */
  readonly digest: string;
}

export interface ExpectationResult extends Expectation {
  readonly actual: number | undefined;
  readonly met: boolean;
}

/** Draws up what happened, and holds it against what was expected. */
export function summarise(
  scenario: Scenario,
  seed: number,
  street: Street,
  spans: { readonly virtualSeconds: number; readonly wallSeconds: number },
): Summary {
  const lamps = street.units.map((unit) => street.watch.of(unit.luminaire));
  const scores = street.units.map((unit) => street.presence(unit));
  const energyWh = sum(street.units.map(({ luminaire }) => luminaire.energyWh));
  const actual = sum(scores.map((score) => score.actual));
  const missed = sum(scores.map((score) => score.missed));
  const found = {
    scenario: scenario.name,
    title: scenario.title,
    seed,
    units: street.units.length,
    ...spans,
    energyWh: round(energyWh, 3),
    energyAlwaysFullWh: round(street.watch.energyAlwaysFullWh, 3),
    energyShare: round(energyWh / street.watch.energyAlwaysFullWh, 4),
    darkSeconds: round(sum(lamps.map(({ darkSeconds }) => darkSeconds)), 3),
    longestDarkSeconds: round(Math.max(...lamps.map(({ longestDarkSeconds }) => longestDarkSeconds)), 3),
    minutesAtLevel: levels(lamps.map(({ minutesAtLevel }) => minutesAtLevel)),
    presence: {
      actual,
      seen: sum(scores.map(({ seen }) => seen)),
      missed,
      missedShare: actual === 0 ? 0 : round(missed / actual, 4),
      false: sum(scores.map((score) => score.false)),
    },
    records: recordsOf(street),
    faults: street.faults,
  };
  return { ...found, expectations: judge(scenario.expectations, found), digest: street.digest };
}

function recordsOf(street: Street): Summary["records"] {
  const { delivered, duplicated } = street.ingest.tally();
  const stats = street.units.flatMap(({ snapshot }) => (snapshot ? [snapshot.records] : []));
  const waiting = sum(stats.map((one) => one.waiting));
  const superseded = sum(stats.map((one) => one.superseded));
  const { made } = street;
  return {
    made,
    delivered,
    waiting,
    superseded,
    lost: Math.max(0, made - delivered - waiting - superseded),
    duplicated,
  };
}

/** RangeError when an expectation names something that the summary does not have. */
function judge(expectations: readonly Expectation[], found: object): ExpectationResult[] {
  return expectations.map((expectation) => {
    const actual = valueAt(found, expectation.path);
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = expectation;
    return { ...expectation, actual, met: actual !== undefined && actual >= min && actual <= max };
  });
}

function valueAt(found: object, path: string): number | undefined {
  let value: unknown = found;
  for (const step of path.split("."))
    value =
      value !== null && typeof value === "object" ? (value as Record<string, unknown>)[step] : undefined;
  return typeof value === "number" ? value : undefined;
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
