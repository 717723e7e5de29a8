/** Settings and their changes in words, as an integrator would tell them. */
import { type Weekday, weekdays } from "../estimators/week-windows.ts";
import { canonicalJson } from "../wire.ts";
import type { Setting } from "./vocabulary.ts";

/** What must be known of a setting to tell its values; a unit of `""` is none. */
type Field = Pick<Setting, "editor" | "unit" | "columns">;

type Row = Readonly<Record<string, unknown>>;

/** A value for a person: `60 s`, `on`, `sunset 100 %, 22:00 30 %`. */
export function valueWords(field: Field, value: unknown): string {
  switch (field.editor) {
    case "number":
      return amount(value, field.unit);
    case "switch":
      return value === true ? "on" : "off";
    case "profile":
      return listed(
        (value as readonly Row[]).map((point) => `${point.from} ${amount(point.level, field.unit)}`),
      );
    case "table":
      return listed((value as readonly Row[]).map((row) => rowWords(field, row)));
    case "units":
    case "texts":
    case "order":
      return listed(value as readonly string[]);
    case "choice":
      return String(value);
  }
}

/** What changes of a setting, in words; empty when nothing does. Both values must fit the field. */
export function changeWords(field: Field, before: unknown, after: unknown): string[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  switch (field.editor) {
    case "profile":
      return profileChanges(field, before as readonly Row[], after as readonly Row[]);
    case "units":
    case "texts":
      return listChanges(before as readonly string[], after as readonly string[]);
    case "table": {
      const rows = (value: unknown) => (value as readonly Row[]).map((row) => rowWords(field, row));
      return listChanges(rows(before), rows(after));
    }
    default:
      return [`${valueWords(field, before)} → ${valueWords(field, after)}`];
  }
}

function profileChanges({ unit }: Field, before: readonly Row[], after: readonly Row[]): string[] {
  const levels = (points: readonly Row[]) => new Map(points.map(({ from, level }) => [from, level]));
  const [old, next] = [levels(before), levels(after)];
  const changes = [...new Set([...old.keys(), ...next.keys()])].flatMap((from) => {
    if (!next.has(from)) return `${from} taken out`;
    if (!old.has(from)) return `${from} ${amount(next.get(from), unit)} added`;
    return old.get(from) === next.get(from)
      ? []
      : `${from} ${amount(old.get(from), unit)} → ${amount(next.get(from), unit)}`;
  });
  return changes.length > 0 ? changes : ["in another order"];
}

function listChanges(before: readonly string[], after: readonly string[]): string[] {
  const changes = [
    ...before.filter((entry) => !after.includes(entry)).map((entry) => `${entry} taken out`),
    ...after.filter((entry) => !before.includes(entry)).map((entry) => `${entry} added`),
  ];
  return changes.length > 0 ? changes : ["in another order"];
}

/** `mon to fri 07:00 to 10:00 all loading, longest stay 30 min`: texts that are empty are left out. */
function rowWords({ columns = [] }: Field, row: Row): string {
  const cells = columns.flatMap((column) => {
    const value = row[column.name];
    if (column.kind === "days") return daysWords(value as readonly Weekday[]);
    if (column.kind === "time" && column.name === "to") return `to ${value}`;
    if (column.kind === "number") return `, ${shortOf(column.title)} ${amount(value, column.unit)}`;
    return value === "" ? [] : String(value);
  });
  return cells.join(" ").replaceAll(" , ", ", ");
}

/** What stands behind a comma explains: `Longest stay, 0 for any`. */
const shortOf = (title: string) => title.split(",")[0]!.toLowerCase();

/** `every day`, `mon to fri`, `sat sun`: three and more after one another are told by the first and the last. */
function daysWords(days: readonly Weekday[]): string {
  if (weekdays.every((day) => days.includes(day))) return "every day";
  const places = weekdays.flatMap((day, place) => (days.includes(day) ? [place] : []));
  const [first = 0, last = 0] = [places[0], places.at(-1)];
  const isRun = places.length > 2 && last - first + 1 === places.length;
  return isRun ? `${weekdays[first]} to ${weekdays[last]}` : places.map((place) => weekdays[place]).join(" ");
}

const amount = (value: unknown, unit = "") => (unit === "" ? `${value}` : `${value} ${unit}`);
const listed = (words: readonly string[]) => (words.length > 0 ? words.join(", ") : "none");
