import { type Weekday, weekdays } from "../../devices/estimators/week-windows.ts";
import type { Column } from "../../devices/furniture/vocabulary.ts";
import type { EditedNode } from "./editor-api.ts";
import { element } from "./elements.ts";
import { blocksOf } from "./overlap.ts";
import { arrowOf, type Drag, type Edits, keeper, onDrag } from "./picture.ts";
import { spokenBy } from "./spoken.ts";
import { day, minutesOf } from "./time-of-day.ts";
import { dayMoved, daysShifted, grain, type Hold, shifted, windowAt } from "./week.ts";
import { drawBlock, keyOf, laneHeight, makeBlock } from "./week-block.ts";
import { lanesOf, type Values, weekRow, windowOf } from "./week-rows.ts";

/** What a hand or the focus is on. */
interface Held {
  readonly row: number;
  readonly began: Weekday;
  readonly hold: Hold;
}

/** A week of 7 days by 24 h, with a block for each window, for mouse, touch and keys. @returns draws it anew */
export function weekGrid(
  place: HTMLElement,
  node: EditedNode,
  columns: readonly Column[],
  edits: Edits<Values>,
): () => void {
  const days = weekdays.map((weekday) => {
    const line = element("div", { class: "plinth-day", "data-day": weekday });
    return { weekday, line, arrange: keeper(line, makeBlock) };
  });
  const said = element("div", { class: "plinth-said", role: "status" });
  const grid = element("div", { class: "plinth-week", role: "group", "aria-label": node._("form.week") });
  grid.append(hoursLine(), ...days.map(({ weekday, line }) => dayLine(node, weekday, line)));
  place.append(grid, element("small", { class: "plinth-range" }, node._("form.weekKeys")), said);

  const draw = () => {
    const rows = edits.read().map((values) => weekRow(columns, values, (choice) => spokenBy(node, choice)));
    const lanes = lanesOf(rows);
    const blocks = blocksOf(rows);
    for (const { weekday, line, arrange } of days) {
      const own = blocks.filter((block) => block.day === weekday);
      line.style.height = `${Math.max(1, lanes.length) * laneHeight}px`;
      arrange(own.map(keyOf)).forEach((made, index) => {
        const block = own[index]!;
        const row = rows[block.row]!;
        drawBlock(node, made, { block, row, lane: lanes.indexOf(row.lane) });
      });
    }
  };
  const focus = ({ row, hold }: Pick<Held, "row" | "hold">) => {
    const place = hold === "whole" ? "" : ` [data-hold="${hold}"]`;
    grid.querySelector<HTMLElement>(`[data-row="${row}"]${place}[tabindex="0"]`)?.focus();
  };
  const change = (held: Held, values: Values) => {
    edits.change(held.row, values);
    focus(held);
  };
  const remove = (row: number) => {
    if (edits.remove(row)) focus({ row: Math.min(row, edits.read().length - 1), hold: "whole" });
  };
  const insert = (index: number, values: Values) => {
    if (edits.insert(index, values)) focus({ row: index, hold: "whole" });
  };

  onDrag(grid, (down) => {
    const held = heldOf(down);
    if (held) focus(held);
    return held && dragOf(held, down, { days, edits, change });
  });
  grid.addEventListener("click", (event) => {
    const line = (event.target as Element).closest<HTMLElement>(".plinth-day");
    if (!line || event.target !== line) return;
    const window = windowAt(line.dataset.day as Weekday, minuteIn(line, event));
    const rows = edits.read();
    insert(rows.length, { ...rows.at(-1), ...window });
  });
  grid.addEventListener("keydown", (event) => {
    const held = heldOf(event);
    if (!held) return;
    const values = edits.read()[held.row]!;
    const arrow = arrowOf(event);
    if (arrow) {
      const step = event.shiftKey ? grain.bigKey : grain.key;
      change(held, arrowed(values, held.hold, arrow, step));
      said.textContent =
        grid.querySelector(`[data-row="${held.row}"][role=group]`)?.getAttribute("aria-label") ?? "";
    } else if (event.key === "Delete" || event.key === "Backspace") remove(held.row);
    else if (event.key === "Insert") insert(held.row + 1, { ...values, ...windowAfter(values) });
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return draw;
}

interface Picture {
  readonly days: readonly { readonly weekday: Weekday; readonly line: HTMLElement }[];
  readonly edits: Edits<Values>;
  change(held: Held, values: Values): void;
}

function dragOf(held: Held, down: PointerEvent, { days, edits, change }: Picture): Drag {
  const original = edits.read()[held.row]!;
  const window = windowOf(original);
  const minuteOf = (event: PointerEvent) => minuteIn(days[0]!.line, event);
  const dayAt = ({ clientY }: PointerEvent) =>
    days.findIndex(({ line }) => clientY < line.getBoundingClientRect().bottom + 2);
  const start = { minute: minuteOf(down), day: dayAt(down) };
  const move = (event: PointerEvent) => {
    const moved = shifted(window, held.hold, minuteOf(event) - start.minute, grain.drag);
    const target = dayAt(event);
    const by = held.hold === "whole" && target >= 0 ? target - start.day : 0;
    const landed = days[(days.findIndex(({ weekday }) => weekday === held.began) + by + 7) % 7]!.weekday;
    change(held, { ...original, ...moved, days: dayMoved(window.days, held.began, landed) });
  };
  return { move };
}

/** A row after an arrow key: the edge moves in time, the whole in time and over the days. */
function arrowed(
  values: Values,
  hold: Hold,
  { right, up }: { readonly right: number; readonly up: number },
  step: number,
): Values {
  const window = windowOf(values);
  if (hold === "whole" && up !== 0) return { ...values, days: daysShifted(window.days, -up) };
  return { ...values, ...shifted(window, hold, (right + up) * step, grain.key), days: values.days };
}

/** Where a window ends another begins, on the same days. */
function windowAfter(values: Values): Values {
  const { days, to } = windowOf(values);
  const { from, to: end } = windowAt("mon", (minutesOf(to) ?? 0) % day);
  return { days, from, to: end };
}

function heldOf(event: Event): Held | undefined {
  const target = event.target as Element;
  const block = target.closest<HTMLElement>(".plinth-block");
  if (!block) return undefined;
  const hold = (target.closest<HTMLElement>("[data-hold]")?.dataset.hold ?? "whole") as Hold;
  return { row: Number(block.dataset.row), began: block.dataset.began as Weekday, hold };
}

function minuteIn(line: HTMLElement, { clientX }: MouseEvent): number {
  const { left, width } = line.getBoundingClientRect();
  return ((clientX - left) / width) * day;
}

function hoursLine(): HTMLElement {
  const line = element("div", { class: "plinth-hours", "aria-hidden": "true" });
  for (const hour of [0, 3, 6, 9, 12, 15, 18, 21, 24]) {
    const mark = element("span", {}, String(hour).padStart(2, "0"));
    mark.style.left = `${(hour / 24) * 100}%`;
    line.append(mark);
  }
  return element("div", { class: "plinth-weekday" }, element("span"), line);
}

const dayLine = (node: EditedNode, weekday: Weekday, line: HTMLElement) =>
  element("div", { class: "plinth-weekday" }, element("span", {}, node._(`form.days.${weekday}`)), line);
