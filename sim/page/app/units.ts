import type { PageState } from "../view.ts";
import { byId, KeyedChildren } from "./dom.ts";
import type { Layout } from "./layout.ts";
import { UnitCard } from "./unit-card.ts";

const stillness = matchMedia("(prefers-reduced-motion: reduce)");

/** The units from the begin of the street to its end. */
export const inOrder = (units: PageState["units"]) =>
  Object.entries(units).sort(([a, { xM: aM }], [b, { xM: bM }]) => aM - bM || (a < b ? -1 : 1));

/** The units as a list of cards, which are buttons: each as near under its unit as the row has room. */
export class Units {
  readonly #cards = new Map<string, UnitCard>();
  readonly #items: KeyedChildren<HTMLLIElement, UnitCard>;
  readonly #onChosen: (unit: string) => void;
  /** The unit that the pointer or the focus is on. */
  hinted: string | undefined;

  constructor(onChosen: (unit: string) => void) {
    this.#onChosen = onChosen;
    this.#items = new KeyedChildren(
      byId("units"),
      (unit) => this.#cards.get(unit)!.item,
      () => {},
    );
  }

  focus(unit: string | undefined): void {
    if (unit !== undefined) this.#cards.get(unit)?.button.focus({ preventScroll: true });
  }

  /** Brings its card to where the panel does not cover it, as far as the street can be scrolled. */
  reveal(unit: string): void {
    const behavior = stillness.matches ? "instant" : "smooth";
    this.#cards.get(unit)?.button.scrollIntoView({ behavior, block: "nearest", inline: "nearest" });
  }

  /** Somebody meant this unit. */
  choose(unit: string): void {
    this.#onChosen(unit);
  }

  layOut(state: PageState, layout: Layout): void {
    for (const unit of this.#cards.keys()) if (!state.units[unit]) this.#cards.delete(unit);
    const entries = inOrder(state.units).map(([unit]) => [unit, this.#cardOf(unit, state)] as const);
    this.#items.show(entries);
    for (const [index, [, card]] of entries.entries()) card.place(layout.cardsPx[index]!, layout.cardPx);
  }

  update({ units }: PageState, open: string | undefined): void {
    for (const [unit, card] of this.#cards) {
      const state = units[unit];
      if (state) card.update(state, unit === open);
    }
  }

  #cardOf(unit: string, { units, declarations }: PageState): UnitCard {
    const known = this.#cards.get(unit);
    if (known) return known;
    const card = new UnitCard(unit, declarations[units[unit]!.declaration]!);
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
    card.button.addEventListener("click", () => this.choose(unit));
    this.#cards.set(unit, card);
    return card;
  }
}
