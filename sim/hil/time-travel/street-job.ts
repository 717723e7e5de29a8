/** What the program of a guest is told: `guest-street.ts`. */
export interface StreetJob {
  /** YAML of a scenario, or of a unit's configuration, and what messages call it. */
  readonly text: string;
  readonly file: string;
  readonly startUnixMs: number;
  readonly seed: number;
  readonly hours: number;
  /** Whose program runs as a process of its own, and of whom is told. */
  readonly unit: string;
  readonly version: string;
  /** Of the kind the program of its bundle, by kind. */
  readonly programs: Readonly<Record<string, string>>;
  /** For configuration and data. */
  readonly folder: string;
}
