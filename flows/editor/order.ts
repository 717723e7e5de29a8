import type { EditedNode } from "./editor-api.ts";
import { element } from "./elements.ts";
import { rowButton } from "./row-button.ts";
import { spokenBy } from "./spoken.ts";

/** Edits the order of a fixed set of names: each can be moved up and down. @returns what the order is now */
export function orderEditor(place: HTMLElement, node: EditedNode, names: readonly string[]): () => string[] {
  const order = [...names];
  const list = element("ol", { class: "plinth-order" });
  const move = (name: string, by: number) => {
    const from = order.indexOf(name);
    const to = from + by;
    if (to < 0 || to >= order.length) return;
    order.splice(from, 1);
    order.splice(to, 0, name);
    draw();
  };
  const draw = () => {
    const entries = order.map((name) => {
      const word = spokenBy(node, name);
      const up = rowButton("arrow-up", `${node._("form.up")}: ${word}`, () => move(name, -1));
      const down = rowButton("arrow-down", `${node._("form.down")}: ${word}`, () => move(name, 1));
      return element("li", {}, element("span", {}, word), up, down);
    });
    list.replaceChildren(...entries);
  };
  draw();
  place.append(list);
  return () => [...order];
}
