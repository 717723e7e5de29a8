import type { RecordState } from "../unit-detail.ts";
import type { UnitState } from "../view.ts";
import { KeyedChildren, make, setAttribute, setText } from "./dom.ts";
import { localTime } from "./format.ts";
import { tableOf } from "./table.ts";

interface Row {
  readonly record: RecordState;
  readonly timeZone: string;
}

/** The last records of a unit as it made them, and how many it still has to send. */
export class LatestRecords {
  readonly element: HTMLElement;
  readonly #rows: KeyedChildren<HTMLTableRowElement, Row>;
  readonly #stand = make("p", "stand");

  constructor() {
    const { element, heading, body } = tableOf("Last records", "records", ["time", "class", "what", "value"]);
    this.element = element;
    heading.after(this.#stand);
    this.#rows = new KeyedChildren(body, makeRow, showRecord);
  }

  /** How many there are, which the street tells by itself. */
  count(records: UnitState["records"]): void {
    setText(this.#stand, records ? standText(records) : "The process is down.");
  }

  show(records: readonly RecordState[], timeZone: string): void {
    // Numbers begin anew with each outbox: time and number together name a record.
    this.#rows.show(
      records.map((record) => [`${record.atMs} ${record.sequence}`, { record, timeZone }] as const),
    );
  }
}

export const standText = ({ made, waiting, dropped }: NonNullable<UnitState["records"]>) =>
  waiting === undefined
    ? `${made} made`
    : `${made} made, ${waiting} waiting to be sent, ${dropped === 0 ? "none" : dropped} dropped`;

const makeRow = () => make("tr", "", make("td"), make("td"), make("td"), make("td"));

function showRecord(row: HTMLTableRowElement, { record, timeZone }: Row): void {
  const [time, recordClass, what, value] = row.children;
  setAttribute(row, "data-sequence", String(record.sequence));
  setAttribute(row, "data-class", record.recordClass);
  setText(time!, localTime(record.atMs, timeZone).time);
  setText(recordClass!, record.recordClass);
  setText(what!, record.what);
  setText(value!, record.value);
}
