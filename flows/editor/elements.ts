/** @throws when the form has no such input: form and script come from one generator. */
export function input(id: string): HTMLInputElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the form has no ${id}`);
  return found as HTMLInputElement;
}

/** @throws as `input` does. */
export const select = (id: string) => input(id) as HTMLElement as HTMLSelectElement;

/**
 * A property of a node as its open form has it; as the node has it, when that form is not open.
 * @param edited id of the node whose form was opened last
 */
export function current(node: Readonly<Record<string, unknown>>, name: string, edited: unknown): string {
  const field = node.id === edited ? document.getElementById(`node-input-${name}`) : null;
  return String(field ? (field as HTMLInputElement).value : (node[name] ?? ""));
}

/** Makes an element. Text children are text, never markup. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Shows that an input is refused, and why, as the editor does it for its own. */
export function mark(control: HTMLElement, problem: string | undefined): void {
  control.classList.toggle("input-error", problem !== undefined);
  control.setAttribute("aria-invalid", String(problem !== undefined));
  control.title = problem ?? "";
}

/** Keeps a slider and a number beside it the same. The number is the one that is saved. */
export function pair(number: HTMLInputElement, slider: HTMLInputElement): void {
  slider.value = number.value;
  number.addEventListener("input", () => {
    slider.value = number.value;
  });
  slider.addEventListener("input", () => {
    number.value = slider.value;
    number.dispatchEvent(new Event("input"));
    number.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
