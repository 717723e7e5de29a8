import type { MenuFault } from "../../scenario/menu-fault.ts";
import type { PageState } from "../view.ts";
import { make, setAttribute } from "./dom.ts";
import { askFor } from "./stream.ts";

type Ask = (path: "/fault", body: object) => void;

/** Everything that can be done to one unit, part by part, or to the street itself; each with its switch. */
export class FaultMenu {
  readonly element = make("section", "menu");
  readonly #ask: Ask;
  readonly #onRefused: (message: string) => void;
  readonly #buttons = new Map<string, HTMLButtonElement>();
  #states: PageState["faults"] = {};
  /** Whose menu is shown, and of which street. */
  #shown = "";

  constructor(ask: Ask, onRefused: (message: string) => void) {
    this.#ask = ask;
    this.#onRefused = onRefused;
  }

  /** @param unit undefined for the street's own */
  update(state: PageState, unit: string | undefined): void {
    const whose = `${state.run.number} ${unit ?? ""}`;
    this.#states = state.faults;
    if (this.#shown !== whose) this.#fetch(whose, state, unit);
    this.#press();
  }

  /** Each switch as it stands. */
  #press(): void {
    for (const [id, button] of this.#buttons)
      if (button.hasAttribute("aria-pressed"))
        setAttribute(button, "aria-pressed", String(this.#states[id]?.active === true));
  }

  #fetch(whose: string, state: PageState, unit: string | undefined): void {
    this.#shown = whose;
    this.#buttons.clear();
    this.element.replaceChildren(make("h3", "", "Break something"));
    const path = unit === undefined ? "/faults" : `/faults?unit=${encodeURIComponent(unit)}`;
    askFor<readonly MenuFault[]>(path)
      .then((faults) => {
        if (this.#shown === whose) this.#show(faults, unit === undefined ? {} : state.units[unit]!.parts);
      })
      .catch((error: Error) => this.#onRefused(error.message));
  }

  /** What is about the unit as a whole first, then its parts, folded. */
  #show(faults: readonly MenuFault[], parts: PageState["units"][string]["parts"]): void {
    const rowsOf = (role: string | undefined) =>
      faults.filter(({ what }) => what.role === role).map((fault) => this.#row(fault));
    const roles = [...new Set(faults.flatMap(({ what }) => what.role ?? []))];
    this.element.append(
      ...rowsOf(undefined),
      ...roles.map((role) => {
        const details = make("details", "", make("summary", "", parts[role]?.title ?? role), ...rowsOf(role));
        details.dataset.role = role;
        return details;
      }),
    );
    // Of a street that stands no further state comes.
    this.#press();
  }

  #row({ id, title, what, lasts, amount, lacking }: MenuFault): HTMLElement {
    const words = [title, what.channel, what.errno, what.call].filter((word) => word !== undefined);
    const button = make("button", "fault", words.join(" · "));
    button.type = "button";
    button.dataset.menu = id;
    if (lasts) button.setAttribute("aria-pressed", "false");
    if (lacking !== undefined) {
      button.disabled = true;
      button.title = lacking;
    }
    this.#buttons.set(id, button);
    const field = amount && makeField(amount, button.textContent);
    button.addEventListener("click", () => {
      const active = button.getAttribute("aria-pressed") !== "true";
      if (field && active && !field.reportValidity()) return;
      this.#ask("/fault", { id, active, ...(field && active ? { amount: field.valueAsNumber } : {}) });
    });
    if (!field || !amount) return make("p", "", button);
    const unit = amount.unit === "1" ? "" : ` ${amount.unit}`;
    const range = `${amount.title}, ${amount.min} to ${amount.max}${unit}`;
    return make("p", "", button, make("label", "", field, make("small", "", range)));
  }
}

function makeField({ min, max, preset, isWhole }: NonNullable<MenuFault["amount"]>, of: string) {
  const field = make("input");
  field.type = "number";
  field.required = true;
  field.min = String(min);
  field.max = String(max);
  field.step = isWhole ? "1" : "any";
  field.value = String(preset);
  field.setAttribute("aria-label", `${of}: how much`);
  return field;
}
