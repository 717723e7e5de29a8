import type { Column } from "../../devices/furniture/vocabulary.ts";
import { refusals, type Schema } from "../node/schema.ts";
import type { EditedNode } from "./editor-api.ts";
import { element, mark } from "./elements.ts";
import { rowButton } from "./row-button.ts";

type Values = Readonly<Record<string, unknown>>;

/** One cell of a row: what is shown, what it says now, and where a fault is shown. */
interface Cell {
  readonly content: readonly (Node | string)[];
  readonly read: () => unknown;
  readonly control: HTMLElement;
}

/** Monday first, as in devices/estimators/week-windows.ts. */
const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** Edits a list of rows with the same columns. @param name of the setting, whose catalogue has the columns' titles */
export function tableEditor(
  place: HTMLElement,
  node: EditedNode,
  {
    name,
    schema,
    columns,
  }: { readonly name: string; readonly schema: Schema; readonly columns: readonly Column[] },
  values: readonly Values[],
): () => Values[] {
  const body = element("tbody");
  const rows: { readonly line: HTMLElement; readonly cells: readonly Cell[] }[] = [];
  const read = () => rows.map(({ cells }) => rowOf(columns, cells));

  const check = () => {
    for (const { cells } of rows)
      cells.forEach(({ control, read }, index) => {
        const column = columns[index]!;
        const unit = column.kind === "number" ? column.unit : "";
        const inner = schema.items?.properties?.[column.name] ?? {};
        mark(control, refusals(inner, read(), "", unit)[0]?.expected);
      });
  };
  const append = (row: Values) => {
    if (rows.length >= (schema.maxItems ?? Number.POSITIVE_INFINITY)) return;
    const cells = columns.map((column) => cellOf(node, column, row[column.name], check));
    const line = element("tr", {}, ...cells.map(({ content }) => element("td", {}, ...content)));
    const entry = { line, cells };
    const remove = () => {
      rows.splice(rows.indexOf(entry), 1);
      line.remove();
    };
    line.append(element("td", {}, rowButton("remove", node._("form.remove"), remove)));
    rows.push(entry);
    body.append(line);
    check();
  };

  const titles = columns.map((column) =>
    element("th", {}, node._(`settings.${name}.columns.${column.name}`)),
  );
  place.append(
    element("table", { class: "plinth-rows" }, element("thead", {}, element("tr", {}, ...titles)), body),
    rowButton("plus", node._("form.addRow"), () => append(read().at(-1) ?? {}), node._("form.addRow")),
  );
  for (const row of values) append(row);
  return read;
}

const rowOf = (columns: readonly Column[], cells: readonly Cell[]): Values =>
  Object.fromEntries(columns.map(({ name }, index) => [name, cells[index]!.read()]));

function cellOf(node: EditedNode, column: Column, value: unknown, changed: () => void): Cell {
  switch (column.kind) {
    case "days":
      return daysCell(node, column, value, changed);
    case "choice":
      return choiceCell(column.options, column.title, value, changed);
    case "number": {
      const cell = textCell("number", column.title, value, changed);
      const read = () => (cell.control.value.trim() === "" ? Number.NaN : Number(cell.control.value));
      return { ...cell, content: [...cell.content, ` ${column.unit}`], read };
    }
    case "time":
    case "text":
      return textCell(column.kind, column.title, value, changed);
  }
}

function textCell(kind: "number" | "time" | "text", title: string, value: unknown, changed: () => void) {
  const control = element("input", {
    type: kind === "number" ? "number" : "text",
    class: `plinth-${kind}`,
    "aria-label": title,
    step: "any",
    spellcheck: "false",
    placeholder: kind === "time" ? "07:30" : "",
  });
  control.value = value === undefined ? "" : String(value);
  control.addEventListener("input", changed);
  return { content: [control], read: () => control.value.trim(), control };
}

function choiceCell(options: readonly string[], title: string, value: unknown, changed: () => void): Cell {
  const control = element("select", { "aria-label": title });
  for (const option of options) control.append(element("option", { value: option }, option));
  control.value = typeof value === "string" ? value : (options[0] ?? "");
  control.addEventListener("change", changed);
  return { content: [control], read: () => control.value, control };
}

/** Seven switches in a row. */
function daysCell(node: EditedNode, { title }: Column, value: unknown, changed: () => void): Cell {
  const chosen = Array.isArray(value) ? value : days;
  const control = element("span", { class: "plinth-days", role: "group", "aria-label": title });
  const boxes = days.map((day) => {
    const box = element("input", { type: "checkbox" });
    box.checked = chosen.includes(day);
    box.addEventListener("change", changed);
    control.append(element("label", { title: day }, box, element("span", {}, node._(`form.days.${day}`))));
    return box;
  });
  return { content: [control], read: () => days.filter((_, index) => boxes[index]!.checked), control };
}
