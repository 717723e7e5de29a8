import type { RecordScore } from "../street/record-judge.ts";
import type { Street } from "../street/street.ts";
import { type ExpectationResult, judge } from "./expectations.ts";
import { combined, type KindFigures } from "./figures.ts";
import type { Scenario } from "./scenario.ts";

/** What happened, before anybody judges it. */
export interface Findings {
  readonly scenario: string;
  readonly title: string;
  readonly seed: number;
  readonly units: number;
  readonly virtualSeconds: number;
  readonly wallSeconds: number;
  /** By kind, as its model declares them; as of the end of the scenario. */
  readonly kinds: Readonly<Record<string, KindFigures>>;
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

/** The figures of every kind on a street as they stand now. */
export function figuresOf({ units, models }: Street): Findings["kinds"] {
  return Object.fromEntries(
    models.map((model) => {
      const sites = units.filter((unit) => unit.model === model).map(({ site }) => site);
      return [
        model.kind,
        combined(
          model,
          sites.map((site) => site.figures()),
        ),
      ];
    }),
  );
}

/** Draws up what happened, and holds it against what was expected. @param kinds as of the end of the scenario */
export async function summarise(
  scenario: Scenario,
  seed: number,
  street: Street,
  kinds: Findings["kinds"],
  wallSeconds: number,
): Promise<Summary> {
  const findings: Findings = {
    scenario: scenario.name,
    title: scenario.title,
    seed,
    units: street.units.length,
    virtualSeconds: scenario.durationMs / 1_000,
    wallSeconds,
    kinds,
    records: await recordsOf(street),
    faults: street.faults,
  };
  const expectations = judge(scenario.expectations, findings, street.models);
  return { ...findings, expectations, digest: street.digest };
}

async function recordsOf(street: Street): Promise<Findings["records"]> {
  const total = { made: 0, delivered: 0, waiting: 0, superseded: 0, lost: 0 };
  for (const unit of street.units) {
    const score = await street.records(unit);
    for (const place of Object.keys(total) as (keyof RecordScore)[]) total[place] += score[place];
  }
  return { ...total, duplicated: street.ingest.tally().duplicated };
}
