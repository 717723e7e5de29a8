import type { PageState } from "../view.ts";
import { byId, KeyedChildren } from "./dom.ts";
import { LampCard } from "./lamp-card.ts";
import { lampsOf } from "./lamp-state.ts";
import { type Layout, xPx } from "./layout.ts";
import type { Motion } from "./motion.ts";

/** The lamps as a list of buttons: each stands under, and covers, its pole. */
export class Lamps {
  readonly #cards = new Map<string, LampCard>();
  readonly #items: KeyedChildren<HTMLLIElement, LampCard>;
  readonly #onChosen: (unit: string) => void;
  /** The unit that the pointer or the focus is on. */
  hinted: string | undefined;

  constructor(onChosen: (unit: string) => void) {
    this.#onChosen = onChosen;
    this.#items = new KeyedChildren(
      byId("lamps"),
      (unit) => this.#cards.get(unit)!.item,
      () => {},
    );
  }

  focus(unit: string | undefined): void {
    if (unit !== undefined) this.#cards.get(unit)?.button.focus({ preventScroll: true });
  }

  layOut(units: PageState["units"], layout: Layout): void {
    const ordered = lampsOf(units).sort(([, a], [, b]) => a.xM - b.xM);
    const entries = ordered.map(([unit]) => [unit, this.#cardOf(unit)] as const);
    for (const unit of this.#cards.keys()) if (!units[unit]) this.#cards.delete(unit);
    this.#items.show(entries);
    for (const [unit, card] of entries) card.place(xPx(layout, units[unit]!.xM), layout.cardPx);
  }

  update({ units }: PageState, motion: Motion, open: string | undefined): void {
    for (const [unit, card] of this.#cards) {
      const state = units[unit];
      if (state) card.update(state, motion.levelOf(unit), unit === open);
    }
  }

  #cardOf(unit: string): LampCard {
    const known = this.#cards.get(unit);
    if (known) return known;
    const card = new LampCard(unit);
    const hint = () => {
      this.hinted = unit;
    };
    const forget = () => {
      if (this.hinted === unit) this.hinted = undefined;
    };
    card.button.addEventListener("pointerenter", hint);
    card.button.addEventListener("pointerleave", forget);
    card.button.addEventListener("focus", hint);
    card.button.addEventListener("blur", forget);
    card.button.addEventListener("click", () => this.#onChosen(unit));
    this.#cards.set(unit, card);
    return card;
  }
}
