import type { TSchema } from "@sinclair/typebox";
import { isMap, isNode, isPair, isSeq, LineCounter, type Node, type Pair, parseDocument } from "yaml";
import { utcOffsetMs } from "#devices/estimators/local-time.ts";
import type { Refusal } from "#devices/wire.ts";
import { checkOnce } from "./check.ts";

/** A refusal where the file has it. */
export interface Located extends Refusal {
  readonly line: number;
}

/**
 * A file that cannot be used, with every reason why, each with its line and field. What is no YAML has no refusals:
 * nothing in it has a name.
 */
export class DocumentError extends Error {
  readonly file: string;
  readonly problems: readonly string[];
  readonly refusals: readonly Located[];

  constructor(file: string, problems: readonly string[], refusals: readonly Located[] = []) {
    super(`${file} cannot be used:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
    this.name = "DocumentError";
    this.file = file;
    this.problems = problems;
    this.refusals = refusals;
  }
}

export interface Document<T> {
  readonly value: T;
  /** Of a field, or of what encloses it as much as there is. */
  lineOf(field: string): number;
  /** Throws DocumentError when there are refusals: for what a schema cannot say. */
  demand(refusals: readonly Refusal[]): void;
}

/**
 * Reads a YAML file (JSON is YAML) that must fit a schema. DocumentError names line and field of all that is wrong.
 * @param file its name, for messages
 * @param schema or, where that depends on the file, the schema for what it says
 * @param judge what a schema cannot say, told together with what it can: it is asked whether or not `value` fits
 */
export function readDocument<T>(
  text: string,
  file: string,
  schema: TSchema | ((value: unknown) => TSchema),
  judge: (value: unknown) => readonly Refusal[] = () => [],
): Document<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  if (document.errors.length > 0)
    throw new DocumentError(
      file,
      document.errors.map((error) => `line ${lineAt(error.pos[0])}: ${error.message}; expected YAML`),
    );
  const lineOf = (field: string) => lineAt(offsetOf(document.contents, field));
  const demand = (refusals: readonly Refusal[]) => {
    if (refusals.length === 0) return;
    const located = refusals.map((refusal) => ({ ...refusal, line: lineOf(refusal.field) }));
    located.sort((a, b) => a.line - b.line);
    throw new DocumentError(
      file,
      located.map(
        ({ line, field, problem, expected }) =>
          `line ${line}: ${field || "the file"} ${problem}; expected ${expected}`,
      ),
      located,
    );
  };
  const value: unknown = document.toJS();
  const refusals = checkOnce(typeof schema === "function" ? schema(value) : schema, value);
  const refused = new Set(refusals.map(({ field }) => field));
  demand([...refusals, ...judge(value).filter(({ field }) => !refused.has(field))]);
  return { value: value as T, lineOf, demand };
}

/** Where a field stands: its key, or of what encloses it as much as there is. */
function offsetOf(root: Node | null, field: string): number {
  let offset = 0;
  let within: unknown = root;
  for (const step of field.split("/")) {
    const found = stepInto(within, step);
    if (!found) break;
    offset = startOf(isPair(found) ? found.key : found) ?? offset;
    within = isPair(found) ? found.value : found;
  }
  return offset;
}

function stepInto(within: unknown, step: string): Pair | Node | undefined {
  if (isMap(within)) return within.items.find(({ key }) => String(key) === step);
  const item = isSeq(within) ? within.items[Number(step)] : undefined;
  return isNode(item) ? item : undefined;
}

const startOf = (node: unknown) => (isNode(node) ? node.range?.[0] : undefined);

/** A refusal unless `zone` is a time zone of the IANA database. */
export function zoneRefusals(field: string, zone: string): Refusal[] {
  try {
    utcOffsetMs(zone, 0);
    return [];
  } catch {
    return [{ field, problem: `is "${zone}"`, expected: "an IANA name such as Europe/Rome" }];
  }
}
