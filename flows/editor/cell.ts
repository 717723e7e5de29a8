import { weekdays } from "../../devices/estimators/week-windows.ts";
import type { Column } from "../../devices/furniture/vocabulary.ts";
import type { EditedNode } from "./editor-api.ts";
import { element } from "./elements.ts";
import { spokenBy } from "./spoken.ts";

/** One cell of a row: what is shown, what it says now, how it is told otherwise, and where a fault is shown. */
export interface Cell {
  readonly content: readonly (Node | string)[];
  readonly read: () => unknown;
  readonly write: (value: unknown) => void;
  readonly control: HTMLElement;
}

/** @param title of its column, in the reader's language */
export function cellOf(
  node: EditedNode,
  column: Column,
  title: string,
  value: unknown,
  changed: () => void,
): Cell {
  const cell = emptyCell(node, column, title, changed);
  cell.write(value);
  return cell;
}

function emptyCell(node: EditedNode, column: Column, title: string, changed: () => void): Cell {
  switch (column.kind) {
    case "days":
      return daysCell(node, title, changed);
    case "choice":
      return choiceCell(node, column.options, title, changed);
    case "number": {
      const cell = textCell("number", title, changed);
      const read = () => (cell.control.value.trim() === "" ? Number.NaN : Number(cell.control.value));
      return { ...cell, content: [...cell.content, ` ${column.unit}`], read };
    }
    case "time":
    case "text":
      return textCell(column.kind, title, changed);
  }
}

function textCell(kind: "number" | "time" | "text", title: string, changed: () => void) {
  const control = element("input", {
    type: kind === "number" ? "number" : "text",
    class: `plinth-${kind}`,
    "aria-label": title,
    step: "any",
    spellcheck: "false",
    placeholder: kind === "time" ? "07:30" : "",
  });
  const write = (value: unknown) => {
    control.value = value === undefined ? "" : String(value);
  };
  control.addEventListener("input", changed);
  return { content: [control], read: () => control.value.trim(), write, control };
}

function choiceCell(node: EditedNode, options: readonly string[], title: string, changed: () => void): Cell {
  const control = element("select", { "aria-label": title });
  for (const option of options) control.append(element("option", { value: option }, spokenBy(node, option)));
  const write = (value: unknown) => {
    control.value = typeof value === "string" ? value : (options[0] ?? "");
  };
  control.addEventListener("change", changed);
  return { content: [control], read: () => control.value, write, control };
}

/** Seven switches in a row. */
function daysCell(node: EditedNode, title: string, changed: () => void): Cell {
  const control = element("span", { class: "plinth-days", role: "group", "aria-label": title });
  const boxes = weekdays.map(() => element("input", { type: "checkbox" }));
  weekdays.forEach((day, index) => {
    const box = boxes[index]!;
    box.addEventListener("change", changed);
    control.append(
      element("label", { title: spokenBy(node, day) }, box, element("span", {}, node._(`form.days.${day}`))),
    );
  });
  const write = (value: unknown) => {
    const chosen: readonly unknown[] = Array.isArray(value) ? value : weekdays;
    boxes.forEach((box, index) => {
      box.checked = chosen.includes(weekdays[index]);
    });
  };
  return {
    content: [control],
    read: () => weekdays.filter((_, index) => boxes[index]!.checked),
    write,
    control,
  };
}
