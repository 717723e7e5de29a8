import { readScenario, type Scenario } from "../../scenario/scenario.ts";
import { isUnitFile, unitScenario } from "../../scenario/unit-scenario.ts";

/** What the program of a guest is told: `guest-street.ts`. */
export interface StreetJob {
  /** YAML of a scenario, or of a unit's configuration, and what messages call it. */
  readonly text: string;
  readonly file: string;
  readonly startUnixMs: number;
  readonly seed: number;
  readonly hours: number;
  readonly version: string;
  /** Of the kind the program of its bundle, by kind. */
  readonly programs: Readonly<Record<string, string>>;
  /** For configuration and data. */
  readonly folder: string;
}

/** The street that a file describes. Rejects with DocumentError. */
export const streetIn = ({
  text,
  file,
  startUnixMs,
}: Pick<StreetJob, "text" | "file" | "startUnixMs">): Promise<Scenario> =>
  isUnitFile(text) ? unitScenario(text, file, startUnixMs) : readScenario(text, file);
