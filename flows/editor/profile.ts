import { refusals, type Schema } from "../node/schema.ts";
import type { EditedNode } from "./editor-api.ts";
import { element, mark, pair } from "./elements.ts";
import type { Point } from "./night.ts";
import type { Edits } from "./picture.ts";
import { type Named, sayProblem } from "./problem.ts";
import { profilePicture } from "./profile-picture.ts";
import { rowButton } from "./row-button.ts";
import { expectedWords } from "./spoken.ts";

interface Row {
  readonly line: HTMLTableRowElement;
  readonly from: HTMLInputElement;
  readonly level: HTMLInputElement;
  write(point: Point): void;
}

/** Edits a dimming profile: its picture, and below it a row for each point. @returns what the rows say now. */
export function profileEditor(
  place: HTMLElement,
  node: EditedNode,
  setting: Named & { readonly schema: Schema },
  points: readonly Point[],
): () => Point[] {
  const { schema } = setting;
  const body = element("tbody");
  const rows: Row[] = [];
  const read = () => rows.map(({ from, level }) => ({ from: from.value.trim(), level: numberOf(level) }));

  const update = () => {
    for (const { from, level } of rows) {
      mark(from, problemOf(node, schema.items?.properties?.from, from.value.trim(), ""));
      mark(level, problemOf(node, schema.items?.properties?.level, numberOf(level), "%"));
    }
    sayProblem(node, setting, refusals(schema, read(), "", "%")[0]);
    draw();
  };
  const edits: Edits<Point> = {
    read,
    change: (index, point) => {
      rows[index]!.write(point);
      update();
    },
    insert: (index, point) => {
      if (rows.length >= (schema.maxItems ?? Number.POSITIVE_INFINITY)) return false;
      const row = pointRow(node, point, update, () => edits.remove(rows.indexOf(row)));
      body.insertBefore(row.line, rows[index]?.line ?? null);
      rows.splice(index, 0, row);
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
  const draw = profilePicture(place, node, edits);

  const next = () => ({ from: "", level: rows.length > 0 ? numberOf(rows.at(-1)!.level) : 50 });
  const append = () => edits.insert(rows.length, next());
  const head = element("tr", {}, ...["form.from", "form.level"].map((key) => element("th", {}, node._(key))));
  place.append(
    element("small", { class: "plinth-range" }, node._("form.strip")),
    element("table", { class: "plinth-points" }, element("thead", {}, head), body),
    rowButton("plus", node._("form.add"), append, node._("form.add")),
  );
  for (const point of points) edits.insert(rows.length, point);
  update();
  return read;
}

function pointRow(node: EditedNode, point: Point, changed: () => void, remove: () => void): Row {
  const from = element("input", {
    type: "text",
    spellcheck: "false",
    placeholder: node._("form.timePlaceholder"),
    "aria-label": node._("form.from"),
  });
  const bounds = { min: "0", max: "100", "aria-label": node._("form.level") };
  const level = element("input", { type: "number", ...bounds, step: "any" });
  const slider = element("input", { type: "range", ...bounds, step: "1" });
  const removal = rowButton("remove", node._("form.remove"), remove);
  const write = (written: Point) => {
    from.value = written.from;
    level.value = String(written.level);
    slider.value = level.value;
  };
  write(point);
  pair(level, slider);
  for (const control of [from, level]) control.addEventListener("input", changed);
  const cells = [[from], [level, " %"], [slider], [removal]].map((content) => element("td", {}, ...content));
  return { line: element("tr", {}, ...cells), from, level, write };
}

const numberOf = ({ value }: HTMLInputElement) => (value.trim() === "" ? Number.NaN : Number(value));

function problemOf(
  node: EditedNode,
  schema: Schema | undefined,
  value: unknown,
  unit: string,
): string | undefined {
  return schema && expectedWords(node, refusals(schema, value, "", unit)[0]);
}
