/** What the pictures of the form have in common: the rows below them, a hand that drags, elements that stay. */

/** The rows that a picture shows and changes: its table's, which has the exact values. */
export interface Edits<Row> {
  read(): readonly Row[];
  change(index: number, row: Row): void;
  /** @returns whether there was room. */
  insert(index: number, row: Row): boolean;
  /** @returns whether one may be missed. */
  remove(index: number): boolean;
}

export interface Drag {
  move(event: PointerEvent): void;
  end?(event: PointerEvent): void;
}

/** A hand trembles: nothing is dragged below this distance, in CSS pixels. */
const trembling = 3;

/** Follows a pointer that is pressed on a surface until it is let go. @param begin what it has in hand, if anything */
export function onDrag(surface: HTMLElement, begin: (event: PointerEvent) => Drag | undefined): void {
  surface.addEventListener("pointerdown", (down) => {
    const drag = down.button === 0 ? begin(down) : undefined;
    if (!drag) return;
    down.preventDefault();
    surface.setPointerCapture(down.pointerId);
    let isMoved = false;
    const move = (event: PointerEvent) => {
      isMoved ||= Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) > trembling;
      if (isMoved) drag.move(event);
    };
    const release = (event: PointerEvent) => {
      surface.removeEventListener("pointermove", move);
      surface.removeEventListener("pointerup", release);
      surface.removeEventListener("pointercancel", release);
      if (isMoved) drag.end?.(event);
    };
    surface.addEventListener("pointermove", move);
    surface.addEventListener("pointerup", release);
    surface.addEventListener("pointercancel", release);
  });
}

/** Arrows as steps to the right and up; undefined for every other key. */
export function arrowOf({ key }: KeyboardEvent): { readonly right: number; readonly up: number } | undefined {
  switch (key) {
    case "ArrowRight":
      return { right: 1, up: 0 };
    case "ArrowLeft":
      return { right: -1, up: 0 };
    case "ArrowUp":
      return { right: 0, up: 1 };
    case "ArrowDown":
      return { right: 0, up: -1 };
    default:
      return undefined;
  }
}

/**
 * Keeps a place's elements, by key, over its redrawings, so that one keeps the focus and the hand that holds it.
 * @returns puts the elements of these keys there, in their order, and gives them
 */
export function keeper(
  place: HTMLElement,
  make: (key: string) => HTMLElement,
): (keys: readonly string[]) => readonly HTMLElement[] {
  const kept = new Map<string, HTMLElement>();
  return (keys) => {
    for (const [key, element] of kept)
      if (!keys.includes(key)) {
        element.remove();
        kept.delete(key);
      }
    return keys.map((key, index) => {
      const element = kept.get(key) ?? make(key);
      kept.set(key, element);
      if (place.children[index] !== element) place.insertBefore(element, place.children[index] ?? null);
      return element;
    });
  };
}

/** Sets only what differs: a reader of screens tells what is set. */
export function attributes(element: Element, values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values))
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
