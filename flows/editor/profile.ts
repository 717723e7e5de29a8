import { refusals, type Schema } from "../node/schema.ts";
import type { EditedNode } from "./editor-api.ts";
import { element, mark, pair } from "./elements.ts";
import type { Point } from "./night.ts";
import { rowButton } from "./row-button.ts";
import { drawStrip } from "./strip.ts";

interface Row {
  readonly line: HTMLTableRowElement;
  readonly from: HTMLInputElement;
  readonly level: HTMLInputElement;
}

/** Edits a dimming profile: its picture, and below it a row for each point. @returns what the rows say now. */
export function profileEditor(
  place: HTMLElement,
  node: EditedNode,
  schema: Schema,
  points: readonly Point[],
): () => Point[] {
  const strip = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  strip.setAttribute("class", "plinth-strip");
  strip.append(document.createElementNS("http://www.w3.org/2000/svg", "title"));
  const body = element("tbody");
  const rows: Row[] = [];
  const read = () => rows.map(({ from, level }) => ({ from: from.value.trim(), level: numberOf(level) }));

  const update = () => {
    for (const { from, level } of rows) {
      mark(from, problemOf(schema.items?.properties?.from, from.value.trim(), ""));
      mark(level, problemOf(schema.items?.properties?.level, numberOf(level), "%"));
    }
    drawStrip(strip, read());
  };
  const remove = (row: Row) => {
    if (rows.length <= (schema.minItems ?? 0)) return;
    rows.splice(rows.indexOf(row), 1);
    row.line.remove();
    update();
  };
  const append = (point: Point) => {
    if (rows.length >= (schema.maxItems ?? Number.POSITIVE_INFINITY)) return;
    const row = pointRow(node, point, update, () => remove(row));
    rows.push(row);
    body.append(row.line);
    update();
  };

  const next = () => ({ from: "", level: rows.length > 0 ? numberOf(rows.at(-1)!.level) : 50 });
  const add = rowButton("plus", node._("form.add"), () => append(next()), node._("form.add"));
  const head = element("tr", {}, ...["form.from", "form.level"].map((key) => element("th", {}, node._(key))));
  place.append(
    strip,
    element("small", { class: "plinth-range" }, node._("form.strip")),
    element("table", { class: "plinth-points" }, element("thead", {}, head), body),
    add,
  );
  for (const point of points) append(point);
  update();
  return read;
}

function pointRow(node: EditedNode, point: Point, changed: () => void, remove: () => void): Row {
  const from = element("input", {
    type: "text",
    spellcheck: "false",
    placeholder: node._("form.timePlaceholder"),
  });
  const level = element("input", { type: "number", min: "0", max: "100", step: "any" });
  const slider = element("input", { type: "range", min: "0", max: "100", step: "1" });
  const removal = rowButton("remove", node._("form.remove"), remove);
  from.value = point.from;
  level.value = String(point.level);
  pair(level, slider);
  for (const control of [from, level]) control.addEventListener("input", changed);
  const cells = [[from], [level, " %"], [slider], [removal]].map((content) => element("td", {}, ...content));
  return { line: element("tr", {}, ...cells), from, level };
}

const numberOf = ({ value }: HTMLInputElement) => (value.trim() === "" ? Number.NaN : Number(value));

function problemOf(schema: Schema | undefined, value: unknown, unit: string): string | undefined {
  return schema && refusals(schema, value, "", unit)[0]?.expected;
}
