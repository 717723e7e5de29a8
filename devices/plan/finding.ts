/** `error`: as it stands the unit cannot work; `warning`: something must be added that no file can tell; `notice`: good to know. */
export type Severity = "error" | "warning" | "notice";

/** What a plan may find, by a name that stays. */
export const rules = [
  "i2c-bus-absent",
  "i2c-address-clash",
  "i2c-multiplexer-needed",
  "i2c-all-call-clash",
  "i2c-level",
  "i2c-pull-ups",
  "i2c-bus-time",
  "serial-port-absent",
  "serial-port-name",
  "serial-port-unsteady",
  "serial-not-shared",
  "serial-speed",
  "serial-unit-clash",
  "serial-transceiver",
  "gpio-chip-absent",
  "gpio-line-absent",
  "gpio-line-clash",
  "gpio-line-reserved",
  "level",
  "supply",
  "power",
] as const;
export type Rule = (typeof rules)[number];

/** Something that whoever wires or configures the unit must know. */
export interface Finding {
  readonly severity: Severity;
  readonly rule: Rule;
  /** Of the part that it is about; absent where it is about a wire or a rail. */
  readonly role?: string;
  /** Where the configuration says it, or would: `parts/light/address`. */
  readonly field: string;
  readonly found: string;
  readonly expected: string;
  /** What to do. What is to be written into the configuration is in YAML. */
  readonly fix: string;
}

const rank: readonly Severity[] = ["error", "warning", "notice"];

/** Gravest first, otherwise as they were found. */
export const bySeverity = (a: Pick<Finding, "severity">, b: Pick<Finding, "severity">) =>
  rank.indexOf(a.severity) - rank.indexOf(b.severity);
