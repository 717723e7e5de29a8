import type { Column } from "../../devices/furniture/vocabulary.ts";
import { refusals, type Schema } from "../node/schema.ts";
import { type Cell, cellOf } from "./cell.ts";
import type { EditedNode } from "./editor-api.ts";
import { element, mark } from "./elements.ts";
import type { Edits } from "./picture.ts";
import { type Named, sayProblem } from "./problem.ts";
import { rowButton } from "./row-button.ts";
import { expectedWords } from "./spoken.ts";
import { weekGrid } from "./week-grid.ts";
import { isWeek, type Values } from "./week-rows.ts";

/** So many columns stand beside each other in a narrow tray; with more, each row becomes a card. */
const wide = 3;

interface Row {
  readonly line: HTMLElement;
  readonly number: HTMLElement;
  readonly cells: readonly Cell[];
}

interface TableSetting extends Named {
  readonly schema: Schema;
  readonly columns: readonly Column[];
}

/**
 * Edits a list of rows with the same columns; where they are windows of a week, in its picture too.
 * @returns what the rows say now
 */
export function tableEditor(
  place: HTMLElement,
  node: EditedNode,
  setting: TableSetting,
  values: readonly Values[],
): () => Values[] {
  const { name, schema, columns } = setting;
  const body = element("tbody");
  const rows: Row[] = [];
  const read = () => rows.map(({ cells }) => rowOf(columns, cells));

  const update = () => {
    rows.forEach(({ number }, row) => {
      number.textContent = String(row + 1);
    });
    const refused = rows.flatMap(({ cells }, row) =>
      cells.flatMap(({ control, read }, index) => {
        const [refusal] = cellRefusals(setting, columns[index]!, read(), row);
        mark(control, expectedWords(node, refusal));
        return refusal ? [refusal] : [];
      }),
    );
    sayProblem(node, setting, refused[0] ?? refusals(schema, read(), "")[0]);
    draw();
  };
  const edits: Edits<Values> = {
    read,
    change: (index, row) => {
      for (const [column, { write }] of rows[index]!.cells.entries()) write(row[columns[column]!.name]);
      update();
    },
    insert: (index, row) => {
      if (rows.length >= (schema.maxItems ?? Number.POSITIVE_INFINITY)) return false;
      const entry: Row = makeRow(node, setting, row, update, [
        rowButton("arrow-up", node._("form.up"), () => raise(entry)),
        rowButton("remove", node._("form.remove"), () => edits.remove(rows.indexOf(entry))),
      ]);
      body.insertBefore(entry.line, rows[index]?.line ?? null);
      rows.splice(index, 0, entry);
      update();
      return true;
    },
    remove: (index) => {
      if (rows.length <= (schema.minItems ?? 0)) return false;
      rows[index]!.line.remove();
      rows.splice(index, 1);
      update();
      return true;
    },
  };
  const raise = (row: Row) => {
    const index = rows.indexOf(row);
    if (index < 1) return;
    body.insertBefore(row.line, rows[index - 1]!.line);
    rows.splice(index - 1, 2, row, rows[index - 1]!);
    update();
  };
  const draw = isWeek(columns) ? weekGrid(place, node, columns, edits) : () => {};

  const titles = columns.map((column) =>
    element("th", {}, node._(`settings.${name}.columns.${column.name}`)),
  );
  const append = () => edits.insert(rows.length, read().at(-1) ?? {});
  place.append(
    element(
      "table",
      { class: `plinth-rows${columns.length > wide ? " plinth-wide" : ""}` },
      element("thead", {}, element("tr", {}, element("td"), ...titles)),
      body,
    ),
    rowButton("plus", node._("form.addRow"), append, node._("form.addRow")),
  );
  for (const row of values) edits.insert(rows.length, row);
  update();
  return read;
}

function makeRow(
  node: EditedNode,
  { name, columns }: TableSetting,
  row: Values,
  changed: () => void,
  buttons: readonly HTMLElement[],
): Row {
  const number = element("th", { scope: "row" });
  const made = columns.map((column) => {
    const title = node._(`settings.${name}.columns.${column.name}`);
    const cell = cellOf(node, column, title, row[column.name], changed);
    return { cell, place: element("td", { "data-title": title }, ...cell.content) };
  });
  const places = made.map(({ place }) => place);
  const line = element("tr", {}, number, ...places, element("td", { class: "plinth-buttons" }, ...buttons));
  return { line, number, cells: made.map(({ cell }) => cell) };
}

const rowOf = (columns: readonly Column[], cells: readonly Cell[]): Values =>
  Object.fromEntries(columns.map(({ name }, index) => [name, cells[index]!.read()]));

function cellRefusals({ schema }: TableSetting, column: Column, value: unknown, row: number) {
  const unit = column.kind === "number" ? column.unit : "";
  const inner = schema.items?.properties?.[column.name] ?? {};
  return refusals(inner, value, `/${row}/${column.name}`, unit).map((refusal) => ({
    ...refusal,
    field: `/${row}/${column.name}`,
  }));
}
