import type { FieldValue } from "#devices/estimators/estimator.ts";
import { type Furniture, sourcesOf } from "#devices/furniture/vocabulary.ts";
import type { Quantity } from "#devices/quantities.ts";
import type { RecordBody } from "#devices/wire.ts";
import type { UnitEvent } from "#firmware/journal.ts";
import type { Point } from "./course.ts";
import type { Told } from "./told.ts";

/** Something of a unit that is told again and again. */
export type Subject = {
  readonly unit: string;
  /** `telemetry illuminance`, `actuator lamp`, `alarm lampFailure`, `part light`. */
  readonly name: string;
} & (
  | {
      /** What is driven goes from one value to the next at once; what is measured passes all in between. */
      readonly kind: "measured" | "driven";
      readonly quantity: Quantity;
      /** The actuator whose target is measured: it may go from one value to the next while it is looked at. */
      readonly drivenBy?: string | undefined;
      readonly course: Point<number>[];
    }
  | {
      readonly kind: "state";
      /** One of several that may follow each other within a control tick, as reasons do; what they lead to is told apart. */
      readonly isPassing: boolean;
      readonly course: Point<string>[];
    }
);

/** Something that is told once, with its particulars. */
export interface Occurrence {
  readonly atMs: number;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** What a world told, sorted: subjects by unit and name, occurrences likewise. */
export interface Sorted {
  readonly subjects: ReadonlyMap<string, Subject>;
  readonly occurrences: ReadonlyMap<string, readonly Occurrence[]>;
}

/** @param declarations of every unit, by its id */
export function sorted(told: readonly Told[], declarations: ReadonlyMap<string, Furniture>): Sorted {
  const subjects = new Map<string, Subject>();
  const occurrences = new Map<string, Occurrence[]>();
  for (const { atMs, unit, event } of told) {
    const state = (name: string, value: string, isPassing = false) => {
      const key = `${unit} ${name}`;
      const known = subjects.get(key) ?? { unit, name, kind: "state", isPassing, course: [] };
      subjects.set(key, known);
      if (known.kind === "state") known.course.push({ atMs, value });
    };
    const amount: Sorters["amount"] = (kind, name, value, quantity, drivenBy) => {
      const key = `${unit} ${name}`;
      const known = subjects.get(key) ?? { unit, name, kind, quantity, drivenBy, course: [] };
      subjects.set(key, known);
      if (known.kind !== "state") known.course.push({ atMs, value });
    };
    const occurrence = (name: string, fields: Occurrence["fields"]) => {
      const key = `${unit} ${name}`;
      const known = occurrences.get(key) ?? [];
      occurrences.set(key, known);
      known.push({ atMs, fields });
    };
    tell(event, declarations.get(unit)!, { state, amount, occurrence });
  }
  return { subjects, occurrences };
}

interface Sorters {
  state(name: string, value: string, isPassing?: boolean): void;
  amount(
    kind: "measured" | "driven",
    name: string,
    value: number,
    quantity: Quantity,
    drivenBy?: string,
  ): void;
  occurrence(name: string, fields: Occurrence["fields"]): void;
}

/** What a process says of itself, of its link and of its log is of its own world: it has no subject. */
function tell(event: UnitEvent, declaration: Furniture, to: Sorters): void {
  if (event.type === "actuator") {
    to.amount("driven", `actuator ${event.name}`, event.value, declaration.actuators[event.name]!.quantity);
    to.state(`reason of ${event.name}`, event.reason.code, true);
  } else if (event.type === "alarm") to.state(`alarm ${event.name}`, event.state);
  else if (event.type === "part") to.state(`part ${event.role}`, event.state);
  else if (event.type === "settings")
    to.occurrence("settings", { revision: event.revision, refusals: event.refusals.length });
  else if (event.type === "taken")
    to.occurrence(`command ${event.command}`, event.args as Occurrence["fields"]);
  else if (event.type === "record") tellRecord(event.body, declaration, to);
}

/** The other classes of records repeat what the journal tells anyway. */
function tellRecord(body: RecordBody, declaration: Furniture, to: Sorters): void {
  if (body.type === "event") to.occurrence(`event ${body.name}`, body.fields);
  if (body.type !== "measurement") return;
  const { source } = declaration.telemetry[body.name]!;
  const quantity = sourcesOf(declaration).get(source)!;
  const [actuator, rest] = source.split(".");
  const drivenBy = rest === "target" ? `actuator ${actuator}` : undefined;
  to.amount("measured", `telemetry ${body.name}`, body.value ?? Number.NaN, quantity, drivenBy);
}
