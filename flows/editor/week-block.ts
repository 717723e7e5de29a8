import type { Weekday, WeekWindow } from "../../devices/estimators/week-windows.ts";
import type { EditedNode } from "./editor-api.ts";
import { element } from "./elements.ts";
import type { Block, Part } from "./overlap.ts";
import { attributes } from "./picture.ts";
import { day, minutesOf } from "./time-of-day.ts";
import { spanOf } from "./week.ts";
import type { WeekRow } from "./week-rows.ts";

/** Height of a lane in the picture of a week, in CSS pixels. */
export const laneHeight = 30;

/** On each of them dark text has a contrast of more than 7 to 1. */
const palette = [
  ...["#f2c14e", "#8ecae6", "#b7d98b", "#f7b3ab", "#cdb4e8"],
  ...["#9fd8cb", "#f7b267", "#c6cbd4", "#e6d690", "#f5a3bd"],
];

/** A block under its key stays the same element while it is dragged. */
export const keyOf = ({ row, began, day }: Block) => `${row} ${began} ${day}`;

export function makeBlock(): HTMLElement {
  const edge = (hold: "from" | "to") => element("span", { class: "plinth-edge", "data-hold": hold });
  return element(
    "div",
    { class: "plinth-block" },
    element("span", { class: "plinth-parts" }),
    edge("from"),
    edge("to"),
  );
}

interface Drawn {
  readonly block: Block;
  readonly row: WeekRow;
  readonly lane: number;
}

/** The keys' way leads over one window of each row, the one of its first day: its whole, its begin and its end. */
export function drawBlock(node: EditedNode, made: HTMLElement, { block, row, lane }: Drawn): void {
  const { window, label, color } = row;
  const number = block.row + 1;
  const days = window.days.map((weekday: Weekday) => node._(`form.days.${weekday}`)).join(" ");
  const name = node._("form.window", { number, label, days, from: window.from, to: window.to });
  const isFirst = block.began === window.days[0];
  const [parts, from, to] = [...made.children] as [HTMLElement, HTMLElement, HTMLElement];

  attributes(made, { "data-row": String(block.row), "data-began": block.began, title: name });
  attributes(made, { "aria-hidden": String(!isFirst) });
  stop(made, isFirst && hasBegin(block), { role: "group", "aria-label": name });
  made.style.left = `${(block.from / day) * 100}%`;
  made.style.width = `${((block.to - block.from) / day) * 100}%`;
  made.style.top = `${lane * laneHeight}px`;
  made.style.zIndex = String(100 - block.row);
  const look = { text: `${number}. ${label}`, color: palette[color % palette.length]! };
  parts.replaceChildren(...block.parts.map((part) => partOf(block, part, look)));
  from.hidden = !hasBegin(block);
  to.hidden = !hasEnd(block, window);
  stop(from, isFirst && !from.hidden, edgeWords(node._("form.windowFrom", { number }), window.from));
  stop(to, isFirst && !to.hidden, edgeWords(node._("form.windowTo", { number }), window.to));
}

const hasBegin = ({ began, day }: Block) => began === day;

function hasEnd(block: Block, window: WeekWindow): boolean {
  const { begin, length } = spanOf(window) ?? { begin: 0, length: 0 };
  return begin + length > day ? !hasBegin(block) : true;
}

interface Look {
  readonly text: string;
  readonly color: string;
}

/** Each part says which row it is of; where an earlier row goes first, only a hatched foot is left. */
function partOf({ from, to }: Block, part: Part, { text, color }: Look): HTMLElement {
  const made =
    part.lostTo === undefined
      ? element("span", { class: "plinth-won" }, text)
      : element("span", { class: "plinth-lost" });
  made.style.left = `${((part.from - from) / (to - from)) * 100}%`;
  made.style.width = `${((part.to - part.from) / (to - from)) * 100}%`;
  made.style.setProperty("--plinth-color", color);
  return made;
}

const edgeWords = (label: string, time: string) => ({
  ...{ role: "slider", "aria-label": label, "aria-valuetext": time },
  ...{ "aria-valuemin": "0", "aria-valuemax": String(day), "aria-valuenow": String(minutesOf(time) ?? 0) },
});

/** Lets the keys stop at an element, or pass it. */
function stop(element: HTMLElement, isStop: boolean, words: Readonly<Record<string, string>>): void {
  const all = { tabindex: "0", ...words };
  if (isStop) attributes(element, all);
  else for (const name of Object.keys(all)) element.removeAttribute(name);
}
