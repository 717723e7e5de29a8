import { alarmsOf } from "#devices/furniture/alarms.ts";
import { type Furniture, sourcesOf } from "#devices/furniture/vocabulary.ts";
import type { Quantity } from "#devices/quantities.ts";
import type { RecordBody } from "#devices/wire.ts";
import type { UnitEvent } from "#firmware/journal.ts";
import type { RecordState } from "../page/unit-detail.ts";

const recordsMax = 20;

/** The last records that a unit made, in the words of its declaration. */
export class LastRecords {
  readonly #declaration: Furniture;
  /** The newest last. */
  readonly #records: RecordState[] = [];

  constructor(declaration: Furniture) {
    this.#declaration = declaration;
  }

  hear(event: UnitEvent, atMs: number): void {
    if (event.type !== "record") return;
    const { sequence, body } = event;
    this.#records.push({ sequence, atMs, ...tell(this.#declaration, body) });
    if (this.#records.length > recordsMax) this.#records.shift();
  }

  /** The newest first. */
  get newest(): readonly RecordState[] {
    return [...this.#records].reverse();
  }
}

function tell(declaration: Furniture, body: RecordBody): Pick<RecordState, "recordClass" | "what" | "value"> {
  switch (body.type) {
    case "measurement": {
      const { title, source, recordClass, words } = declaration.telemetry[body.name]!;
      const quantity = sourcesOf(declaration).get(source)!;
      return { recordClass, what: title, value: measured(body, quantity, words) };
    }
    case "alarm": {
      const { title } = alarmsOf(declaration)[body.name]!;
      return { recordClass: "alarm", what: title, value: `${body.state}, ${body.severity}` };
    }
    case "part": {
      const fault = body.fault === undefined ? "" : `: ${body.fault}`;
      return {
        recordClass: "event",
        what: declaration.roles[body.role]?.title ?? body.role,
        value: `${body.state}${fault}`,
      };
    }
    case "event": {
      const { title, recordClass } = declaration.events[body.name]!;
      const fields = Object.entries(body.fields).map(([name, value]) => `${name} ${fieldText(value)}`);
      return { recordClass, what: title, value: fields.join(", ") };
    }
    case "actuator": {
      const { title, quantity } = declaration.actuators[body.name]!;
      return { recordClass: "state", what: title, value: `${stand(body.value, quantity)}: ${body.text}` };
    }
  }
}

function measured(
  { value, quality }: Extract<RecordBody, { type: "measurement" }>,
  quantity: Quantity,
  words: readonly string[] | undefined,
): string {
  if (value === null) return "no value";
  const text = words?.[value] ?? amount(value, quantity);
  return quality === "good" ? text : `${text}, ${quality}`;
}

const amount = (value: number, { unit, decimals }: Quantity) =>
  `${value.toFixed(decimals).replace("-", "−")}${unit === "1" ? "" : ` ${unit}`}`;

/** On and off have no unit. */
const stand = (value: number, quantity: Quantity) =>
  quantity.unit === "1" && (value === 0 || value === 1)
    ? value === 1
      ? "on"
      : "off"
    : amount(value, quantity);

const fieldText = (value: unknown) => (typeof value === "object" ? JSON.stringify(value) : String(value));
