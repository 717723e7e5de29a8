import * as Type from "@sinclair/typebox";
import * as catalogue from "#devices/furniture/index.ts";
import { type Furniture, sized } from "#devices/furniture/vocabulary.ts";
import { type Board, boardWith } from "#devices/plan/boards.ts";
import { bySeverity, type Finding, type Rule } from "#devices/plan/finding.ts";
import { type Plan, planOf } from "#devices/plan/plan.ts";
import type { Fitted } from "#devices/plan/wiring.ts";
import { partsOf, readUnitConfig } from "#firmware/config.ts";
import { type Document, DocumentError, type Located, readDocument } from "#firmware/document.ts";
import { partRefusals, type RawPlace } from "#firmware/places.ts";

/** A finding where the file has it. What the firmware's reader refuses has the rule `configuration`. */
export interface Told extends Omit<Finding, "rule"> {
  readonly rule: Rule | "configuration";
  readonly line: number;
}

export interface Checked {
  readonly kind: string | undefined;
  readonly unit: string | undefined;
  readonly board: Board;
  /** Absent where the file does not say which parts there are. */
  readonly plan: Plan | undefined;
  readonly parts: readonly Fitted[];
  /** Gravest first, then by their lines. */
  readonly findings: readonly Told[];
}

/** The least that a file must say for anything else in it to be understood. */
interface Header {
  readonly kind: string;
  readonly unit?: unknown;
  readonly parts?: Readonly<Record<string, RawPlace | "none">>;
}

const declarations = new Map<string, Furniture>(Object.values(catalogue).map((each) => [each.kind, each]));

const header = Type.Object({ kind: Type.Union([...declarations.keys()].map((kind) => Type.Literal(kind))) });

export interface CheckOptions {
  /** Absent: the one whose GPIO lines the parts are at. */
  readonly board?: Board | undefined;
  /** What the board's supply gives at 5 V; absent: the one that is recommended for it. */
  readonly supplyMa?: number | undefined;
}

/**
 * Reads a unit's configuration as the firmware does, and plans its wiring. What the firmware refuses is told among the
 * findings; of clashes the plan tells more. Throws DocumentError only for what is no YAML.
 */
export function checkUnit(text: string, file: string, { board, supplyMa }: CheckOptions = {}): Checked {
  const told = (findings: readonly Told[], rest: Partial<Checked> = {}): Checked => ({
    kind: undefined,
    unit: undefined,
    board: board ?? boardWith(undefined),
    plan: undefined,
    parts: [],
    ...rest,
    findings: [...findings].sort((a, b) => bySeverity(a, b) || a.line - b.line),
  });
  const [document, unreadable] = attempt(() => readDocument<Header>(text, file, header));
  if (!document) return told(unreadable);
  const { kind, unit, parts: given } = document.value;
  const names = { kind, unit: typeof unit === "string" ? unit : undefined };
  const declaration = sizedBy(document.value, declarations.get(kind)!);
  const [, refused] = attempt(() => readUnitConfig(text, file, declaration, partRefusals));
  if (refused.some(({ field }) => isOfParts(field, declaration))) return told(refused, names);
  const parts = fitted(given, declaration);
  const chosen = board ?? boardWith(gpioChipOf(parts));
  const onBoard = supplyMa === undefined ? chosen : { ...chosen, supplyMa };
  const plan = planOf(parts, onBoard, declaration);
  return told([...refused, ...located(plan.findings, document)], { ...names, board: onBoard, plan, parts });
}

const isOfParts = (field: string, { size }: Furniture) => /^parts\b/.test(field) || field === size?.name;

/** In the size that the file asks for; one that it cannot have is refused by the reader. */
function sizedBy(value: Header, declaration: Furniture): Furniture {
  const { size } = declaration;
  const asked = size && (value as unknown as Record<string, unknown>)[size.name];
  const isPossible = Number.isInteger(asked) && Number(asked) >= size!.min && Number(asked) <= size!.max;
  return sized(declaration, isPossible ? Number(asked) : size?.preset);
}

/** Roles that the file moves come last: it is they who are to blame for a clash. */
function fitted(given: Header["parts"], declaration: Furniture): Fitted[] {
  const isMoved = (role: string) => Number(Object.hasOwn(given ?? {}, role));
  return Object.entries(partsOf(given, declaration))
    .map(([role, { part, place }]) => ({ role, part, place }))
    .sort((a, b) => isMoved(a.role) - isMoved(b.role));
}

const gpioChipOf = (parts: readonly Fitted[]) =>
  parts.flatMap(({ place }) => (place.kind === "gpio" ? [place.chip] : []))[0];

const located = (findings: readonly Finding[], { lineOf }: Document<unknown>): Told[] =>
  findings.map((finding) => ({ ...finding, line: lineOf(finding.field) }));

/** What `read` returns, or what the reader refused. */
function attempt<T>(read: () => T): readonly [T, readonly []] | readonly [undefined, readonly Told[]] {
  try {
    return [read(), []];
  } catch (error) {
    if (!(error instanceof DocumentError) || error.refusals.length === 0) throw error;
    return [undefined, error.refusals.map(refusal)];
  }
}

const refusal = ({ line, field, problem, expected }: Located): Told => ({
  severity: "error",
  rule: "configuration",
  field,
  line,
  found: `${field || "the file"} ${problem}`,
  expected,
  fix: `correct it: ${expected}`,
});
