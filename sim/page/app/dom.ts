/** The element with that id in the page's document. */
export function byId<E extends HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the document has no #${id}`);
  return found as E;
}

/** A new element with a class, and text or children. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className = "",
  ...content: (string | Node)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

/** Ten times a second nearly everything stays as it is: only what differs touches the document. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Children kept by key: made once, updated in place, in the order of the entries. */
export class KeyedChildren<Child extends HTMLElement, Value> {
  readonly #parent: HTMLElement;
  readonly #create: (key: string) => Child;
  readonly #update: (child: Child, value: Value, key: string) => void;
  readonly #children = new Map<string, Child>();

  constructor(
    parent: HTMLElement,
    create: (key: string) => Child,
    update: (child: Child, value: Value, key: string) => void,
  ) {
    this.#parent = parent;
    this.#create = create;
    this.#update = update;
  }

  show(entries: readonly (readonly [key: string, value: Value])[]): void {
    const wanted = new Set(entries.map(([key]) => key));
    for (const [key, child] of this.#children) {
      if (wanted.has(key)) continue;
      child.remove();
      this.#children.delete(key);
    }
    for (const [index, [key, value]] of entries.entries()) {
      let child = this.#children.get(key);
      if (!child) {
        child = this.#create(key);
        this.#children.set(key, child);
      }
      if (this.#parent.children[index] !== child)
        this.#parent.insertBefore(child, this.#parent.children[index] ?? null);
      this.#update(child, value, key);
    }
  }
}
