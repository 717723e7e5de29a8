/** What is wrong with a flow, where, and what to do about it. */
export type Severity = "error" | "warning" | "notice";

export const rules = [
  /** The file itself: ids, wires. */
  "shape",
  /** A node type that is neither Node-RED's nor ours. */
  "type",
  "broker",
  "site",
  "unit",
  "setting",
  /** Hardware or a unit's topics are driven past what guards them. */
  "interlock",
  /** A node that holds up Node-RED, or messages without end. */
  "blocking",
] as const;
export type Rule = (typeof rules)[number];

export interface Finding {
  readonly severity: Severity;
  readonly rule: Rule;
  /** The node's id in the file; absent where it is about the whole. */
  readonly node?: string;
  /** Path within the node: `profile/2/level`; empty for the node as a whole. */
  readonly field: string;
  readonly found: string;
  readonly expected: string;
  readonly fix: string;
}

const gravity: Readonly<Record<Severity, number>> = { error: 0, warning: 1, notice: 2 };

export const bySeverity = (a: Finding, b: Finding) => gravity[a.severity] - gravity[b.severity];
