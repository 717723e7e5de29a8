import type { Weekday } from "../../devices/estimators/week-windows.ts";
import type { EditedNode } from "./editor-api.ts";
import { element } from "./elements.ts";
import type { Block, Part } from "./overlap.ts";
import { attributes } from "./picture.ts";
import { day, minutesOf } from "./time-of-day.ts";
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

/** The keys' way leads over one block of each row: the one on its first day. */
export const isStop = ({ began, day }: Block, { window }: WeekRow): boolean =>
  began === day && began === window.days[0];

export function makeBlock(): HTMLElement {
  const edge = (hold: "from" | "to") => element("span", { class: "plinth-edge", "data-hold": hold });
  return element(
    "div",
    { class: "plinth-block" },
    element("span", { class: "plinth-parts" }),
    element("span", { class: "plinth-block-label" }),
    edge("from"),
    edge("to"),
  );
}

interface Drawn {
  readonly block: Block;
  readonly row: WeekRow;
  readonly lane: number;
  readonly isStop: boolean;
}

export function drawBlock(
  node: EditedNode,
  made: HTMLElement,
  { block, row, lane, isStop: stop }: Drawn,
): void {
  const { window, label, color } = row;
  const number = block.row + 1;
  const days = window.days.map((weekday: Weekday) => node._(`form.days.${weekday}`)).join(" ");
  const name = node._("form.window", { number, label, days, from: window.from, to: window.to });
  attributes(made, { "data-row": String(block.row), "data-began": block.began, title: name });
  if (stop) attributes(made, { tabindex: "0", role: "group", "aria-label": name });
  attributes(made, { "aria-hidden": String(!stop) });
  if (!stop) for (const gone of ["tabindex", "role", "aria-label"]) made.removeAttribute(gone);
  made.style.left = `${(block.from / day) * 100}%`;
  made.style.width = `${((block.to - block.from) / day) * 100}%`;
  made.style.top = `${lane * laneHeight}px`;
  made.style.zIndex = String(100 - block.row);
  const [parts, text, from, to] = made.children as unknown as [
    HTMLElement,
    HTMLElement,
    HTMLElement,
    HTMLElement,
  ];
  parts.replaceChildren(...block.parts.map((part) => partOf(block, part, palette[color % palette.length]!)));
  text.textContent = `${number} ${label}`;
  const widest = block.parts.filter(({ lostTo }) => lostTo === undefined).sort(byLength)[0];
  text.hidden = widest === undefined;
  if (widest) {
    text.style.left = `${((widest.from - block.from) / (block.to - block.from)) * 100}%`;
    text.style.maxWidth = `${((widest.to - widest.from) / (block.to - block.from)) * 100}%`;
  }
  drawEdge(from, stop, node._("form.windowFrom", { number }), window.from);
  drawEdge(to, stop, node._("form.windowTo", { number }), window.to);
  from.hidden = block.began !== block.day;
  to.hidden = block.began === block.day && block.to === day && window.to !== "24:00";
}

const byLength = (a: Part, b: Part) => b.to - b.from - (a.to - a.from);

/** Where an earlier row goes first, only a hatched foot is left. */
function partOf({ from, to }: Block, part: Part, color: string): HTMLElement {
  const made = element("span", { class: part.lostTo === undefined ? "plinth-won" : "plinth-lost" });
  made.style.left = `${((part.from - from) / (to - from)) * 100}%`;
  made.style.width = `${((part.to - part.from) / (to - from)) * 100}%`;
  made.style.setProperty("--plinth-color", color);
  return made;
}

function drawEdge(edge: HTMLElement, isStop: boolean, label: string, time: string): void {
  const words = {
    ...{ tabindex: "0", role: "slider", "aria-label": label, "aria-valuetext": time },
    ...{ "aria-valuemin": "0", "aria-valuemax": String(day), "aria-valuenow": String(minutesOf(time) ?? 0) },
  };
  if (isStop) attributes(edge, words);
  else for (const name of Object.keys(words)) edge.removeAttribute(name);
}
