import type { TSchema } from "@sinclair/typebox";
import { LineCounter, parseDocument } from "yaml";
import type { Refusal } from "#devices/wire.ts";
import { check } from "./check.ts";

/** A file that cannot be used, with every reason why, each with its line and field. */
export class DocumentError extends Error {
  readonly file: string;
  readonly problems: readonly string[];

  constructor(file: string, problems: readonly string[]) {
    super(`${file} cannot be used:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
    this.name = "DocumentError";
    this.file = file;
    this.problems = problems;
  }
}

export interface Document<T> {
  readonly value: T;
  /** Throws DocumentError when there are refusals: for what a schema cannot say. */
  demand(refusals: readonly Refusal[]): void;
}

/**
 * Reads a YAML file (JSON is YAML) that must fit a schema. DocumentError names line and field of all that is wrong.
 * @param file its name, for messages
 */
export function readDocument<T>(text: string, file: string, schema: TSchema): Document<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => `line ${lines.linePos(offset).line}`;
  if (document.errors.length > 0)
    throw new DocumentError(
      file,
      document.errors.map((error) => `${at(error.pos[0])}: ${error.message}; expected YAML`),
    );
  const lineOf = (field: string) => {
    const path = field.split("/").map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    for (; path.length > 0; path.pop()) {
      const node = document.getIn(path, true);
      if (node && typeof node === "object" && "range" in node && Array.isArray(node.range))
        return at(node.range[0]);
    }
    return "line 1";
  };
  const demand = (refusals: readonly Refusal[]) => {
    if (refusals.length === 0) return;
    const say = ({ field, problem, expected }: Refusal) =>
      `${lineOf(field)}: ${field || "the file"} ${problem}; expected ${expected}`;
    throw new DocumentError(file, refusals.map(say));
  };
  const value: unknown = document.toJS();
  demand(check(schema, value));
  return { value: value as T, demand };
}

/** A refusal unless `zone` is a time zone of the IANA database. */
export function zoneRefusals(field: string, zone: string): Refusal[] {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return [];
  } catch {
    return [{ field, problem: `is "${zone}"`, expected: "an IANA name such as Europe/Rome" }];
  }
}
