import type { EditedNode } from "./editor-api.ts";
import { element } from "./elements.ts";
import { minuteOf, type Point } from "./night.ts";
import { arrowOf, attributes, type Drag, type Edits, keeper, onDrag } from "./picture.ts";
import { dragged, grain, nudged, pointAfter, pointAt } from "./profile-edit.ts";
import { drawStrip, levelAt, topOf } from "./strip.ts";
import { day, within } from "./time-of-day.ts";

/** So far above or below the strip a point is let go, in CSS pixels. */
const out = 30;

/** A night as a strip with a handle on each point, for mouse, touch and keys. @returns draws what the rows say now */
export function profilePicture(place: HTMLElement, node: EditedNode, edits: Edits<Point>): () => void {
  const strip = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  attributes(strip, { class: "plinth-strip", "aria-hidden": "true" });
  const handles = element("div", { class: "plinth-handles" });
  const surface = element("div", { class: "plinth-night" }, strip, handles);
  place.append(surface, element("small", { class: "plinth-range" }, node._("form.pointKeys")));

  const arrange = keeper(handles, () => element("span", { class: "plinth-point", role: "slider" }));
  const drawn = () =>
    edits.read().flatMap((point, index) => {
      const minute = minuteOf(point.from);
      return minute === undefined || !Number.isFinite(point.level) ? [] : [{ point, index, minute }];
    });
  const draw = () => {
    const points = edits.read();
    const shown = drawn();
    drawStrip(strip, points);
    arrange(shown.map(({ index }) => String(index))).forEach((handle, position) => {
      const { point, index, minute } = shown[position]!;
      const value = `${point.from}, ${point.level} %`;
      // What cannot be stands at the edge: the row below says that it is refused.
      const level = within(point.level, 0, 100);
      const words = { value, number: index + 1, count: points.length };
      attributes(handle, {
        ...{ tabindex: "0", "data-index": String(index), "aria-label": node._("form.point", words) },
        ...{ "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": String(level) },
        "aria-valuetext": value,
      });
      handle.style.left = `${(minute / day) * 100}%`;
      handle.style.top = `${topOf(level) * 100}%`;
    });
  };
  const handleOf = (index: number) => handles.querySelector<HTMLElement>(`[data-index="${index}"]`);
  const indexOf = (event: Event) => {
    const handle = (event.target as Element).closest<HTMLElement>(".plinth-point");
    return handle ? Number(handle.dataset.index) : undefined;
  };
  const remove = (index: number) => {
    if (edits.remove(index)) handleOf(Math.min(index, edits.read().length - 1))?.focus();
  };
  const insert = (index: number, point: Point) => {
    if (edits.insert(index, point)) handleOf(index)?.focus();
  };
  const at = ({ clientX, clientY }: MouseEvent) => {
    const { left, top, width, height } = surface.getBoundingClientRect();
    return { minute: ((clientX - left) / width) * day, level: levelAt((clientY - top) / height) };
  };
  const isOut = ({ clientY }: MouseEvent) => {
    const { top, bottom } = surface.getBoundingClientRect();
    return clientY < top - out || clientY > bottom + out;
  };

  onDrag(surface, (down): Drag | undefined => {
    const index = indexOf(down);
    if (index === undefined) return undefined;
    const point = edits.read()[index]!;
    const from = at(down);
    const handle = handleOf(index)!;
    handle.focus();
    return {
      move: (event) => {
        const { minute, level } = at(event);
        handle.classList.toggle("plinth-out", isOut(event));
        edits.change(index, dragged(point, minute - from.minute, level - from.level));
      },
      end: (event) => {
        handle.classList.remove("plinth-out");
        if (event.type === "pointerup" && isOut(event)) remove(index);
      },
    };
  });
  surface.addEventListener("dblclick", (event) => {
    const isOnPoint = document
      .elementsFromPoint(event.clientX, event.clientY)
      .some((one) => one.matches(".plinth-point"));
    const { minute, level } = at(event);
    if (!isOnPoint) insert(edits.read().length, pointAt(minute, level));
  });
  surface.addEventListener("keydown", (event) => {
    const index = indexOf(event);
    if (index === undefined) return;
    const arrow = arrowOf(event);
    const { minutes, percent } = event.shiftKey ? grain.bigKey : grain.key;
    const points = edits.read();
    if (arrow) edits.change(index, nudged(points[index]!, arrow.right * minutes, arrow.up * percent));
    else if (event.key === "Delete" || event.key === "Backspace") remove(index);
    else if (event.key === "Insert") insert(index + 1, pointAfter(points, index));
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return draw;
}
